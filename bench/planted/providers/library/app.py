"""A lending library over HTTP. Each step is a method of its own, so that a defect replaces one of them."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from contracts.library.payloads import BookChange, BookDraft, BooksQuery, LoanDraft, MemberDraft, PageQuery
from providers.library.world import MOMENT, Record, Shelf, World
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from troth.jsontext import Json

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TOKEN = "token-of-the-library"
MOST_RENEWALS = 2
ROUTES = Map(
    [
        Rule("/books", endpoint="list_books", methods=["GET"]),
        Rule("/books", endpoint="add_book", methods=["POST"]),
        Rule("/books/<number>", endpoint="read_book", methods=["GET"]),
        Rule("/books/<number>", endpoint="change_book", methods=["PATCH"]),
        Rule("/books/<number>", endpoint="drop_book", methods=["DELETE"]),
        Rule("/members", endpoint="add_member", methods=["POST"]),
        Rule("/members/<number>", endpoint="read_member", methods=["GET"]),
        Rule("/loans", endpoint="list_loans", methods=["GET"]),
        Rule("/loans", endpoint="lend", methods=["POST"]),
        Rule("/loans/<number>", endpoint="read_loan", methods=["GET"]),
        Rule("/loans/<number>", endpoint="give_back", methods=["DELETE"]),
        Rule("/loans/<number>/renewals", endpoint="renew", methods=["POST"]),
    ],
    merge_slashes=False,
)
CLOSES = ("list_books", "lend")
"""What a closed library does not do."""


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, error: str, **headers: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Library:
    """The service without any defect."""

    def __init__(self) -> None:
        self.world = World()
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """The WSGI application. What is not foreseen is a 500, as any server makes of it."""
        with self._lock:
            try:
                answer = self.answered(Request(environ))
            except Refused as refused:
                answer = self.refusal(refused)
            except Exception as error:  # noqa: BLE001 - what a defect raises has to become an answer
                answer = said(500, {"error": type(error).__name__})
        return answer(environ, start)

    def answered(self, request: Request) -> Response:
        """Find what is asked for, see who asks, and do it."""
        try:
            endpoint, found = ROUTES.bind_to_environ(request.environ).match()
        except HTTPException as error:
            return self.astray(request, error)
        if not self.admits(endpoint, request.headers.get("Authorization")):
            raise Refused(401, "no credential", WWW_Authenticate='Bearer realm="library"')
        if self.world.closed and endpoint in CLOSES:
            raise Refused(503, "the library is closed", Retry_After="3600")
        return self.done(endpoint, request, found)

    def done(self, endpoint: str, request: Request, found: Mapping[str, str]) -> Response:
        """Run the method of that name."""
        answer: Response = getattr(self, endpoint)(request, **found)
        return answer

    def astray(self, request: Request, error: HTTPException) -> Response:  # noqa: ARG002 - for defects
        """No such path, or no such method of it; the latter names those that there are."""
        headers = {name: value for name, value in error.get_headers() if name == "Allow"}
        return said(error.code or 404, {"error": "no such thing"}, headers)

    def admits(self, endpoint: str, credential: str | None) -> bool:  # noqa: ARG002 - for defects
        """Whether who asks may."""
        return credential == f"Bearer {TOKEN}"

    def refusal(self, refused: Refused) -> Response:
        """An answer that says why there is no other."""
        return said(refused.status, {"error": refused.error}, refused.headers)

    # --- reading ----------------------------------------------------------------------------------

    def body(self, model: type[BaseModel], text: bytes) -> Record:
        """The members of a body, if it is what the model says."""
        try:
            sent = json.dumps(json.loads(text, parse_float=number))
            read: Record = model.model_validate_json(sent).model_dump(mode="json", exclude_unset=True)
        except (ValueError, RecursionError) as error:
            raise Refused(422, "a member is not as it must be") from error
        return read

    def query(self, model: type[BaseModel], request: Request) -> Record:
        """The parameters of a query, those that were left out with their defaults."""
        sent = dict(request.args.lists())
        texts: Record = {
            name: self.parameter(values[0]) if name in ("limit", "offset") else values[0]
            for name, values in sent.items()
        }
        if any(len(values) > 1 for values in sent.values()):
            raise Refused(422, "a parameter came twice")
        try:
            read: Record = model.model_validate_json(json.dumps(texts)).model_dump(mode="json")
        except ValidationError as error:
            raise Refused(422, "a parameter is not as it must be") from error
        return read

    def parameter(self, text: str) -> Json:
        """A parameter that is a whole number, read as one; any other text stays a text."""
        return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else text

    def found(self, shelf: Shelf, number: str) -> Record:
        """The record of that number."""
        record = shelf.get(int(number)) if re.fullmatch(r"[1-9][0-9]{0,9}", number) else None
        if record is None:
            raise Refused(404, "no such thing")
        return record

    # --- books ------------------------------------------------------------------------------------

    def list_books(self, request: Request) -> Response:
        asked = self.query(BooksQuery, request)
        books = [book for book in self.world.books.values() if self.fits(book, asked)]
        return said(200, self.page([self.book(book) for book in self.part(books, asked)], len(books)))

    def fits(self, book: Record, asked: Record) -> bool:
        """Whether a book is one of those that were asked for."""
        same_genre = asked["genre"] in (None, book["genre"])
        return same_genre and str(asked["title"] or "") in str(book["title"])

    def part(self, records: list[Record], asked: Record) -> list[Record]:
        """The part of a list that was asked for."""
        first, limit = whole(asked["offset"]), whole(asked["limit"])
        return records[first : first + limit]

    def page(self, items: list[Record], total: int) -> Record:
        """A part of a list, as it is sent."""
        return {"items": list(items), "total": total}

    def add_book(self, request: Request) -> Response:
        book = self.keep_book(self.body(BookDraft, request.get_data()))
        return said(201, self.book(book), {"Location": self.location(book)})

    def keep_book(self, draft: Record) -> Record:
        """The record that is made of a draft."""
        return self.world.add(self.world.books, {**draft, "added": MOMENT})

    def location(self, book: Record) -> str:
        """Where a new book is."""
        return f"/books/{book['id']}"

    def read_book(self, _: Request, number: str) -> Response:
        return said(200, self.book(self.found(self.world.books, number)))

    def change_book(self, request: Request, number: str) -> Response:
        book = self.found(self.world.books, number)
        change = self.body(BookChange, request.get_data())
        wanted: Record = {name: value for name, value in change.items() if value is not None}
        if whole(wanted.get("copies", book["copies"])) < self.lent(book):
            raise Refused(409, "more are lent")
        return said(200, self.book(self.changed(book, wanted)))

    def changed(self, book: Record, wanted: Record) -> Record:
        """The book, made different."""
        book.update(wanted)
        return book

    def drop_book(self, _: Request, number: str) -> Response:
        book = self.found(self.world.books, number)
        if self.lent(book):
            raise Refused(409, "it is lent")
        self.drop(self.world.books, book)
        return Response(status=204)

    def drop(self, shelf: Shelf, record: Record) -> None:
        """Forget a record."""
        del shelf[whole(record["id"])]

    def lent(self, book: Record) -> int:
        """How many copies of a book are lent."""
        return sum(loan["book_id"] == book["id"] for loan in self.world.loans.values())

    def book(self, book: Record) -> Record:
        """A book as it is sent."""
        return {**book, "lent": self.lent(book)}

    # --- members and loans ------------------------------------------------------------------------

    def add_member(self, request: Request) -> Response:
        draft = self.body(MemberDraft, request.get_data())
        return said(201, self.member(self.world.add(self.world.members, {**draft, "joined": MOMENT})))

    def read_member(self, _: Request, number: str) -> Response:
        return said(200, self.member(self.found(self.world.members, number)))

    def member(self, member: Record) -> Record:
        """A member as it is sent."""
        return dict(member)

    def list_loans(self, request: Request) -> Response:
        asked = self.query(PageQuery, request)
        every = list(self.world.loans.values())
        items = [self.loan(loan) for loan in self.part(every, asked)]
        return said(200, {**self.page(items, len(every)), "fines": self.fines(items)})

    def fines(self, items: list[Record]) -> int:
        """The fines of loans together, in cents."""
        return sum(whole(item["fine"]) for item in items)

    def lend(self, request: Request) -> Response:
        asked = self.body(LoanDraft, request.get_data())
        book = self.found(self.world.books, str(asked["book_id"]))
        self.found(self.world.members, str(asked["member_id"]))
        if self.lent(book) >= whole(book["copies"]):
            raise Refused(409, "no copy is left")
        return said(201, self.loan(self.keep_loan({**asked, "due": MOMENT, "renewed": 0, "fine": 0})))

    def keep_loan(self, loan: Record) -> Record:
        """Remember a loan."""
        return self.world.add(self.world.loans, loan)

    def read_loan(self, _: Request, number: str) -> Response:
        return said(200, self.loan(self.found(self.world.loans, number)))

    def renew(self, _: Request, number: str) -> Response:
        loan = self.found(self.world.loans, number)
        if whole(loan["renewed"]) >= MOST_RENEWALS:
            raise Refused(429, "renewed too often", Retry_After="86400")
        loan["renewed"] = whole(loan["renewed"]) + 1
        return said(201, self.loan(loan))

    def give_back(self, _: Request, number: str) -> Response:
        self.drop(self.world.loans, self.found(self.world.loans, number))
        return Response(status=204)

    def loan(self, loan: Record) -> Record:
        """A loan as it is sent."""
        return {**loan, "title": self.world.books[whole(loan["book_id"])]["title"]}


def said(status: int, document: Json, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer. Its address stays as it is: werkzeug would make a whole URL of it."""
    answer = Response(json.dumps(document), status=status, content_type="application/json")
    answer.autocorrect_location_header = False
    answer.headers.extend(dict(headers or {}))
    return answer


def number(text: str) -> Json:
    """A number of a JSON text: to JSON Schema 25.0 is as whole as 25."""
    read = float(text)
    return int(read) if read.is_integer() else read


def whole(value: Json) -> int:
    """A number of a record, which is one."""
    assert isinstance(value, int)
    return value
