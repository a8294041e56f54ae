"""What runs leave in .troth/evidence.jsonl."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.facts import NOON, seen
from troth import evidence_store
from troth.errors import BrokenFile, UsageProblem
from troth.evidence import Verdict
from troth.evidence_store import append_evidence, evidence_path, merge_evidence, read_evidence
from troth.exchange import SourceKind

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return evidence_path(tmp_path)


def test_it_lives_in_the_folder_that_git_ignores(tmp_path: Path) -> None:
    assert evidence_path(tmp_path) == tmp_path / ".troth" / "evidence.jsonl"


def test_no_file_is_no_evidence(path: Path) -> None:
    assert read_evidence(path) == ()


def test_what_was_appended_is_read_again(path: Path) -> None:
    append_evidence(path, [seen(), seen(status=404, verdict=Verdict.BROKEN)])

    assert read_evidence(path) == (seen(), seen(status=404, verdict=Verdict.BROKEN))


def test_a_later_run_adds_to_an_earlier_one(path: Path) -> None:
    append_evidence(path, [seen()])

    append_evidence(path, [seen(status=404)])

    assert read_evidence(path) == (seen(), seen(status=404))


def test_the_latest_of_an_exchange_takes_the_place_of_the_earlier(path: Path) -> None:
    append_evidence(path, [seen()])

    append_evidence(path, [seen(when=LATER, verdict=Verdict.BROKEN)])

    assert read_evidence(path) == (seen(when=LATER, verdict=Verdict.BROKEN),)


@pytest.mark.parametrize("kind", [SourceKind.SIMULATED, SourceKind.RECORDED, SourceKind.SYNTHETIC])
def test_what_cassettes_show_is_not_stored(path: Path, kind: SourceKind) -> None:
    append_evidence(path, [seen(kind=kind)])

    assert not path.exists()


def test_a_file_that_is_full_keeps_the_newest(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_store, "LIMIT", 2)
    evidence = [seen(place=f"place {n}", when=NOON + timedelta(seconds=n)) for n in range(5)]

    append_evidence(path, evidence)

    assert read_evidence(path) == tuple(evidence[-2:])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("{", "Invalid JSON", id="not JSON"),
        pytest.param("{}", "api: Field required", id="a field is missing"),
        pytest.param("[1]", "should be an object", id="not an object"),
    ],
)
def test_a_corrupt_line_is_an_error_with_its_place(path: Path, line: str, said: str) -> None:
    append_evidence(path, [seen()])
    path.write_text(path.read_text() + line + "\n")

    with pytest.raises(BrokenFile, match=rf"evidence\.jsonl:2: not a line of evidence: .*{said}"):
        read_evidence(path)


def test_a_time_without_a_zone_is_an_error(path: Path) -> None:
    append_evidence(path, [seen(when=NOON)])
    path.write_text(path.read_text().replace("12:00:00Z", "12:00:00"))

    with pytest.raises(BrokenFile, match="it has no time zone"):
        read_evidence(path)


def test_a_corrupt_file_is_left_as_it_is(path: Path) -> None:
    append_evidence(path, [seen()])
    path.write_text("{\n")

    with pytest.raises(BrokenFile):
        append_evidence(path, [seen(status=404)])

    assert path.read_text() == "{\n"


def test_nothing_unfinished_is_left_behind(path: Path) -> None:
    append_evidence(path, [seen()])

    assert sorted(file.name for file in path.parent.iterdir()) == ["evidence.jsonl", "evidence.lock"]


def test_runs_side_by_side_lose_nothing(path: Path) -> None:
    statuses = range(200, 216)
    runs = [threading.Thread(target=append_evidence, args=(path, [seen(status=n)])) for n in statuses]

    started(runs)

    assert {each.status for each in read_evidence(path)} == set(statuses)


def test_another_runs_evidence_is_merged(path: Path, tmp_path: Path) -> None:
    append_evidence(path, [seen(), seen(status=404)])
    other = tmp_path / "ci.jsonl"
    append_evidence(other, [seen(when=LATER, verdict=Verdict.BROKEN)])

    merged = merge_evidence(path, [other])

    assert merged == (seen(status=404), seen(when=LATER, verdict=Verdict.BROKEN))


def test_merging_writes_nothing(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "ci.jsonl"
    append_evidence(other, [seen()])

    merge_evidence(path, [other])

    assert not path.exists()


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_evidence_of_a_run_that_saw_nothing_is_an_error(path: Path, tmp_path: Path, content: str) -> None:
    other = tmp_path / "ci.jsonl"
    other.write_text(content, encoding="utf-8")

    with pytest.raises(UsageProblem, match="it holds no evidence"):
        merge_evidence(path, [other])


def test_a_folder_in_the_place_of_the_file_is_an_error_with_its_place(path: Path) -> None:
    path.mkdir(parents=True)

    with pytest.raises(BrokenFile, match=r"evidence\.jsonl: it cannot be read"):
        read_evidence(path)


def test_a_link_in_the_place_of_the_lock_is_not_emptied(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "precious"
    elsewhere.write_text("kept", encoding="utf-8")
    path.parent.mkdir()
    path.with_suffix(".lock").symlink_to(elsewhere)

    append_evidence(path, [seen()])

    assert elsewhere.read_text(encoding="utf-8") == "kept"


def test_evidence_that_is_not_there_is_an_error(path: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match=r"--evidence .*nowhere.jsonl: there is no such file"):
        merge_evidence(path, [tmp_path / "nowhere.jsonl"])


def started(runs: Sequence[threading.Thread]) -> None:
    """Start every run, then wait for all of them."""
    for run in runs:
        run.start()
    for run in runs:
        run.join(timeout=30)
