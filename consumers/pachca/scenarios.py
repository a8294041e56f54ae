"""The use of Pachca, claimed once. Every proof comes from these.

Texts are made up, and hold what is easily lost: Russian letters, emoji, tabs and line feeds. Names, cursors
and the keys of files are hidden in recordings, so nothing is claimed of them but that they fit together.

What sends, makes or changes something leaves it behind on a real service, so such scenarios run on a fake
alone; those that only read run anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from consumers.pachca.client import PachcaClient
from consumers.pachca.errors import (
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    OutcomeUnknown,
    PlanRequired,
    RateLimited,
    Unavailable,
    UploadRefused,
)
from consumers.pachca.seen import SeenInMemory, SeenStore
from consumers.pachca.uploads import UploadedFile
from consumers.pachca.waiting import Clock
from consumers.pachca.webhooks import Event, WebhookReceiver
from contracts.pachca.messages import Button
from contracts.pachca.operations import pachca
from contracts.pachca.webhooks import (
    ButtonWebhookPayload,
    ChatMemberWebhookPayload,
    LinkSharedWebhookPayload,
    MessageWebhookPayload,
    ReactionWebhookPayload,
)
from troth.scenario import Delivery, Server, State

CHAT = "a chat with members"
MESSAGE = "a message"
FOREIGN_MESSAGE = "a message of somebody else"
FIVE_MESSAGES = State("a chat with messages", {"count": 5})
THROTTLED_ONCE = State("the message limit is used up", {"retry_after": 2, "times": 1})
THROTTLED_LONG = State("the message limit is used up", {"retry_after": 3600})
DOWN_ONCE = State("the service is unavailable", {"times": 1})
GATEWAY_DOWN_ONCE = State("the gateway is down", {"times": 1})
FULL = State("a message full of reactions", {"limit": "user"})

TEXT = 'Сборка зелёная 🎉\n\tи выложена: «готово» — <b>3</b> & \\ "4"'
UNKNOWN = 2_000_000_000
"""An id that nothing has."""
THUMB = "👍"

CHAT_NAME, CHAT_NEW_NAME = "redacted-1", "redacted-3"
"""They look as what redaction puts in the place of the first and the third value that it hides: the answer
repeats the name that was asked for, and the mock's must do so too. Between them is the room of the chat."""

TAG_NAME, TAG_NEW_NAME = "redacted-1", "redacted-4"
"""Likewise, of a tag. Between them are the cursors of a page."""

FILE_NAME = "redacted-5"
"""Likewise: three signatures and the folder are met before it, and the key of a file holds its name."""


def _client(server: Server, *, role: str = "valid", clock: Clock | None = None) -> PachcaClient:
    """The client as the team configures it, on the clock of the server unless another is given."""
    here = Clock(server.clock.monotonic, server.clock.sleep, server.clock.now)
    return PachcaClient(server.url, server.secret(role), clock=clock or here)


def _id(server: Server, kind: str) -> int:
    return int(server.values[f"{kind}_id"] or 0)


def _patient(server: Server, slept: list[float]) -> PachcaClient:
    """One that writes down how long it would have slept."""
    return _client(server, clock=Clock(sleep=slept.append))


@dataclass
class Ears:
    """The team's receiver of webhooks, with what it heard."""

    server: Server
    secret: str = ""
    heard: list[Event] = field(default_factory=list)
    seen: SeenStore = field(default_factory=SeenInMemory)

    def take(self, delivery: Delivery) -> int:
        """Answer a delivery as the team's view does."""
        receiver = WebhookReceiver(
            self.secret or self.server.secret("signing"),
            clock=lambda: delivery.received_at,
            seen=self.seen,
        )
        return receiver.answer(dict(delivery.headers), delivery.body, self.heard.append)

    def stumble(self, delivery: Delivery) -> int:
        """Take a delivery, and fail to say so."""
        self.take(delivery)
        return 500


# --- messages -------------------------------------------------------------------------------------


@pachca.scenario("a message arrives letter by letter", given=CHAT, writes=True)
def message_is_sent(server: Server) -> None:
    client = _client(server)
    sent = client.send(_id(server, "chat"), TEXT)
    found = client.get(sent.id)
    assert (sent.content, found.content) == (TEXT, TEXT)
    assert found.user_id == _id(server, "bot")


