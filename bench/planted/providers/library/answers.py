"""Defects of what is answered: its status, headers and body."""

from __future__ import annotations

from providers.library.app import Library, Refused
from providers.library.world import Record
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response


class StatusUndocumented(Library):
    """202 where the document has 204 only."""

    def drop_book(self, request: Request, number: str) -> Response:
        answer = super().drop_book(request, number)
        answer.status_code = 202
        return answer


class FieldMissing(Library):
    """A book without its price, where it stands in a list."""

    def page(self, items: list[Record], total: int) -> Record:
        return super().page([{k: v for k, v in item.items() if k != "price"} for item in items], total)


class TypeWrong(Library):
    """The pages of a book as text."""

    def book(self, book: Record) -> Record:
        return {**super().book(book), "pages": str(book["pages"])}


class NullForText(Library):
    """Null for a city that is empty."""

    def member(self, member: Record) -> Record:
        return {**super().member(member), "city": member["city"] or None}


class EnumOutside(Library):
    """Poetry under a name that the document does not have."""

    def book(self, book: Record) -> Record:
        genre = "verse" if book["genre"] == "poetry" else book["genre"]
        return {**super().book(book), "genre": genre}


class ContentTypeWrong(Library):
    """What is not there is told as HTML."""

    def refusal(self, refused: Refused) -> Response:
        answer = super().refusal(refused)
        if refused.status == 404:
            answer.content_type = "text/html"
        return answer


class JsonMalformed(Library):
    """The list of loans breaks off."""

    def list_loans(self, request: Request) -> Response:
        answer = super().list_loans(request)
        answer.set_data(answer.get_data()[:-1])
        return answer


class BodyMissing(Library):
    """The renewal of a loan is told without any body."""

    def renew(self, request: Request, number: str) -> Response:
        answer = super().renew(request, number)
        answer.set_data(b"")
        return answer


class BoundLeft(Library):
    """A free book has -1 copies lent."""

    def lent(self, book: Record) -> int:
        return super().lent(book) or -1


class DateImpossible(Library):
    """A moment of the right form that no calendar has."""

    def member(self, member: Record) -> Record:
        return {**super().member(member), "joined": "2026-02-30T10:00:00Z"}


class DateForm(Library):
    """A moment without its offset."""

    def loan(self, loan: Record) -> Record:
        return {**super().loan(loan), "due": str(loan["due"]).rstrip("Z")}


class MemberAdditional(Library):
    """A member of the object that the document forbids."""

    def member(self, member: Record) -> Record:
        return {**super().member(member), "password": "secret"}


class NoRetryAfter(Library):
    """429 without Retry-After."""

    def refusal(self, refused: Refused) -> Response:
        answer = super().refusal(refused)
        if refused.status == 429:
            del answer.headers["Retry-After"]
        return answer


class RetryAfterForm(Library):
    """429 with a Retry-After that is no number of seconds."""

    def refusal(self, refused: Refused) -> Response:
        answer = super().refusal(refused)
        if refused.status == 429:
            answer.headers["Retry-After"] = "tomorrow"
        return answer


class NoChallenge(Library):
    """401 without WWW-Authenticate."""

    def refusal(self, refused: Refused) -> Response:
        answer = super().refusal(refused)
        answer.headers.pop("WWW-Authenticate", None)
        return answer


class LocationForm(Library):
    """A Location that is no path."""

    def location(self, book: Record) -> str:
        return str(book["id"])


class LocationElsewhere(Library):
    """A Location of the right form that leads to 404."""

    def location(self, book: Record) -> str:
        return f"/books/{book['id']}0000"


class MethodNotRefused(Library):
    """PUT of a list is 200."""

    def astray(self, request: Request, error: HTTPException) -> Response:
        answer = super().astray(request, error)
        if request.method == "PUT":
            answer.status_code = 200
        return answer


class NoAllow(Library):
    """405 without Allow."""

    def astray(self, request: Request, error: HTTPException) -> Response:
        answer = super().astray(request, error)
        answer.headers.pop("Allow", None)
        return answer


class AllowWrong(Library):
    """An Allow that names none of the methods that there are."""

    def astray(self, request: Request, error: HTTPException) -> Response:
        answer = super().astray(request, error)
        if error.code == 405:
            answer.headers["Allow"] = "TRACE"
        return answer


class EchoBroken(Library):
    """A title comes back in lower case."""

    def keep_book(self, draft: Record) -> Record:
        return super().keep_book({**draft, "title": str(draft["title"]).lower()})


class SumBroken(Library):
    """The fines of a page leave its last loan out."""

    def fines(self, items: list[Record]) -> int:
        return super().fines(items[:-1])


class PageTooLong(Library):
    """A list is one longer than its limit."""

    def part(self, records: list[Record], asked: Record) -> list[Record]:
        first = int(str(asked["offset"]))
        return records[first : first + int(str(asked["limit"])) + 1]


class TotalWrong(Library):
    """The total of a list is that of the page."""

    def page(self, items: list[Record], total: int) -> Record:  # noqa: ARG002 - the defect
        return super().page(items, len(items))
