"""Rules of Pachca over a request and its answer together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from troth.api import Condition, Facts
from troth.jsontext import Json, canonical
from troth.judge import Problem

_ENDS = ("prev_page", "has_next", "has_prev")

# --- pages ----------------------------------------------------------------------------------------


def page_is_the_asked_one(facts: Facts) -> Iterator[Problem]:
    """No more items than were asked for, and none of them twice."""
    yield from _fits(facts, 50)


def long_page_is_the_asked_one(facts: Facts) -> Iterator[Problem]:
    """As other pages, and up to 300 items."""
    yield from _fits(facts, 300)


def _fits(facts: Facts, default: int) -> Iterator[Problem]:
    items, most = _items(facts), _whole(facts.query.get("limit"), default)
    if len(items) > most:
        yield Problem("$.data", f"{most} at most", str(len(items)), "answer-count")
    keys = [canonical(item.get("id", item) if isinstance(item, dict) else item) for item in items]
    if len(set(keys)) < len(keys):
        yield Problem("$.data", "each item once", "one of them twice", "answer-count")


def page_tells_its_ends(facts: Facts) -> Iterator[Problem]:
    """Both cursors and whether there is more, but where people are searched for; first pages are first."""
    paginate = _member(_member(facts.response, "meta"), "paginate")
    if facts.status != 200 or not isinstance(paginate, dict):
        return
    for name in _ENDS if "query" not in facts.query else ():
        if name not in paginate:
            yield Problem(f"$.meta.paginate.{name}", "this field", "nothing", "answer-shape")
    if "cursor" not in facts.query and paginate.get("has_prev") is True:
        expected = "false, since no cursor was sent"
        yield Problem("$.meta.paginate.has_prev", expected, "true", "answer-shape")


# --- messages -------------------------------------------------------------------------------------


def message_is_where_it_was_sent(facts: Facts) -> Iterator[Problem]:
    """A message goes to what was named. A thread may be named by its chat, as a discussion."""
    sent, came = _member(facts.request, "message"), _member(facts.response, "data")
    if facts.status != 201 or not isinstance(sent, dict) or not isinstance(came, dict):
        return
    asked = sent.get("entity_type", "discussion")
    if came.get("entity_type") == asked:
        yield from _same("$.data.entity_id", came.get("entity_id"), sent.get("entity_id"))
    elif (asked, came.get("entity_type")) == ("discussion", "thread"):
        yield from _same("$.data.chat_id", came.get("chat_id"), sent.get("entity_id"))
    else:
        yield from _same("$.data.entity_type", came.get("entity_type"), asked)


def content_is_the_sent_one(facts: Facts) -> Iterator[Problem]:
    """Every character comes back, but where ``<@12>`` names somebody: it becomes ``@nickname``."""
    content = _member(_member(facts.request, "message"), "content")
    if facts.status < 300 and isinstance(content, str) and "<@" not in content:
        yield from _same("$.data.content", _member(_member(facts.response, "data"), "content"), content)


def messages_are_of_the_asked_chat(facts: Facts) -> Iterator[Problem]:
    """All of one chat, and none that was deleted."""
    chat = _whole(facts.query.get("chat_id"), -1)
    for place, message in _objects(facts):
        yield from _same(f"{place}.chat_id", message.get("chat_id"), chat)
        if message.get("deleted_at") is not None:
            yield Problem(
                f"{place}.deleted_at", "null: deleted messages are not listed", "a time", "answer-shape"
            )


def items_are_in_order(facts: Facts) -> Iterator[Problem]:
    """Newest first unless asked otherwise. Behind a cursor, which may lead back, nothing is said."""
    if "cursor" in facts.query:
        return
    by, descending = facts.query.get("sort", "id"), facts.query.get("order", "desc") != "asc"
    values = [item.get(by) for _, item in _objects(facts)]
    if not _ordered(values, descending=descending):
        order = "descending" if descending else "ascending"
        yield Problem("$.data", f"items by {by}, {order}", "another order", "answer-shape")


def _ordered(values: Sequence[Json], *, descending: bool) -> bool:
    numbers = [value for value in values if isinstance(value, int)]
    texts = [value for value in values if isinstance(value, str)]
    return numbers == sorted(numbers, reverse=descending) and texts == sorted(texts, reverse=descending)


# --- chats ----------------------------------------------------------------------------------------


def chat_is_the_asked_one(facts: Facts) -> Iterator[Problem]:
    """A new chat is as it was asked for, and holds whom it was asked to hold."""
    sent, came = _member(facts.request, "chat"), _member(facts.response, "data")
    if facts.status != 201 or not isinstance(sent, dict) or not isinstance(came, dict):
        return
    yield from _same("$.data.name", came.get("name"), sent.get("name"))
    for name in ("channel", "public"):
        yield from _same(f"$.data.{name}", came.get(name), sent.get(name, False))
    for name in ("archived", "personal"):
        if came.get(name) is not False:
            yield Problem(f"$.data.{name}", "false, since the chat is new", "true", "answer-shape")
    for name in ("member_ids", "group_tag_ids"):
        asked, held = sent.get(name), came.get(name)
        if isinstance(asked, list) and isinstance(held, list) and any(each not in held for each in asked):
            yield Problem(f"$.data.{name}", "all that were asked for", "not all", "echo-differs")


def chats_are_the_asked_ones(facts: Facts) -> Iterator[Problem]:
    """What a list of chats was asked to leave out is not in it."""
    for place, chat in _objects(facts):
        for name, wanted in _wanted(facts.query).items():
            if chat.get(name) is not wanted:
                shown = str(wanted).lower()
                yield Problem(f"{place}.{name}", f"{shown}, as asked", "the other", "answer-shape")


def _wanted(query: Mapping[str, str]) -> Mapping[str, bool]:
    wanted: dict[str, bool] = {}
    if query.get("archived") != "true":
        wanted["archived"] = False
    if "personal" in query:
        wanted["personal"] = query["personal"] == "true"
    if query.get("availability") == "public":
        wanted["public"] = True
    return wanted


# --- threads and webhooks -------------------------------------------------------------------------


def thread_stands_alone(facts: Facts) -> Iterator[Problem]:
    """A thread that was made from no message names none."""
    if facts.status == 201 and _member(_member(facts.response, "data"), "message_id") is not None:
        expected = "null, since no message was named"
        yield Problem("$.data.message_id", expected, "the id of a message", "answer-shape")


def webhook_goes_where_it_was_sent(facts: Facts) -> Iterator[Problem]:
    """The address comes back; where it was taken away, null or nothing does."""
    webhook = _member(_member(facts.response, "data"), "webhook")
    if facts.status != 200 or not isinstance(webhook, dict):
        return
    asked = _member(_member(facts.request, "webhook"), "outgoing_url")
    if (webhook.get("outgoing_url") or "") != asked:
        yield from _same("$.data.webhook.outgoing_url", webhook.get("outgoing_url"), asked)


# --- parts of an exchange -------------------------------------------------------------------------


def _member(document: Json, name: str) -> Json:
    return document.get(name) if isinstance(document, dict) else None


def _items(facts: Facts) -> Sequence[Json]:
    """The items of a page."""
    items = _member(facts.response, "data") if facts.status == 200 else None
    return items if isinstance(items, list) else ()


def _objects(facts: Facts) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Each object of a page, with its place."""
    for index, item in enumerate(_items(facts)):
        if isinstance(item, dict):
            yield f"$.data[{index}]", item


def _whole(text: str | None, default: int) -> int:
    """A number of the query; one that cannot be read is the request's fault, and told as such."""
    return int(text) if text is not None and text.isdecimal() else default


def _same(place: str, came: Json, sent: Json) -> Iterator[Problem]:
    if canonical(came) != canonical(sent):
        yield Problem(place, "the same as was asked for", "another value", "echo-differs")


PAGE: tuple[Condition, ...] = (page_is_the_asked_one, page_tells_its_ends)
"""What holds for every page."""