@pachca.scenario("a message goes to a person", given=CHAT, writes=True)
def direct_message(server: Server) -> None:
    sent = _client(server).send_to_user(_id(server, "user"), TEXT)
    assert (sent.entity_type, sent.content) == ("user", TEXT)


@pachca.scenario("a message is answered where it stands", given=MESSAGE, writes=True)
def reply(server: Server) -> None:
    answer = _client(server).reply(_id(server, "message"), "Спасибо!")
    assert (answer.parent_message_id, answer.entity_type) == (_id(server, "message"), "discussion")


@pachca.scenario("a message is answered in its thread", given=MESSAGE, writes=True)
def reply_in_thread(server: Server) -> None:
    client, message_id = _client(server), _id(server, "message")
    first = client.reply_in_thread(message_id, "Один")
    second = client.reply_in_thread(message_id, "Два\n🧵")
    listed = [message.content for message in client.list_messages(first.chat_id, order="asc")]
    assert listed == ["Один", "Два\n🧵"]
    assert (first.entity_id, first.root_chat_id) == (second.entity_id, _id(server, "chat"))


@pachca.scenario("a message in a thread is answered there", given="a thread", writes=True)
def reply_within_thread(server: Server) -> None:
    client = _client(server)
    asked = next(client.list_messages(_id(server, "thread_chat")))
    answer = client.reply(asked, "Здесь")
    assert (answer.entity_type, answer.entity_id) == ("thread", _id(server, "thread"))


@pachca.scenario("a thread inside a thread is refused", given="a thread", writes=True)
def thread_in_thread(server: Server) -> None:
    client = _client(server)
    inside = next(client.list_messages(_id(server, "thread_chat")))
    with pytest.raises(Invalid) as caught:
        client.create_thread(inside.id)
    assert caught.value.codes == ("thread_message",)


@pachca.scenario("a thread stands alone", given=CHAT, writes=True)
def standalone_thread(server: Server) -> None:
    client = _client(server)
    made = client.create_standalone_thread()
    sent = client.send_to_thread(made.id, "Первое")
    assert sent.chat_id == made.chat_id
    assert client.thread(made.id).message_id is None


@pachca.scenario("threads are listed", given="a thread")
def threads(server: Server) -> None:
    found = [thread.id for thread in _client(server).list_threads(page_size=1)]
    assert _id(server, "thread") in found


@pachca.scenario("a message is edited and then deleted", given=CHAT, writes=True)
def edit_and_delete(server: Server) -> None:
    client = _client(server)
    sent = client.send(_id(server, "chat"), "Черновик")
    edited = client.edit(sent.id, TEXT)
    client.delete(sent.id)
    assert (edited.id, edited.content) == (sent.id, TEXT)


@pachca.scenario("a message with buttons", given=CHAT, writes=True)
def buttons(server: Server) -> None:
    rows = [[Button(text="Да", data="yes"), Button(text="Нет", data="no")]]
    client = _client(server)
    sent = client.send(_id(server, "chat"), "Выложить?", buttons=rows)
    bare = client.edit(sent.id, "Выложено", buttons=[])
    assert sent.buttons is not None
    assert len(sent.buttons[0]) == 2
    assert not bare.buttons


@pachca.scenario("messages come page by page, newest first", given=FIVE_MESSAGES)
def message_pages(server: Server) -> None:
    found = [message.id for message in _client(server).list_messages(_id(server, "chat"), page_size=2)]
    assert len(found) == 5
    assert (found[0], found[-1]) == (_id(server, "last"), _id(server, "first"))
    assert found == sorted(found, reverse=True)


@pachca.scenario("an empty chat has no messages, and a cursor all the same", given="an empty chat")
def no_messages(server: Server) -> None:
    assert list(_client(server).list_messages(_id(server, "chat"))) == []


@pachca.scenario("a message that is not there", given=CHAT)
def unknown_message(server: Server) -> None:
    with pytest.raises(NotFound):
        _client(server).get(UNKNOWN)


