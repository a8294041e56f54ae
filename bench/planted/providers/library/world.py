"""What the library knows: books, members and loans, by number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from troth.jsontext import Json

Record = dict[str, Json]
Shelf = dict[int, Record]
MOMENT = "2026-03-02T10:00:00Z"
"""When everything happens: no clock, so that a run can be repeated."""
GENRES = ("novel", "poetry", "history", "science")


@dataclass
class World:
    """Every record, and what the door says."""

    books: Shelf = field(default_factory=dict)
    members: Shelf = field(default_factory=dict)
    loans: Shelf = field(default_factory=dict)
    last: int = 0
    """The number given last. None is given twice."""
    closed: bool = False
    counted: bool = True
    """Whether every book has its author in the catalogue."""

    def add(self, shelf: Shelf, record: Mapping[str, Json]) -> Record:
        """Give the record a number and keep it."""
        self.last += 1
        made: Record = {"id": self.last, **record}
        shelf[self.last] = made
        return made


def stocked() -> World:
    """Two members, thirty books and three loans, of which one was renewed twice."""
    world = World()
    lent = world.add(world.books, _book(0))
    member = world.add(world.members, {"name": "Ada", "city": "Bergen", "joined": MOMENT})
    for number, renewed in enumerate((2, 0, 0)):
        loan = {"book_id": lent["id"], "member_id": member["id"], "renewed": renewed, "fine": 25 * number}
        world.add(world.loans, {**loan, "due": MOMENT})
    for number in range(1, 30):
        world.add(world.books, _book(number))
    world.add(world.members, {"name": "Grace", "city": "", "joined": MOMENT})
    return world


def _book(number: int) -> Record:
    genre = GENRES[number % len(GENRES)]
    known: Record = {"title": f"Book {number}", "author": "Anonymous", "genre": genre}
    return {**known, "pages": 10 * number, "copies": 50, "price": 1250, "added": MOMENT}
