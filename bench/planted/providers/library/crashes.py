"""Defects that answer 500: a value, or an order of calls, that nobody thought of."""

from __future__ import annotations

import json

from providers.library.app import Library, Refused, whole
from providers.library.world import Record
from pydantic import BaseModel
from werkzeug.wrappers import Request, Response

from troth.jsontext import Json


class EmptyTitle(Library):
    """500 where books are looked for by an empty title."""

    def fits(self, book: Record, asked: Record) -> bool:
        if asked["title"] is not None:
            assert str(asked["title"])[0]
        return super().fits(book, asked)


class NoPages(Library):
    """500 for a new book of 0 pages."""

    def keep_book(self, draft: Record) -> Record:
        assert whole(draft["price"]) // whole(draft["pages"]) >= 0
        return super().keep_book(draft)


class HugePrice(Library):
    """500 for a price that a column of 32 bits does not hold."""

    def keep_book(self, draft: Record) -> Record:
        whole(draft["price"]).to_bytes(4, "big", signed=True)
        return super().keep_book(draft)


class FarOffset(Library):
    """500 for a part of a list that begins at the highest offset."""

    def part(self, records: list[Record], asked: Record) -> list[Record]:
        assert whole(asked["offset"]) < 100_000
        return super().part(records, asked)


class NulInTitle(Library):
    """500 for a title with NUL, as PostgreSQL refuses it."""

    def keep_book(self, draft: Record) -> Record:
        assert "\0" not in str(draft["title"])
        return super().keep_book(draft)


class EmojiInName(Library):
    """500 for a member whose name leaves the basic plane, as MySQL's utf8 refuses it."""

    def body(self, model: type[BaseModel], text: bytes) -> Record:
        read = super().body(model, text)
        assert all(ord(letter) < 0x10000 for letter in str(read.get("name", "")))
        return read


class LongestTitle(Library):
    """500 for the longest title that is allowed: the column is one shorter."""

    def keep_book(self, draft: Record) -> Record:
        assert len(str(draft["title"])) < 120
        return super().keep_book(draft)


class LoneSurrogate(Library):
    """500 for half of a surrogate pair, escaped in the JSON of a body."""

    def body(self, model: type[BaseModel], text: bytes) -> Record:
        try:
            sent = json.dumps(json.loads(text), ensure_ascii=False)
        except (ValueError, RecursionError):
            sent = ""
        sent.encode("utf-8")
        return super().body(model, text)


class BodyOfAnotherKind(Library):
    """500 where a body is JSON but no object."""

    def body(self, model: type[BaseModel], text: bytes) -> Record:
        if text.lstrip()[:1] in (b"[", b'"'):
            raise TypeError
        return super().body(model, text)


class SecondReturn(Library):
    """500 where a loan that was given back is given back again."""

    def give_back(self, request: Request, number: str) -> Response:
        try:
            return super().give_back(request, number)
        except Refused:
            if number.isdecimal() and int(number) <= self.world.last:
                raise KeyError(number) from None
            raise


class DanglingLoan(Library):
    """A book that is lent can be dropped: 500 where its loan is read then."""

    def drop_book(self, _: Request, number: str) -> Response:
        self.drop(self.world.books, self.found(self.world.books, number))
        return Response(status=204)


class NumberOfText(Library):
    """500 where a limit is no number."""

    def parameter(self, text: str) -> Json:
        return int(text)