@pachca.scenario("a message without a text is refused", given=CHAT, writes=True)
def blank_message(server: Server) -> None:
    with pytest.raises(Invalid) as caught:
        _client(server).send(_id(server, "chat"), "")
    assert (caught.value.status, caught.value.codes) == (422, ("blank",))


@pachca.scenario("a message of somebody else is not for the bot to edit", given=FOREIGN_MESSAGE, writes=True)
def foreign_message(server: Server) -> None:
    with pytest.raises(NotAllowed) as caught:
        _client(server).edit(_id(server, "message"), TEXT)
    assert (caught.value.reason, len(caught.value.codes)) == ("", 1)


@pachca.scenario("a page that is too large is refused", given=CHAT)
def large_page(server: Server) -> None:
    with pytest.raises(Invalid) as caught:
        list(_client(server).list_messages(_id(server, "chat"), page_size=51))
    assert caught.value.status == 400


@pachca.scenario("a message that is sent twice is there twice", given="an empty chat", writes=True)
def duplicate(server: Server) -> None:
    client, chat_id = _client(server), _id(server, "chat")
    first, second = client.send(chat_id, "Раз"), client.send(chat_id, "Раз")
    assert first.id != second.id
    assert [message.content for message in client.list_messages(chat_id)] == ["Раз", "Раз"]


# --- reactions, pins, readers ---------------------------------------------------------------------


@pachca.scenario("a reaction is added and taken off", given=MESSAGE, writes=True)
def reaction(server: Server) -> None:
    client, message_id = _client(server), _id(server, "message")
    added = client.react(message_id, "🔥")
    client.unreact(message_id, "🔥")
    assert (added.code, added.user_id) == ("🔥", _id(server, "bot"))
    assert list(client.reactions(message_id)) == []


@pachca.scenario("who reacted to a message, page by page", given="a message with reactions")
def reactions(server: Server) -> None:
    found = list(_client(server).reactions(_id(server, "message"), page_size=2))
    assert [one.code for one in found] == [THUMB] * 3
    assert len({one.user_id for one in found}) == 3


@pachca.scenario("one reaction more than a person may have", given=FULL, writes=True)
def too_many_reactions(server: Server) -> None:
    with pytest.raises(Invalid) as caught:
        _client(server).react(_id(server, "message"), "🏁")
    assert caught.value.codes == ("user_limit",)


@pachca.scenario("a message is pinned and unpinned", given=MESSAGE, writes=True)
def pin(server: Server) -> None:
    client, message_id = _client(server), _id(server, "message")
    client.pin(message_id)
    client.unpin(message_id)
    assert client.get(message_id).id == message_id


@pachca.scenario("a message that was deleted is not pinned", given="a deleted message", writes=True)
def pin_deleted(server: Server) -> None:
    with pytest.raises(Invalid) as caught:
        _client(server).pin(_id(server, "message"))
    assert (caught.value.status, caught.value.problems) == (422, ())


@pachca.scenario("who has read a message", given=State("a message that was read", {"count": 3}))
def readers(server: Server) -> None:
    found = list(_client(server).readers(_id(server, "message"), page_size=2))
    assert len(set(found)) == 3


# --- files ----------------------------------------------------------------------------------------


@pachca.scenario("a file is uploaded and sent", given=CHAT, writes=True)
def upload(server: Server) -> None:
    client = _client(server)
    stored = client.upload(FILE_NAME, b"ok\n", content_type="text/plain")
    sent = client.send(_id(server, "chat"), "Отчёт", files=[stored])
    assert [(file.key, file.file_type) for file in sent.files] == [(stored.key, "file")]
    assert stored.size == 3


@pachca.scenario("a file that was uploaded is sent", given="an uploaded file", writes=True)
def file_is_sent(server: Server) -> None:
    key, name = str(server.values["file_key"]), str(server.values["file_name"])
    stored = UploadedFile(key, name, "file", 6)
    sent = _client(server).send(_id(server, "chat"), "Отчёт", files=[stored])
    assert [(file.key, file.file_type) for file in sent.files] == [(key, "file")]


@pachca.scenario("a file under another kind of name is refused", given="an uploaded file", writes=True)
def renamed_file(server: Server) -> None:
    renamed = UploadedFile(str(server.values["file_key"]), "report.exe", "file", 6)
    with pytest.raises(Invalid) as caught:
        _client(server).send(_id(server, "chat"), "Отчёт", files=[renamed])
    assert caught.value.codes == ("wrong_params",)


