"""What is kept, for how long, under which key, and what becomes of it when rows change."""

from __future__ import annotations

import logging

import fakeredis
import pytest
import redis
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from courses.factories import DiscussionReplyFactory
from courses.models import DiscussionReply
from courses.services.cache import PARAMETERS, Cache, after_commit, lifetime
from courses.services.cache_rows import IdsCodec, StatusesCodec
from courses.tests.caches import Seconds, Source, at_once

unhurried = settings(deadline=None)
IDS = IdsCodec()
KEYS = Cache(redis.Redis(), "campus")
texts = st.text(max_size=20)
parameters = st.dictionaries(st.sampled_from(sorted(PARAMETERS)), texts | st.integers(), max_size=8)


class Nullable:
    """A number, or none."""

    def pack(self, value: int | None) -> int | None:
        return value

    def unpack(self, packed: int | None) -> int | None:
        return packed


@pytest.fixture
def committing(each_store: redis.Redis, settings: Settings) -> Cache:
    """As the service has it: what was read is kept once the transaction is committed."""
    return Cache(each_store, settings.CACHE_PREFIX)


# --- keys -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "whose", "given_parameters", "key"),
    [
        ("exams", None, None, "campus:exams"),
        ("exams", None, {}, "campus:exams"),
        ("exam", 7, None, "campus:exam:7"),
        ("enrollments", 7, {"page": 2}, "campus:enrollments:7:page=2"),
        ("exams", "all", {"page_size": 5, "page": 2}, "campus:exams:all:page=2&page_size=5"),
        ("exams", None, {"status": "draft"}, "campus:exams:status=draft"),
        ("exams", None, {"search": "a b&c=*"}, "campus:exams:search=a+b%26c%3D%2A"),
        ("exams", "a:*?[x]", None, "campus:exams:a%3A%2A%3F%5Bx%5D"),
        ("exams", 0, None, "campus:exams:0"),
    ],
)
@pytest.mark.case("A041")
def test_a_key_says_what_it_is_of(
    view: str, whose: int | str | None, given_parameters: dict[str, object] | None, key: str
) -> None:
    found = KEYS.key(view, whose, given_parameters)

    assert found == key


@unhurried
@given(parameters)
@pytest.mark.case("A041")
def test_the_order_of_parameters_makes_no_difference(wanted: dict[str, object]) -> None:
    backwards = dict(reversed(wanted.items()))

    assert KEYS.key("exams", 1, wanted) == KEYS.key("exams", 1, backwards)


@unhurried
@given(parameters, st.dictionaries(texts.filter(lambda name: name not in PARAMETERS), texts, max_size=3))
@pytest.mark.case("A041")
def test_other_parameters_make_no_difference(wanted: dict[str, object], others: dict[str, str]) -> None:
    assert KEYS.key("exams", 1, {**others, **wanted}) == KEYS.key("exams", 1, wanted)


@unhurried
@given(st.tuples(texts, texts | st.none(), parameters), st.tuples(texts, texts | st.none(), parameters))
@pytest.mark.case("A041")
def test_what_differs_has_different_keys(
    one: tuple[str, str | None, dict[str, object]], other: tuple[str, str | None, dict[str, object]]
) -> None:
    as_text = [(view, whose, {k: str(v) for k, v in chosen.items()}) for view, whose, chosen in (one, other)]

    assert (KEYS.key(*one) == KEYS.key(*other)) == (as_text[0] == as_text[1])


@unhurried
@given(texts, texts, parameters)
@pytest.mark.case("A042")
def test_no_key_has_wildcards_of_a_user(view: str, whose: str, chosen: dict[str, object]) -> None:
    key = KEYS.key(view, whose, chosen)

    assert not set(key) & set("*?[]\\")


# --- how long -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "seconds_kept"),
    [(None, 300), ([], 60), ({}, 60), ([0], 900), ({"a": 1}, 900), (0, 900), (False, 900), ("", 900)],
)
@pytest.mark.case("A066")
def test_how_long_a_value_is_kept(value: object, seconds_kept: int) -> None:
    assert lifetime(value) == seconds_kept


def test_what_is_kept_is_not_asked_for_again(cache: Cache) -> None:
    source = Source([3, 1, 2])

    found = [cache.get("ids", 1, IDS, source), cache.get("ids", 1, IDS, source)]

    assert found == [[3, 1, 2], [3, 1, 2]]
    assert source.asked == 1


def test_that_there_is_nothing_is_kept_too(cache: Cache) -> None:
    source: Source[int | None] = Source(None)

    found = [cache.get("row", 1, Nullable(), source), cache.get("row", 1, Nullable(), source)]

    assert found == [None, None]
    assert source.asked == 1


@pytest.mark.parametrize(("value", "kept"), [([1], 900), ([], 60)], ids=["a list", "an empty list"])
@pytest.mark.case("A066")
def test_a_second_before_its_end_it_is_a_hit_and_at_its_end_a_miss(
    value: list[int], kept: int, cache: Cache, seconds: Seconds
) -> None:
    source = Source(value)
    cache.get("ids", 1, IDS, source)

    seconds.pass_by(kept - 1)
    cache.get("ids", 1, IDS, source)
    asked_before_the_end = source.asked
    seconds.pass_by(1)
    cache.get("ids", 1, IDS, source)

    assert (asked_before_the_end, source.asked) == (1, 2)


