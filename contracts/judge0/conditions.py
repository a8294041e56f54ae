"""Rules of Judge0 over a request and its answer together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.judge0.payloads import ENCODED_FIELDS, RESULT_FIELDS
from contracts.judge0.texts import RUBY_BASE64
from troth.api import Facts
from troth.jsontext import Json, kind
from troth.judge import Mismatch, Problem, Side

_RUBY_BASE64 = re.compile(RUBY_BASE64)
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=\s]")
_ENCODED_IN = ("source_code", "stdin", "expected_output")
_NUMBER = re.compile(r"[0-9]{1,10}")
_DEFAULT_PER_PAGE = 20


class _OfTheRequest(Problem):
    """What the caller did wrong, though it takes both sides to see it: the service is not to blame."""

    def on(self, operation: str, side: Side) -> Mismatch:  # noqa: ARG002 - the side is known here
        return super().on(operation, "request")


def answer_follows_wait(facts: Facts) -> Iterator[Problem]:
    """wait=true is answered with the submission (or why it cannot be shown), else with the token alone."""
    if facts.status != 201 or not isinstance(facts.response, dict):
        return
    waited = facts.query.get("wait") == "true"
    if waited and facts.query.get("fields") != "token" and facts.response.keys() == {"token"}:
        yield Problem("$", "the submission, since wait=true", "a token alone", "answer-shape")
    if not waited:
        known = sorted(facts.response.keys() & {"status", "error", *RESULT_FIELDS})
        if known:
            yield Problem("$", "a token alone, without wait=true", f"also {', '.join(known)}", "answer-shape")


def texts_are_base64(facts: Facts) -> Iterator[Problem]:
    """base64_encoded=true encodes the texts of the answer."""
    if facts.query.get("base64_encoded") == "true":
        yield from texts_are_always_base64(facts)


def texts_are_always_base64(facts: Facts) -> Iterator[Problem]:
    """The texts of the answer are base64, whatever was asked."""
    for place, document in _submissions(facts):
        for name in ENCODED_FIELDS:
            text = document.get(name)
            if isinstance(text, str) and not _RUBY_BASE64.search(text):
                yield Problem(
                    f"{place}.{name}",
                    "base64 in lines of 60 characters",
                    f"another text of {len(text)} characters",
                    "base64",
                )


def sent_texts_are_base64(facts: Facts) -> Iterator[Problem]:
    """The service decodes leniently: what is not base64 becomes garbage without a word."""
    if facts.query.get("base64_encoded") != "true" or facts.status >= 400:
        return
    for place, document in _asked(facts.request):
        for name in _ENCODED_IN:
            text = document.get(name)
            if isinstance(text, str) and _NOT_BASE64.search(text):
                shown = f"another text of {len(text)} characters"
                yield _OfTheRequest(f"{place}.{name}", "base64, since base64_encoded=true", shown, "base64")


def token_is_the_asked_one(facts: Facts) -> Iterator[Problem]:
    """The path's token comes back, where the token was among the fields."""
    for place, document in _submissions(facts):
        yield from _same(f"{place}.token", document.get("token"), facts.path["token"], "the path's token")


def language_is_the_asked_one(facts: Facts) -> Iterator[Problem]:
    """The language that was sent or addressed comes back, where it was among the fields."""
    if "id" in facts.path and isinstance(facts.response, dict) and facts.status == 200:
        yield from _same("$.id", facts.response.get("id"), int(facts.path["id"]), "the path's id")
    if isinstance(facts.request, dict):
        sent = facts.request.get("language_id")
        for place, document in _submissions(facts):
            came = document.get("language_id")
            yield from _same(f"{place}.language_id", came, sent, "the request's language_id")


def one_answer_for_each_submission(facts: Facts) -> Iterator[Problem]:
    """A batch is answered item by item, in order."""
    if isinstance(facts.request, dict) and isinstance(facts.response, list):
        yield from _same_number("$", len(facts.response), facts.request.get("submissions"))


def one_answer_for_each_token(facts: Facts) -> Iterator[Problem]:
    """A batch is answered token by token, in order; an unknown one is null."""
    if not isinstance(facts.response, dict) or facts.status != 200:
        return
    tokens = facts.query.get("tokens", "").split(",")
    items = facts.response.get("submissions")
    if not isinstance(items, list):
        return
    yield from _same_number("$.submissions", len(items), list(tokens))
    for index, (token, item) in enumerate(zip(tokens, items, strict=False)):
        if isinstance(item, dict):
            place = f"$.submissions[{index}].token"
            yield from _same(place, item.get("token"), token, "the token at the same place")


def page_is_the_asked_one(facts: Facts) -> Iterator[Problem]:
    """The page that was asked for comes back, with no more submissions than fit it."""
    if not isinstance(facts.response, dict) or facts.status != 200:
        return
    meta, items = facts.response.get("meta"), facts.response.get("submissions")
    if isinstance(meta, dict):
        page = _asked_number(facts, "page", 1)
        yield from _same("$.meta.current_page", meta.get("current_page"), page, "the asked page")
    most = _asked_number(facts, "per_page", _DEFAULT_PER_PAGE)
    if most is not None and isinstance(items, list) and len(items) > most:
        yield Problem("$.submissions", f"{most} at most", str(len(items)), "answer-count")


def _asked_number(facts: Facts, name: str, default: int) -> int | None:
    """None for what is no plain number: the service reads it in its own way, and the contract refuses it."""
    text = facts.query.get(name, str(default))
    return int(text) if _NUMBER.fullmatch(text) else None


def _submissions(facts: Facts) -> Iterator[tuple[str, dict[str, Json]]]:
    """Each submission of an answer that is no error, with its place."""
    if facts.status < 300:
        yield from _asked(facts.response)


def _asked(document: Json) -> Iterator[tuple[str, dict[str, Json]]]:
    """A document itself, or each of the ``submissions`` that it holds."""
    if not isinstance(document, dict):
        return
    items = document.get("submissions")
    if not isinstance(items, list):
        yield "$", document
        return
    for index, item in enumerate(items):
        if isinstance(item, dict):
            yield f"$.submissions[{index}]", item


def _same(place: str, came: Json, sent: Json, meaning: str) -> Iterator[Problem]:
    if came is None or sent is None or (kind(came) == kind(sent) and came == sent):
        return
    yield Problem(place, f"the same as {meaning}", "another value", "echo-differs")


def _same_number(place: str, came: int, sent: Json) -> Iterator[Problem]:
    if isinstance(sent, list) and came != len(sent):
        yield Problem(place, f"{len(sent)} items, one for each asked", str(came), "answer-count")
