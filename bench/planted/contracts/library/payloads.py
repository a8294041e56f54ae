"""What a lending library sends and takes."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from pydantic import ConfigDict, Field, StringConstraints

from troth.fields import Payload, Safe

T = TypeVar("T")
SOURCE = "assumed"

Number = Annotated[Safe[int], Field(ge=1, le=2**31 - 1)]
"""An identifier."""
Name = Annotated[Safe[str], StringConstraints(min_length=1, max_length=120)]
Pages = Annotated[Safe[int], Field(ge=0, le=20_000)]
Copies = Annotated[Safe[int], Field(ge=1, le=500)]
Cents = Annotated[Safe[int], Field(ge=0, le=10**12)]
Moment = Annotated[
    Safe[str],
    StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"),
    Field(json_schema_extra={"format": "date-time"}),
]


class Genre(StrEnum):
    """Where a book stands."""

    NOVEL = "novel"
    POETRY = "poetry"
    HISTORY = "history"
    SCIENCE = "science"


class Closed(Payload, source=SOURCE):
    """An object without further members."""

    model_config = ConfigDict(extra="forbid")


# --- requests -------------------------------------------------------------------------------------


class BookPath(Payload, source=SOURCE):
    """A book in a path."""

    book_id: Number


class MemberPath(Payload, source=SOURCE):
    """A member in a path."""

    member_id: Number


class LoanPath(Payload, source=SOURCE):
    """A loan in a path."""

    loan_id: Number


class PageQuery(Closed, source=SOURCE):
    """Which part of a list."""

    limit: Annotated[Safe[int], Field(ge=1, le=50)] = 10
    offset: Annotated[Safe[int], Field(ge=0, le=100_000)] = 0


class BooksQuery(PageQuery, source=SOURCE):
    """Which books."""

    genre: Genre | None = None
    title: Annotated[Safe[str], StringConstraints(max_length=120)] | None = None
    """A part of the title."""


class BookDraft(Closed, source=SOURCE):
    """A book that the library gets."""

    title: Name
    author: Name
    genre: Genre
    pages: Pages
    copies: Copies
    price: Cents


class BookChange(Closed, source=SOURCE):
    """What becomes different; what is null or left out stays."""

    title: Name | None = None
    copies: Copies | None = None


class MemberDraft(Closed, source=SOURCE):
    """Somebody who joins."""

    name: Name
    city: Annotated[Safe[str], StringConstraints(max_length=80)]


class LoanDraft(Closed, source=SOURCE):
    """Who takes which book."""

    book_id: Number
    member_id: Number


# --- answers --------------------------------------------------------------------------------------


class Book(Closed, source=SOURCE):
    """A book of the library."""

    id: Number
    title: Name
    author: Name
    genre: Genre
    pages: Pages
    copies: Copies
    price: Cents
    lent: Annotated[Safe[int], Field(ge=0, le=500)]
    added: Moment


class Member(Closed, source=SOURCE):
    """Who may borrow."""

    id: Number
    name: Name
    city: Safe[str]
    joined: Moment


class Loan(Closed, source=SOURCE):
    """A book that somebody has."""

    id: Number
    book_id: Number
    member_id: Number
    title: Name
    """Of the book."""
    due: Moment
    renewed: Annotated[Safe[int], Field(ge=0, le=2)]
    fine: Cents


class Page(Closed, Generic[T], source=SOURCE):
    """A part of a list; empty behind its end."""

    items: list[T]
    total: Annotated[Safe[int], Field(ge=0)]
    """Of the whole list."""


class LoansPage(Page[Loan], source=SOURCE):
    """Loans, and what they cost together."""

    fines: Annotated[Safe[int], Field(ge=0)]
    """The sum of the fines of these items."""


class Trouble(Payload, source=SOURCE):
    """Why there is no answer."""

    error: Annotated[Safe[str], StringConstraints(min_length=1)]