@pachca.scenario("an upload whose permission has expired", given="uploads have expired", writes=True)
def expired_upload(server: Server) -> None:
    with pytest.raises(UploadRefused) as caught:
        _client(server).upload(FILE_NAME, b"ok\n", content_type="text/plain")
    assert caught.value.status == 403


# --- chats and people -----------------------------------------------------------------------------


@pachca.scenario("chats come page by page", given=State("several chats", {"count": 3}))
def chat_pages(server: Server) -> None:
    found = [chat.id for chat in _client(server).list_chats(sort="id", order="desc", page_size=2)]
    assert {_id(server, "chat"), _id(server, "last_chat")} <= set(found)
    assert found == sorted(set(found), reverse=True)


@pachca.scenario("a chat is made, renamed and archived", given=CHAT, writes=True)
def chat_life(server: Server) -> None:
    client = _client(server)
    made = client.create_chat(CHAT_NAME, member_ids=[_id(server, "user")])
    client.update_chat(made.id, name=CHAT_NEW_NAME)
    client.archive(made.id)
    archived = client.get_chat(made.id)
    client.unarchive(made.id)
    assert (made.archived, archived.archived, client.get_chat(made.id).archived) == (False, True, False)
    assert _id(server, "user") in made.member_ids


@pachca.scenario("a message to an archived chat is refused", given="an archived chat", writes=True)
def archived_chat(server: Server) -> None:
    with pytest.raises(Invalid) as caught:
        _client(server).send(_id(server, "chat"), TEXT)
    assert caught.value.status == 422


@pachca.scenario("people come into a chat and leave it", given="an empty chat", writes=True)
def membership(server: Server) -> None:
    client, chat_id, user_id = _client(server), _id(server, "chat"), _id(server, "user")
    client.add_members(chat_id, [user_id], silent=True)
    client.change_role(chat_id, user_id, "admin")
    inside = [user.id for user in client.members(chat_id)]
    client.remove_member(chat_id, user_id)
    assert user_id in inside
    assert user_id not in [user.id for user in client.members(chat_id)]


@pachca.scenario("the bot leaves a chat", given=CHAT, writes=True)
def leaving(server: Server) -> None:
    client, chat_id = _client(server), _id(server, "chat")
    client.leave(chat_id)
    assert chat_id not in [chat.id for chat in client.list_chats()]


@pachca.scenario("everybody with a tag comes into a chat", given="a group tag with users", writes=True)
def tagged(server: Server) -> None:
    client, chat_id, tag_id = _client(server), _id(server, "chat"), _id(server, "tag")
    wanted = {user.id for user in client.tag_users(tag_id)}
    client.add_chat_tags(chat_id, [tag_id])
    inside = client.get_chat(chat_id)
    client.remove_chat_tag(chat_id, tag_id)
    assert tag_id in inside.group_tag_ids
    assert client.tag(tag_id).users_count == len(wanted)


@pachca.scenario("a tag is made, renamed and deleted", given=CHAT, writes=True)
def tag_life(server: Server) -> None:
    client = _client(server)
    made = client.create_tag(TAG_NAME)
    found = [tag.id for tag in client.tags([made.name])]
    renamed = client.rename_tag(made.id, TAG_NEW_NAME)
    client.delete_tag(made.id)
    assert (found, renamed.id) == ([made.id], made.id)
    assert made.id not in [tag.id for tag in client.tags()]


@pachca.scenario("who is who", given=CHAT)
def people(server: Server) -> None:
    client = _client(server)
    everybody = [user.id for user in client.users(page_size=2)]
    assert _id(server, "user") in everybody
    assert client.user(_id(server, "user")).bot is False
    assert client.profile().id == _id(server, "bot")


@pachca.scenario("somebody is found by name", given=CHAT)
def find_person(server: Server) -> None:
    client = _client(server)
    wanted = client.user(_id(server, "user"))
    found = [user.id for user in client.users(wanted.first_name)]
    assert wanted.id in found


# --- rights ---------------------------------------------------------------------------------------