@pytest.mark.case("A066")
def test_that_there_is_nothing_is_forgotten_sooner(cache: Cache, seconds: Seconds) -> None:
    source: Source[int | None] = Source(None)
    cache.get("row", 1, Nullable(), source)

    seconds.pass_by(299)
    cache.get("row", 1, Nullable(), source)
    asked_before_the_end = source.asked
    seconds.pass_by(1)
    cache.get("row", 1, Nullable(), source)

    assert (asked_before_the_end, source.asked) == (1, 2)


@pytest.mark.case("A066")
def test_redis_itself_forgets_it_as_well(cache: Cache) -> None:
    cache.get("ids", 1, IDS, Source([]))

    assert 0 < int(str(cache.store.ttl(cache.key("ids", 1)))) <= 60


# --- dropping -------------------------------------------------------------------------------------


def test_what_was_dropped_is_asked_for_again(cache: Cache) -> None:
    source = Source([1])
    cache.get("ids", 1, IDS, source)
    source.value = [2]

    cache.drop("ids", 1)

    assert cache.get("ids", 1, IDS, source) == [2]


@pytest.mark.case("A042")
def test_one_key_is_dropped_without_its_neighbours(cache: Cache) -> None:
    neighbours = [Source([2]), Source([3])]
    cache.get("ids", 1, IDS, Source([1]))
    cache.get("ids", 11, IDS, neighbours[0])
    cache.get("ids", 1, IDS, neighbours[1], parameters={"page": 1})

    cache.drop("ids", 1)

    assert not cache.store.exists(cache.key("ids", 1))
    assert cache.get("ids", 11, IDS, neighbours[0]) == [2]
    assert cache.get("ids", 1, IDS, neighbours[1], parameters={"page": 1}) == [3]
    assert [source.asked for source in neighbours] == [1, 1]


@pytest.mark.parametrize(
    ("dropped", "stays"),
    [
        ("*", "a"),
        ("a*", "ab"),
        ("?", "a"),
        ("[ab]", "a"),
        ("[^b]", "a"),
        ("a\\", "a"),
        ("1", "11"),
        ("1:page=1", "1"),
        ("", "a"),
    ],
)
@pytest.mark.case("A042")
def test_wildcards_of_a_user_match_nothing_else(dropped: str, stays: str, cache: Cache) -> None:
    wanted, other = {"page": 1}, Source([2])
    cache.get("ids", dropped, IDS, Source([1]), parameters=wanted)
    cache.get("ids", stays, IDS, other, parameters=wanted)

    cache.drop_all("ids", dropped)

    assert not cache.store.exists(cache.key("ids", dropped, wanted))
    assert cache.get("ids", stays, IDS, other, parameters=wanted) == [2]
    assert other.asked == 1


@pytest.mark.parametrize("prefix", ["camp*", "camp?s", "[abc]ampus", "cam\\pus"])
@pytest.mark.case("A042")
def test_wildcards_of_a_deployment_match_no_other(prefix: str, cache: Cache) -> None:
    ours, others = (
        Cache(cache.store, f"{cache.prefix}:{each}", later=at_once) for each in (prefix, "campus")
    )
    kept = Source([2])
    ours.get("ids", 1, IDS, Source([1]), parameters={"page": 1})
    others.get("ids", 1, IDS, kept, parameters={"page": 1})

    ours.drop_all("ids")
    others.get("ids", 1, IDS, kept, parameters={"page": 1})

    assert not cache.store.exists(ours.key("ids", 1, {"page": 1}))
    assert kept.asked == 1


@pytest.mark.case("A042")
def test_a_view_is_dropped_whole_and_alone(cache: Cache) -> None:
    ids = [cache.key("ids", whose, {"page": page}) for whose in range(50) for page in range(5)]
    stays = [cache.key("ids-of-others", 1), cache.key("ids2"), f"{cache.prefix}:other:ids:1"]
    cache.store.mset(dict.fromkeys([*ids, cache.key("ids"), *stays], "anything"))

    cache.drop_all("ids")

    assert cache.store.exists(*ids, cache.key("ids")) == 0
    assert cache.store.exists(*stays) == len(stays)


@pytest.mark.case("A054")
@pytest.mark.case("A074")
def test_who_read_before_it_was_dropped_keeps_nothing(cache: Cache) -> None:
    source = Source([1])
    late = Source([1], meanwhile=lambda: cache.drop("ids", 1))

    cache.get("ids", 1, IDS, late)
    source.value = [2]

    assert cache.get("ids", 1, IDS, source) == [2]


@pytest.mark.case("A074")
def test_a_drop_of_another_view_does_not_matter(cache: Cache) -> None:
    source = Source([1], meanwhile=lambda: cache.drop_all("others"))

    cache.get("ids", 1, IDS, source)
    cache.get("ids", 1, IDS, source)

    assert source.asked == 1


