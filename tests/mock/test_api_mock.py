"""What a test can ask of the mock of one API."""

from __future__ import annotations

import pytest
import requests

from tests.mock.conftest import record
from tests.mock.library import ONE, SERVER, Loan, Problem, books_api
from troth.errors import BrokenFile, CouldNotCheck, UnknownName, UsageProblem
from troth.exchange import SourceKind
from troth.mock import ApiMock, MockMiss, NotAllowed
from troth.workspace import Settings, Workspace


def test_a_reply_is_synthetic(mocked: ApiMock) -> None:
    mocked.reply(mocked.api.named("titles"), 503, Problem(error="closed"))

    got = requests.get(f"{SERVER}/titles", timeout=5)

    assert (got.status_code, got.json()) == (503, {"error": "closed"})
    assert [call.source.kind for call in mocked.calls] == [SourceKind.SYNTHETIC]


@pytest.mark.parametrize(
    ("operation", "status", "payload", "said"),
    [
        ("titles", 418, None, "status-undeclared"),
        ("titles", 200, {"titles": []}, r"\$: expected array"),
        ("lend", 201, {"id": "12", "title": "Emma"}, r"\$\.id"),
        ("lend", 400, {"error": "no"}, "an empty body"),
        ("loan", 200, None, "an empty body"),
    ],
    ids=["status", "shape", "field", "not empty", "empty"],
)
def test_a_reply_that_the_contract_does_not_allow_is_refused(
    mocked: ApiMock, operation: str, status: int, payload: dict[str, str] | None, said: str
) -> None:
    with pytest.raises(NotAllowed, match=said):
        mocked.reply(mocked.api.named(operation), status, payload)  # type: ignore[arg-type]


def test_what_depends_on_the_request_waits_for_it(mocked: ApiMock) -> None:
    mocked.reply(mocked.api.named("lend"), 201, Loan(id=ONE, title="Emma"))

    got = requests.post(f"{SERVER}/loans", json={"title": "Emma"}, timeout=5)

    assert got.status_code == 201


def test_a_reply_may_be_given_twice(mocked: ApiMock) -> None:
    mocked.reply(mocked.api.named("titles"), 200, [], times=2)

    statuses = [requests.get(f"{SERVER}/titles", timeout=5).status_code for _ in range(2)]

    assert statuses == [200, 200]
    with pytest.raises(MockMiss):
        requests.get(f"{SERVER}/titles", timeout=5)


def test_a_reply_may_be_text(mocked: ApiMock) -> None:
    mocked.reply(mocked.api.named("motto"), 200, "Read.")

    got = requests.get(f"{SERVER}/motto", timeout=5)

    assert (got.text, got.headers["Content-Type"]) == ("Read.", "text/plain")


def test_a_reply_given_no_time_is_refused(mocked: ApiMock) -> None:
    with pytest.raises(UsageProblem, match="once at least"):
        mocked.reply(mocked.api.named("titles"), 200, [], times=0)


def test_an_operation_of_another_api_is_refused(mocked: ApiMock) -> None:
    with pytest.raises(UnknownName, match="operation of books"):
        mocked.reply(books_api().named("titles"), 200, [])


def test_a_played_scenario_gives_its_values_and_says_where_it_came_from(mocked: ApiMock) -> None:
    mocked.play("lending")

    assert mocked.server.values == {"branch": "north"}
    assert mocked.server.token == "{{secret:valid}}"
    assert mocked.provenance == (
        "books: 'lending', simulated by books-fake 1 on 2025-01-01 (cassettes/books/lending.yaml)",
    )


@pytest.mark.usefixtures("mocked")
def test_a_miss_knows_the_cassettes_that_were_not_played() -> None:
    with pytest.raises(MockMiss, match=r'books\.play\("lending"\)'):
        requests.post(f"{SERVER}/loans", json={"title": "Emma"}, timeout=5)


def test_a_scenario_that_nobody_declared_is_refused(mocked: ApiMock) -> None:
    with pytest.raises(UnknownName, match="no scenario of books is named 'lendink'; did you mean 'lending'"):
        mocked.play("lendink")


def test_a_cassette_edited_by_hand_is_refused(mocked: ApiMock, shelves: Workspace) -> None:
    path = shelves.root / "cassettes" / "books" / "lending.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("Emma", "Persuasion"), encoding="utf-8")

    with pytest.raises(BrokenFile, match="edited by hand"):
        mocked.play("lending")


def test_a_recording_that_breaks_the_contract_is_refused(mocked: ApiMock) -> None:
    lend = mocked.api.named("lend")
    stricter = books_api().named("loan").answers[200]
    object.__setattr__(lend, "answers", {200: stricter})

    with pytest.raises(NotAllowed, match=r"lending.yaml#1: step 1 of 'lending' breaks the contract"):
        mocked.play("lending")


class TestAges:
    """Where ``max_age`` is set, what the real service said ages; what a fake said does not."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(max_age={"books": 30})

    def test_a_simulated_recording_does_not_age(self, mocked: ApiMock) -> None:
        mocked.play("lending")

        assert len(mocked.provenance) == 1

    def test_an_expired_recording_could_not_be_checked(self, mocked: ApiMock, shelves: Workspace) -> None:
        record(shelves, "old", simulated=False)

        with pytest.raises(CouldNotCheck, match="recorded 151 days ago, books allows 30"):
            mocked.play("old")

    @pytest.mark.usefixtures("mocked")
    def test_a_miss_says_that_the_recording_expired(self, shelves: Workspace) -> None:
        (shelves.root / "cassettes" / "books" / "lending.yaml").unlink()
        record(shelves, "old", simulated=False)

        with pytest.raises(MockMiss, match="expired"):
            requests.post(f"{SERVER}/loans", json={"title": "Emma"}, timeout=5)
