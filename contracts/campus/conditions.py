"""Rules of campus over a request and its answer together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from contracts.campus.failures import BY_STATUS
from contracts.campus.texts import PAGE_SIZE
from troth.api import Facts
from troth.jsontext import Json, canonical
from troth.judge import Problem

# --- errors and pages -----------------------------------------------------------------------------


def code_fits_the_status(facts: Facts) -> Iterator[Problem]:
    """A program may go by the code alone."""
    code = _member(_member(facts.response, "error"), "code")
    allowed = BY_STATUS.get(facts.status, ())
    if allowed and isinstance(code, str) and code not in allowed:
        expected = f"{' or '.join(allowed)}, since the status is {facts.status}"
        yield Problem("$.error.code", expected, code, "answer-shape")


def page_is_the_asked_one(facts: Facts) -> Iterator[Problem]:
    """No more items than were asked for, none of them twice, and no more than the whole list has."""
    items, most = _items(facts), _whole(facts.query.get("page_size"), PAGE_SIZE)
    if len(items) > most:
        yield Problem("$.items", f"{most} at most", str(len(items)), "answer-count")
    keys = [canonical(_member(item, "id")) for item in items]
    if len(set(keys)) < len(keys):
        yield Problem("$.items", "each item once", "one of them twice", "answer-count")
    count = _member(facts.response, "count")
    if isinstance(count, int) and count < len(items):
        yield Problem("$.count", f"{len(items)} or more", str(count), "answer-count")


# --- submissions ----------------------------------------------------------------------------------


def run_is_kept_for_a_problem(facts: Facts) -> Iterator[Problem]:
    """201 and a submission where a problem was named, 200 and a free run where none was."""
    named = _member(facts.request, "problem_id") is not None
    if facts.status in (200, 201) and named is not (facts.status == 201):
        expected = "201, since a problem was named" if named else "200, since no problem was named"
        yield Problem("status", expected, str(facts.status), "answer-shape")


def program_is_the_sent_one(facts: Facts) -> Iterator[Problem]:
    """Every character comes back, but for space around the program."""
    if facts.status != 201:
        return
    code = _member(facts.request, "code")
    if isinstance(code, str):
        yield from _same("$.code", _member(facts.response, "code"), code.strip())
    language = _member(facts.request, "language") or "python"
    yield from _same("$.language", _member(facts.response, "language"), language)


def excluded_fields_are_left_out(facts: Facts) -> Iterator[Problem]:
    """What can be long is there unless it was excluded."""
    excluded = set(facts.query.get("exclude", "").split(","))
    for place, submission in _submissions(facts):
        for name in ("code", "output", "error"):
            if (name in submission) is (name in excluded):
                expected = "nothing, since it was excluded" if name in excluded else "this field"
                yield Problem(f"{place}.{name}", expected, "the other", "answer-shape")


def _submissions(facts: Facts) -> Iterator[tuple[str, Mapping[str, Json]]]:
    if facts.status != 200 or not isinstance(facts.response, dict):
        return
    if "items" in facts.response:
        yield from _objects(facts)
    else:
        yield "$", facts.response


# --- threads and exams ----------------------------------------------------------------------------


def changes_are_made(facts: Facts) -> Iterator[Problem]:
    """What was changed comes back as it was sent."""
    if facts.status != 200 or not isinstance(facts.request, dict):
        return
    for name, value in facts.request.items():
        if value is not None:
            yield from _same(f"$.{name}", _member(facts.response, name), value)


def exams_are_the_asked_ones(facts: Facts) -> Iterator[Problem]:
    """Of the asked course, in the asked status."""
    course = _whole(facts.query.get("course"), 0)
    for place, exam in _objects(facts):
        if course:
            yield from _same(f"{place}.course_id", exam.get("course_id"), course)
        if "status" in facts.query:
            yield from _same(f"{place}.status", exam.get("status"), facts.query["status"])


def answers_are_the_sent_ones(facts: Facts) -> Iterator[Problem]:
    """Each answer comes back with its mark, in whatever order."""
    if facts.status == 200:
        yield from _same("$.answers", _given(facts.response), _given(facts.request))


def _given(document: Json) -> list[Json]:
    answers = _member(document, "answers")
    listed = [
        [_member(each, "problem_id"), _member(each, "choice_answers"), _member(each, "fillblank_answers")]
        for each in (answers if isinstance(answers, list) else ())
    ]
    return [*sorted(listed, key=canonical)]


# --- parts of an exchange -------------------------------------------------------------------------


def _member(document: Json, name: str) -> Json:
    return document.get(name) if isinstance(document, dict) else None


def _items(facts: Facts) -> Sequence[Json]:
    """The items of a page."""
    items = _member(facts.response, "items") if facts.status == 200 else None
    return items if isinstance(items, list) else ()


def _objects(facts: Facts) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Each object of a page, with its place."""
    for index, item in enumerate(_items(facts)):
        if isinstance(item, dict):
            yield f"$.items[{index}]", item


def _whole(text: str | None, default: int) -> int:
    """A number of the query; one that cannot be read is the request's fault, and told as such."""
    return int(text) if text is not None and text.isdecimal() else default


def _same(place: str, came: Json, sent: Json) -> Iterator[Problem]:
    if canonical(came) != canonical(sent):
        yield Problem(place, "the same as was asked for", "another value", "echo-differs")