# --- transactions ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.case("A054")
def test_within_a_transaction_nothing_is_kept_before_the_commit(committing: Cache) -> None:
    with transaction.atomic():
        committing.get("ids", 1, IDS, Source([1]))
        before = committing.store.exists(committing.key("ids", 1))

    assert (before, committing.store.exists(committing.key("ids", 1))) == (0, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.case("A054")
@pytest.mark.case("A058")
def test_what_was_read_in_a_transaction_that_failed_is_not_kept(committing: Cache) -> None:
    def fail() -> None:
        with transaction.atomic():
            committing.get("ids", 1, IDS, Source([1]))
            raise RuntimeError("rolled back")

    with pytest.raises(RuntimeError, match="rolled back"):
        fail()

    assert not committing.store.exists(committing.key("ids", 1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.case("A038")
@pytest.mark.case("A062")
def test_a_drop_that_fails_holds_up_neither_row_nor_other_drops(
    caplog: pytest.LogCaptureFixture,
) -> None:
    dropped: list[str] = []

    def fail() -> None:
        raise LookupError("a mistake of ours")

    with transaction.atomic():
        reply = DiscussionReplyFactory.create()
        after_commit(fail, lambda: dropped.append("the other"))

    assert DiscussionReply.objects.get() == reply
    assert dropped == ["the other"]
    assert "a mistake of ours" in caplog.text


# --- loss, corruption, failure --------------------------------------------------------------------


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "{",
        "null",
        "[]",
        "7",
        "{}",
        '{"until": 9e12}',
        '{"value": [1]}',
        '{"until": "later", "value": [1]}',
        '{"until": 9e12, "value": null}',
        '{"until": 9e12, "value": 7}',
        '{"until": 9e12, "value": ["x"]}',
        b"\xff\xfe",
    ],
)
@pytest.mark.case("A059")
def test_what_cannot_be_read_is_asked_for_again_and_replaced(
    kept: str | bytes, cache: Cache, caplog: pytest.LogCaptureFixture
) -> None:
    source = Source([5])
    cache.store.set(cache.key("ids", 1), kept)

    found = [cache.get("ids", 1, IDS, source), cache.get("ids", 1, IDS, source)]

    assert found == [[5], [5]]
    assert source.asked == 1
    assert [record.levelno for record in caplog.records if record.name == "campus.cache"] == [logging.WARNING]


@pytest.mark.case("A059")
def test_a_key_of_another_type_is_replaced(cache: Cache) -> None:
    source = Source({1: "solved"})
    cache.store.rpush(cache.key("statuses", 1), "not", "text")

    found = [cache.get("statuses", 1, StatusesCodec(), source) for _ in range(2)]

    assert found == [{1: "solved"}, {1: "solved"}]
    assert source.asked == 1


@pytest.mark.case("A059")
def test_a_store_that_lost_everything_is_filled_again(cache: Cache) -> None:
    source = Source([1])
    cache.get("ids", 1, IDS, source)
    cache.drop_all("ids")
    cache.store.delete(f"{cache.prefix}:stamps:ids", cache.key("ids", 1))

    cache.get("ids", 1, IDS, source)
    cache.get("ids", 1, IDS, source)

    assert source.asked == 2


@pytest.mark.case("A059")
@pytest.mark.case("A063")
def test_without_a_store_the_database_answers(nowhere: redis.Redis, caplog: pytest.LogCaptureFixture) -> None:
    source, cache = Source([1]), Cache(nowhere, "campus", later=at_once)

    found = [cache.get("ids", 1, IDS, source), cache.get("ids", 1, IDS, source)]

    assert found == [[1], [1]]
    assert source.asked == 2
    assert [record.levelno for record in caplog.records] == [logging.WARNING, logging.WARNING]


@pytest.mark.case("A062")
def test_without_a_store_dropping_is_logged(nowhere: redis.Redis, caplog: pytest.LogCaptureFixture) -> None:
    cache = Cache(nowhere, "campus")

    cache.drop("ids", 1)
    cache.drop_all("ids")

    assert [record.levelno for record in caplog.records] == [logging.WARNING, logging.WARNING]


@pytest.mark.case("A062")
def test_a_store_that_takes_nothing_more_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    server = fakeredis.FakeServer()
    cache = Cache(fakeredis.FakeRedis(server=server, decode_responses=True), "campus", later=at_once)
    source = Source([1], meanwhile=lambda: setattr(server, "connected", False))

    found = cache.get("ids", 1, IDS, source)

    assert found == [1]
    assert [record.message for record in caplog.records] == ["ids is not cached: ConnectionError"]


def test_a_source_that_fails_leaves_nothing(cache: Cache) -> None:
    def failing() -> list[int]:
        raise LookupError("no database")

    with pytest.raises(LookupError):
        cache.get("ids", 1, IDS, failing)

    assert not cache.store.exists(cache.key("ids", 1))
