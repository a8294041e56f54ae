"""How often one may call, by the clock of the test."""

from __future__ import annotations

from collections import Counter

import pytest

from providers.pachca.limits import RATES, Limits, Rate
from providers.pachca.refusal import Refused
from tests.providers.pachca.conftest import Enter
from tests.providers.pachca.stage import GENERAL, TEAM, Clock, Pachca, problems

MESSAGE = {"message": {"entity_id": GENERAL, "content": "Привет"}}


def statuses(pachca: Pachca, number: int, method: str, path: str, body: object = None) -> Counter[int]:
    return Counter(pachca.send(method, path, body).status_code for _ in range(number))


def test_thirty_messages_at_once_are_let_into_a_chat(pachca: Pachca) -> None:
    assert statuses(pachca, 40, "POST", "/messages", MESSAGE) == {201: 30, 429: 10}


def test_a_refusal_says_when_to_come_again(pachca: Pachca) -> None:
    pachca.writes(30)

    answer = pachca.send("POST", "/messages", MESSAGE)

    assert problems(answer) == (429, [("base", "rate_limit")])
    assert answer.headers["Retry-After"] == "1"


def test_who_comes_again_in_time_is_let_in(pachca: Pachca, clock: Clock) -> None:
    pachca.writes(30)
    clock.go_on(1)

    assert statuses(pachca, 5, "POST", "/messages", MESSAGE) == {201: 4, 429: 1}


def test_a_refused_message_is_not_there(pachca: Pachca) -> None:
    pachca.writes(30)
    pachca.send("POST", "/messages", MESSAGE)

    assert len(pachca.ids("/messages", chat_id=GENERAL)) == 30


def test_refusals_do_not_count(pachca: Pachca, clock: Clock) -> None:
    statuses(pachca, 100, "POST", "/messages", MESSAGE)
    clock.go_on(0.25)

    assert statuses(pachca, 2, "POST", "/messages", MESSAGE) == {201: 1, 429: 1}


def test_each_chat_has_its_own_limit(pachca: Pachca) -> None:
    statuses(pachca, 40, "POST", "/messages", MESSAGE)

    assert pachca.write(chat_id=TEAM)["chat_id"] == TEAM


def test_edits_and_deletions_count_as_messages(pachca: Pachca) -> None:
    sent = pachca.writes(28)
    edited = pachca.send("PUT", f"/messages/{sent[0]}", {"message": {"content": "Стало"}}).status_code
    deleted = pachca.send("DELETE", f"/messages/{sent[1]}").status_code

    refused = statuses(pachca, 1, "POST", "/messages", MESSAGE)

    assert (edited, deleted, refused) == (200, 204, {429: 1})


@pytest.mark.parametrize(
    ("path", "burst", "in_a_second"),
    [("/messages?chat_id=1", 50, 10), ("/webhooks/events", 5, 2), ("/users", 250, 50)],
)
def test_each_group_has_its_own_rate(
    pachca: Pachca, clock: Clock, path: str, burst: int, in_a_second: int
) -> None:
    first = statuses(pachca, burst + 1, "GET", path)
    clock.go_on(1)
    second = statuses(pachca, in_a_second + 1, "GET", path)

    assert (first, second) == ({200: burst, 429: 1}, {200: in_a_second, 429: 1})


def test_the_groups_do_not_share(pachca: Pachca) -> None:
    statuses(pachca, 6, "GET", "/webhooks/events")

    assert pachca.data("/profile")["id"] == 14


def test_a_bucket_does_not_fill_beyond_its_burst(pachca: Pachca, clock: Clock) -> None:
    clock.go_on(3600)
    pachca.write()
    clock.go_on(3600)

    assert statuses(pachca, 40, "POST", "/messages", MESSAGE) == {201: 30, 429: 10}


def test_a_clock_that_is_set_back_takes_nothing_away(pachca: Pachca, clock: Clock) -> None:
    pachca.writes(29)
    clock.go_on(-3600)

    assert statuses(pachca, 2, "POST", "/messages", MESSAGE) == {201: 1, 429: 1}


@pytest.mark.parametrize(
    ("a_second", "seconds"), [(4.0, "1"), (1.0, "1"), (0.5, "2"), (0.3, "4"), (0.01, "100")]
)
def test_who_waits_as_told_in_whole_seconds_is_let_in_again(
    clock: Clock, a_second: float, seconds: str
) -> None:
    limits = Limits(clock, {**RATES, "slow": Rate(1, a_second)})
    limits.take("slow", 1)

    with pytest.raises(Refused) as refused:
        limits.take("slow", 1)

    clock.go_on(int(refused.value.headers["Retry-After"]))
    limits.take("slow", 1)
    assert refused.value.headers["Retry-After"] == seconds


def test_a_limit_that_is_used_up_stays_so(pachca: Pachca, enter: Enter) -> None:
    enter("the message limit is used up", retry_after=120)

    answers = [pachca.send("POST", "/messages", MESSAGE) for _ in range(3)]

    assert [(it.status_code, it.headers["Retry-After"]) for it in answers] == [(429, "120")] * 3


def test_a_limit_that_is_used_up_for_one_call(pachca: Pachca, enter: Enter) -> None:
    enter("the message limit is used up", times=1)

    answers = [pachca.send("POST", "/messages", MESSAGE).status_code for _ in range(2)]

    assert answers == [429, 201]


def test_what_is_read_is_not_refused_then(pachca: Pachca, enter: Enter) -> None:
    enter("the message limit is used up")

    assert len(pachca.ids("/messages", chat_id=GENERAL)) == 1


def test_limits_that_are_lifted_refuse_nobody_until_the_reset(clock: Clock) -> None:
    limits = Limits(clock, {"writing": Rate(1, 1.0)})
    limits.lift()
    limits.take("writing", 1)
    limits.take("writing", 1)
    limits.reset()
    limits.take("writing", 1)

    with pytest.raises(Refused):
        limits.take("writing", 1)
