"""Users, the own profile and token, and the tags of users."""

from __future__ import annotations

from providers.pachca import documents
from providers.pachca.access import Access
from providers.pachca.call import Answer, Call
from providers.pachca.fake import Fake
from providers.pachca.paging import page
from providers.pachca.records import User
from providers.pachca.refusal import unprocessable
from providers.pachca.vocabulary import Code

LONGEST_NAME = 255
SYSTEM_WORDS = ("here", "all")


class People:
    """Every operation raises ``Refused``."""

    def __init__(self, fake: Fake) -> None:
        self._world = fake.world
        self._access = Access(fake.world)

    def profile(self, call: Call) -> Answer:
        return 200, {"data": self._shown(call.user)}

    def token(self, call: Call) -> Answer:
        return 200, {"data": documents.token(call.token)}

    def get(self, call: Call) -> Answer:
        return 200, {"data": self._shown(self._access.user(call.id()))}

    def list(self, call: Call) -> Answer:
        """Employees, not bots. With ``query`` the page tells the next cursor and nothing else."""
        query = call.text("query").strip().lower()
        found = [user for user in self._world.users.values() if not user.bot and query in _searchable(user)]
        document = page(call, f"users {query}", found, lambda it: (it.id,), self._shown)
        if query:
            document["meta"] = {"paginate": {"next_page": _next_page(document)}}
        return 200, document

    def _shown(self, user: User) -> dict[str, object]:
        return documents.user(user, self._world)


class Tags:
    """Every operation raises ``Refused``."""

    def __init__(self, fake: Fake) -> None:
        self._world = fake.world
        self._access = Access(fake.world)

    def create(self, call: Call) -> Answer:
        name = self._name(call)
        self._require_free(name, None)
        return 201, {"data": documents.tag(self._world.add_tag(name))}

    def list(self, call: Call) -> Answer:
        names = [*call.query.get("names[]", []), *call.query.get("names", [])]
        found = [tag for tag in self._world.tags.values() if not names or tag.name in names]
        listing = f"tags {sorted(names)}"
        return 200, page(call, listing, found, lambda it: (it.id,), documents.tag)

    def get(self, call: Call) -> Answer:
        return 200, {"data": documents.tag(self._access.tag(call.id()))}

    def update(self, call: Call) -> Answer:
        name = self._name(call)
        tag = self._access.tag(call.id())
        self._require_free(name, tag.id)
        tag.name = name
        return 200, {"data": documents.tag(tag)}

    def delete(self, call: Call) -> Answer:
        """Who was in a chat by this tag alone is in it no more."""
        tag = self._access.tag(call.id())
        for chat in self._world.chats.values():
            chat.tag_ids = [tag_id for tag_id in chat.tag_ids if tag_id != tag.id]
        del self._world.tags[tag.id]
        return 204, None

    def users(self, call: Call) -> Answer:
        tag = self._access.tag(call.id())
        found = [self._world.users[user_id] for user_id in tag.user_ids]
        return 200, page(
            call,
            f"tagged {tag.id}",
            found,
            lambda it: (it.id,),
            lambda it: documents.user(it, self._world),
        )

    def _name(self, call: Call) -> str:
        fields = call.body().inner("group_tag")
        fields.require("name")
        name = fields.text("name")
        fields.settle()
        if not name.strip():
            raise unprocessable("name", Code.BLANK, name)
        if len(name) > LONGEST_NAME:
            raise unprocessable("name", Code.TOO_LONG, name)
        if name.lower() in SYSTEM_WORDS:
            raise unprocessable("name", Code.USE_OF_SYSTEM_WORDS, name)
        return name

    def _require_free(self, name: str, but_for: int | None) -> None:
        if any(tag.name == name and tag.id != but_for for tag in self._world.tags.values()):
            raise unprocessable("name", Code.TAKEN, name)


def _searchable(user: User) -> str:
    return f"{user.first_name} {user.last_name} {user.nickname} {user.nickname}@example.com".lower()


def _next_page(document: dict[str, object]) -> object:
    meta = document["meta"]
    assert isinstance(meta, dict)
    return meta["paginate"]["next_page"]