@pachca.scenario("what a token may do", given=CHAT)
def token_info(server: Server) -> None:
    info = _client(server).token_info()
    assert info.user_id == _id(server, "bot")
    assert "messages:create" in info.scopes


@pachca.scenario("a token that nobody knows", given=CHAT)
def unknown_token(server: Server) -> None:
    with pytest.raises(NotAuthenticated) as caught:
        _client(server, role="stranger").profile()
    assert caught.value.reason != ""


@pachca.scenario("a token that was revoked", given="a token that was revoked", writes=True)
def revoked_token(server: Server) -> None:
    with pytest.raises(NotAuthenticated):
        _client(server).send(_id(server, "chat"), TEXT)


@pachca.scenario("a token that may read and not send", given="a token that may only read", writes=True)
def narrow_token(server: Server) -> None:
    client = _client(server)
    found = client.get(_id(server, "message"))
    with pytest.raises(NotAllowed) as caught:
        client.send(found.chat_id, TEXT)
    assert (caught.value.reason, caught.value.scope) == ("insufficient_scope", "messages:create")


@pachca.scenario("a chat of others is forbidden by a rule", given="a chat of another team")
def foreign_chat(server: Server) -> None:
    with pytest.raises(NotAllowed) as caught:
        list(_client(server).list_messages(_id(server, "chat")))
    assert (caught.value.reason, len(caught.value.codes)) == ("", 1)


@pachca.scenario("a plan that has ended", given="the plan has expired", writes=True)
def unpaid(server: Server) -> None:
    with pytest.raises(PlanRequired):
        _client(server).send(_id(server, "chat"), TEXT)


# --- trouble --------------------------------------------------------------------------------------


@pachca.scenario("a send that was throttled waits and arrives once", given=THROTTLED_ONCE, writes=True)
def throttled_once(server: Server) -> None:
    slept: list[float] = []
    client = _patient(server, slept)
    client.send(_id(server, "chat"), "Один раз")
    found = [message.content for message in client.list_messages(_id(server, "chat"))]
    assert slept == [2.0]
    assert found.count("Один раз") == 1


@pachca.scenario("a pause that is too long is the caller's to make", given=THROTTLED_LONG, writes=True)
def throttled_long(server: Server) -> None:
    slept: list[float] = []
    with pytest.raises(RateLimited) as caught:
        _patient(server, slept).send(_id(server, "chat"), TEXT)
    assert (caught.value.retry_after, slept) == (3600.0, [])


@pachca.scenario("a send that the service failed on is not repeated", given=DOWN_ONCE, writes=True)
def unknown_outcome(server: Server) -> None:
    slept: list[float] = []
    client = _patient(server, slept)
    with pytest.raises(OutcomeUnknown):
        client.send(_id(server, "chat"), "Дошло ли?")
    found = [message.content for message in client.list_messages(_id(server, "chat"))]
    assert slept == []
    assert "Дошло ли?" not in found


@pachca.scenario("a read is asked again when the gateway is back", given=GATEWAY_DOWN_ONCE)
def gateway_back(server: Server) -> None:
    slept: list[float] = []
    found = _patient(server, slept).get(_id(server, "message"))
    assert (found.id, slept) == (_id(server, "message"), [0.5])


@pachca.scenario("a service that stays away is given up", given="the service is unavailable")
def gone(server: Server) -> None:
    slept: list[float] = []
    with pytest.raises(Unavailable):
        _patient(server, slept).profile()
    assert slept == [0.5, 1.0, 2.0]


# --- webhooks -------------------------------------------------------------------------------------


@pachca.scenario("somebody writes to the bot", given="a user who writes to the bot", writes=True)
def hears_a_message(server: Server) -> None:
    client, ears = _client(server), Ears(server)
    client.register_webhook(server.inbox.url)
    server.inbox.receive(ears.take, webhook="message")
    payload = ears.heard[0].payload
    assert isinstance(payload, MessageWebhookPayload)
    assert (payload.event, payload.user_id) == ("new", _id(server, "user"))
    assert client.get(payload.id).content == payload.content


