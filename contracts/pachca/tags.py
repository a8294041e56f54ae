"""Group tags: names for groups of people. A chat may have a tag as its member."""

from __future__ import annotations

from pydantic import Field

from contracts.pachca.paging import PageQuery
from contracts.pachca.texts import DOCUMENT, Count, Id, Name, Text255
from troth.fields import Payload


class TagPath(Payload, source=DOCUMENT):
    id: Id


class TagsQuery(PageQuery, source=f"{DOCUMENT}; pachca-sdk 1.6.1 sends names[]"):
    names: list[str] | None = None
    names_in_brackets: list[str] | None = Field(None, alias="names[]")


class GroupTag(Payload, source=DOCUMENT):
    id: Id
    name: Text255
    users_count: Count


class GroupTagRequestTag(Payload, source=DOCUMENT):
    name: Name


class GroupTagRequest(Payload, source=DOCUMENT):
    group_tag: GroupTagRequestTag
