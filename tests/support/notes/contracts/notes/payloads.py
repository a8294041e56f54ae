"""What a service of notes sends and takes."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from troth.fields import Payload, Safe

SOURCE = "assumed"
Number = Annotated[Safe[int], Field(ge=1, le=2**31 - 1)]
Title = Annotated[Safe[str], StringConstraints(min_length=1, max_length=40)]
Size = Annotated[Safe[int], Field(ge=0, le=100)]
Pin = Annotated[str, StringConstraints(min_length=1, max_length=40)]
"""Known to the owner of a note alone."""


class Kind(StrEnum):
    """What a note is."""

    TASK = "task"
    IDEA = "idea"


class Closed(Payload, source=SOURCE):
    """An object without further members."""

    model_config = ConfigDict(extra="forbid")


class NotePath(Payload, source=SOURCE):
    """A note in a path."""

    note_id: Number


class NotesQuery(Closed, source=SOURCE):
    """Which notes."""

    limit: Annotated[Safe[int], Field(ge=1, le=50)] = 10
    kind: Kind | None = None


class NoteDraft(Closed, source=SOURCE):
    """A note to be written."""

    title: Title
    size: Size
    kind: Kind
    pin: Pin


class Note(NoteDraft, source=SOURCE):
    """A note that is kept."""

    id: Number


class Notes(Closed, source=SOURCE):
    """Some of the notes."""

    items: list[Note]
    total: Annotated[Safe[int], Field(ge=0)]


class Trouble(Payload, source=SOURCE):
    """Why there is no answer."""

    error: Annotated[Safe[str], StringConstraints(min_length=1)]