@pachca.scenario(
    "somebody reacts to a message of the bot",
    given="a message in a chat of the bot that a user reacts to",
    writes=True,
)
def hears_a_reaction(server: Server) -> None:
    ears = Ears(server)
    _client(server).register_webhook(server.inbox.url)
    server.inbox.receive(ears.take, webhook="reaction")
    payload = ears.heard[0].payload
    assert isinstance(payload, ReactionWebhookPayload)
    assert (payload.message_id, payload.code) == (_id(server, "message"), THUMB)


@pachca.scenario("somebody presses a button", given="a user who presses the first button", writes=True)
def hears_a_button(server: Server) -> None:
    client, ears = _client(server), Ears(server)
    client.register_webhook(server.inbox.url)
    asked = client.send(_id(server, "chat"), "Выложить?", buttons=[[Button(text="Да", data="yes")]])
    server.inbox.receive(ears.take, webhook="message")
    server.inbox.receive(ears.take, webhook="button")
    payload = ears.heard[1].payload
    assert isinstance(payload, ButtonWebhookPayload)
    assert (payload.message_id, payload.user_id) == (asked.id, _id(server, "user"))


@pachca.scenario("somebody answers the bot in a thread", given="a user who answers the bot", writes=True)
def hears_an_answer(server: Server) -> None:
    client, ears = _client(server), Ears(server)
    root = client.send(_id(server, "chat"), "Вопрос")
    client.register_webhook(server.inbox.url)
    asked = client.reply_in_thread(root.id, "Какой?")
    server.inbox.receive(ears.take, webhook="message")
    server.inbox.receive(ears.take, webhook="message")
    payloads = [event.payload for event in ears.heard]
    own, answer = payloads
    assert isinstance(own, MessageWebhookPayload)
    assert isinstance(answer, MessageWebhookPayload)
    assert (own.id, answer.parent_message_id) == (asked.id, asked.id)
    assert answer.thread is not None
    assert answer.thread.message_id == root.id


@pachca.scenario("a message of the bot's own holds a link", given="a bot with a webhook", writes=True)
def hears_a_link(server: Server) -> None:
    client, ears = _client(server), Ears(server)
    client.register_webhook(server.inbox.url)
    sent = client.send(_id(server, "chat"), "Смотри https://docs.example/a")
    server.inbox.receive(ears.take, webhook="message")
    server.inbox.receive(ears.take, webhook="link_shared")
    payload = ears.heard[1].payload
    assert isinstance(payload, LinkSharedWebhookPayload)
    assert (payload.message_id, len(payload.links)) == (sent.id, 1)


@pachca.scenario("somebody comes into a chat of the bot", given="an empty chat", writes=True)
def hears_of_a_member(server: Server) -> None:
    client, ears = _client(server), Ears(server)
    client.register_webhook(server.inbox.url)
    client.add_members(_id(server, "chat"), [_id(server, "user")])
    server.inbox.receive(ears.take, webhook="chat_member")
    payload = ears.heard[0].payload
    assert isinstance(payload, ChatMemberWebhookPayload)
    assert (payload.event, payload.user_ids) == ("add", [_id(server, "user")])


@pachca.scenario(
    "a delivery that was taken and not acknowledged comes again, and counts once",
    given="a user who writes to the bot",
    writes=True,
)
def hears_it_again(server: Server) -> None:
    ears = Ears(server)
    _client(server).register_webhook(server.inbox.url)
    first = server.inbox.receive(ears.stumble, webhook="message")
    second = server.inbox.receive(ears.take, webhook="message")
    assert first.body == second.body
    assert len(ears.heard) == 1


@pachca.scenario(
    "a delivery that another secret signed is refused", given="a user who writes to the bot", writes=True
)
def forged(server: Server) -> None:
    ears, answered = Ears(server, secret="of somebody else"), list[int]()
    _client(server).register_webhook(server.inbox.url)

    def take(delivery: Delivery) -> int:
        answered.append(ears.take(delivery))
        return answered[-1]

    server.inbox.receive(take, webhook="message")
    assert (answered, ears.heard) == ([401], [])


@pachca.scenario("what happened is fetched from the history", given="events in the history", writes=True)
def history(server: Server) -> None:
    client, heard = _client(server), list[str]()
    count = client.take_webhook_events(lambda event: heard.append(event.event_type))
    assert (count, heard) == (3, ["message_new"] * 3)
    assert list(client.webhook_events()) == []
