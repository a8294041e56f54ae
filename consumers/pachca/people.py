"""The people of a company, their tags, and who the client itself is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from consumers.pachca.caller import PAGE_SIZE, Caller, path
from contracts.pachca.paging import Data, Page
from contracts.pachca.tags import GroupTag
from contracts.pachca.tokens import AccessTokenInfo
from contracts.pachca.users import User


class People(Caller):
    """The part of the client that finds people, and puts tags on them."""

    def users(self, query: str | None = None, *, page_size: int = PAGE_SIZE) -> Iterator[User]:
        """Everybody, or those whose name or address fits ``query``."""
        return self._items("/users", Page[User], {"query": query}, size=page_size)

    def user(self, user_id: int) -> User:
        """One person or bot."""
        return self._get(path("users", user_id), Data[User]).data

    def profile(self) -> User:
        """Whose token this is."""
        return self._get("/profile", Data[User]).data

    def token_info(self) -> AccessTokenInfo:
        """What the token may do."""
        return self._get("/oauth/token/info", Data[AccessTokenInfo]).data

    # --- tags -------------------------------------------------------------------------------------

    def tags(self, names: Sequence[str] = (), *, page_size: int = PAGE_SIZE) -> Iterator[GroupTag]:
        """All tags, or those with one of ``names``."""
        return self._items("/group_tags", Page[GroupTag], {"names[]": names}, size=page_size)

    def tag(self, tag_id: int) -> GroupTag:
        """One tag."""
        return self._get(path("group_tags", tag_id), Data[GroupTag]).data

    def tag_users(self, tag_id: int, *, page_size: int = PAGE_SIZE) -> Iterator[User]:
        """Who has a tag."""
        return self._items(path("group_tags", tag_id, "users"), Page[User], size=page_size)

    def create_tag(self, name: str) -> GroupTag:
        """Make a tag; names are unique."""
        return self._write("POST", "/group_tags", 201, Data[GroupTag], {"group_tag": {"name": name}}).data

    def rename_tag(self, tag_id: int, name: str) -> GroupTag:
        """Give a tag another name."""
        document = {"group_tag": {"name": name}}
        return self._write("PUT", path("group_tags", tag_id), 200, Data[GroupTag], document).data

    def delete_tag(self, tag_id: int) -> None:
        """Delete a tag."""
        self._do("DELETE", path("group_tags", tag_id))
