"""Defects of what is taken, who is let in, what is remembered, and what only a state shows."""

from __future__ import annotations

import json

from contracts.library.payloads import BookDraft, LoanDraft, MemberDraft
from providers.library.app import Library, Refused
from providers.library.world import Record, Shelf
from pydantic import BaseModel
from werkzeug.wrappers import Response

from troth.jsontext import Json


class Mended(Library):
    """Changes a body before it is judged, so that what is wrong passes."""

    def body(self, model: type[BaseModel], text: bytes) -> Record:
        try:
            sent = json.loads(text)
        except (ValueError, RecursionError):
            return super().body(model, text)
        if isinstance(sent, dict):
            self.mend(model, sent)
            text = json.dumps(sent).encode()
        return super().body(model, text)

    def mend(self, model: type[BaseModel], sent: Record) -> None:
        """Make of ``sent`` what passes."""


class TextForNumber(Mended):
    """Copies are taken as text too."""

    def mend(self, model: type[BaseModel], sent: Record) -> None:
        if model is BookDraft and not isinstance(sent.get("copies"), int):
            sent["copies"] = 1


class MissingAccepted(Mended):
    """A member without a name is taken."""

    def mend(self, model: type[BaseModel], sent: Record) -> None:
        if model is MemberDraft:
            sent.setdefault("name", "nobody")


class TooLongAccepted(Mended):
    """The name of a member is cut, not refused."""

    def mend(self, model: type[BaseModel], sent: Record) -> None:
        if model is MemberDraft and isinstance(sent.get("name"), str):
            sent["name"] = str(sent["name"])[:120]


class AdditionalAccepted(Mended):
    """Further members of a loan are ignored, which the document forbids."""

    def mend(self, model: type[BaseModel], sent: Record) -> None:
        for name in [name for name in sent if model is LoanDraft and name not in model.model_fields]:
            del sent[name]


class LimitAccepted(Library):
    """A limit that is no number is ignored."""

    def parameter(self, text: str) -> Json:
        read = super().parameter(text)
        return read if isinstance(read, int) else 10


class ValidRefused(Library):
    """An author with an apostrophe is refused."""

    def body(self, model: type[BaseModel], text: bytes) -> Record:
        read = super().body(model, text)
        if "'" in str(read.get("author", "")):
            raise Refused(422, "no such author")
        return read


class ZeroRefused(Library):
    """A price of 0, which is allowed, is refused."""

    def body(self, model: type[BaseModel], text: bytes) -> Record:
        read = super().body(model, text)
        if read.get("price") == 0:
            raise Refused(422, "nothing is free")
        return read


class AuthIgnored(Library):
    """Members are read without a credential."""

    def admits(self, endpoint: str, credential: str | None) -> bool:
        return endpoint == "read_member" or super().admits(endpoint, credential)


class AnyCredential(Library):
    """Any credential lists the loans."""

    def admits(self, endpoint: str, credential: str | None) -> bool:
        return (endpoint == "list_loans" and credential is not None) or super().admits(endpoint, credential)


class UseAfterFree(Library):
    """A book that was dropped can be read."""

    def drop(self, shelf: Shelf, record: Record) -> None:
        if shelf is not self.world.books:
            super().drop(shelf, record)


class NotKept(Library):
    """A loan that was made is not to be had."""

    def keep_loan(self, loan: Record) -> Record:
        made = super().keep_loan(loan)
        self.drop(self.world.loans, made)
        return made


class NumberOfNobody(Library):
    """A new book is told with another number than its own, so that links lead to 404."""

    def keep_book(self, draft: Record) -> Record:
        made = super().keep_book(draft)
        return {**made, "id": 1_000_000 + self.world.last}


class ChangeLost(Library):
    """A change of a book is told as done, and not done."""

    def changed(self, book: Record, wanted: Record) -> Record:
        return {**book, **wanted}


class ClosedBody(Library):
    """503 of another shape, which only a closed library answers."""

    def refusal(self, refused: Refused) -> Response:
        answer = super().refusal(refused)
        if refused.status == 503:
            answer.set_data(json.dumps({"message": refused.error}))
        return answer


class ClosedCrash(Library):
    """500 in place of 503, which only a closed library answers."""

    def refusal(self, refused: Refused) -> Response:
        answer = super().refusal(refused)
        if refused.status == 503:
            answer.status_code = 500
        return answer


class NullInState(Library):
    """Null for an author whom the catalogue does not know, which only a state has."""

    def book(self, book: Record) -> Record:
        author = book["author"] if self.world.counted else None
        return {**super().book(book), "author": author}
