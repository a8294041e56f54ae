"""A corrupt, foreign or newer cassette is an error with its path and line, never "no cassette"."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cassettes.stage import cassette, polled, started
from troth.cassettes import read
from troth.cassettes.read import load
from troth.cassettes.write import dump
from troth.errors import BrokenFile

GOOD = dump(cassette(Path("x.yaml"), [started(), polled()]).sealed())


def _bomb(levels: int) -> str:
    return "interactions: " + "[" * levels + "]" * levels + "\n"


BILLION = "a: &a [x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)

# Kind: the text, a mark on the line that is to be named, the problem.
BROKEN = {
    "empty": ("", "", "it is empty"),
    "a text": ("hello\n", "hello", "it has no interactions"),
    "a list": ("- request: {}\n", "- request", "it has no interactions"),
    "cut": (GOOD[: GOOD.index("status")] + "status: {code: 2", "code: 2", "it is not YAML"),
    "a tab": ("interactions:\n\t- a\n", "- a", "it is not YAML"),
    "two documents": ("interactions: []\n---\ninteractions: []\n", "---", "it is not YAML"),
    "another tool": ("interactions: []\nversion: 1\n", "interactions", "recorded by another tool"),
    "newer": (
        GOOD.replace("format: 1", "format: 2"),
        "format: 2",
        "its format is 2, this troth reads up to 1",
    ),
    "aliases": (BILLION, "a: &a", "anchor or alias"),
    "an anchor": (GOOD.replace("version: 1", "version: &v 1"), "&v", "anchor or alias"),
    "deep": (_bomb(10_000), "interactions", "nested deeper than"),
    "python": ("interactions: !!python/object/apply:os.system ['true']\n", "!!python", "it is not YAML"),
    "a key twice": (
        GOOD.replace("    body: null\n", "    body: null\n    body: ''\n"),
        "body: ''",
        "'body' stands twice",
    ),
    "no status": (
        GOOD.replace("code: 201", "kode: 201"),
        "kode: 201",
        "interactions.0.response.status.code: Field required",
    ),
    "a status that is a text": (
        GOOD.replace("code: 200", "code: 'x'"),
        "code: 'x'",
        "interactions.1.response.status.code: Input should be a valid integer",
    ),
    "a header that is a text": (
        GOOD.replace("['*/*']", "'*/*'"),
        "'*/*'",
        "interactions.0.request.headers.Accept: Input should be a valid list",
    ),
    "no scenario": (
        GOOD.replace("  scenario:", "  szenario:"),
        "format: 1",
        "troth.scenario: Field required",
    ),
    "a time without a zone": (GOOD.replace("12:00:00Z", "12:00:00"), "12:00:00", "troth.recorded_at"),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "broken.yaml"


@pytest.mark.parametrize("kind", BROKEN)
def test_says_path_line_and_problem(path: Path, kind: str) -> None:
    text, mark, problem = BROKEN[kind]
    path.write_text(text, encoding="utf-8")

    with pytest.raises(BrokenFile) as refused:
        load(path)

    assert problem in refused.value.message
    assert refused.value.path == path
    assert refused.value.line == text[: text.index(mark)].count("\n") + 1


def test_a_tag_that_lies(path: Path) -> None:
    path.write_text("interactions: !!timestamp 'no'\n", encoding="utf-8")

    with pytest.raises(BrokenFile, match="not what its tag says"):
        load(path)


def test_says_what_to_do_with_a_newer_one(path: Path) -> None:
    path.write_text(BROKEN["newer"][0], encoding="utf-8")

    with pytest.raises(BrokenFile, match="update troth"):
        load(path)


def test_bytes_that_are_no_text(path: Path) -> None:
    path.write_bytes(b"interactions: \xff\xfe")

    with pytest.raises(BrokenFile, match="it is not UTF-8 at byte 14"):
        load(path)


def test_a_file_that_is_too_large_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MAX_BYTES", 100)
    path.write_text(GOOD, encoding="utf-8")

    with pytest.raises(BrokenFile, match=r"a cassette may have 100"):
        load(path)


def test_a_file_that_is_not_there(path: Path) -> None:
    with pytest.raises(BrokenFile, match="No such file"):
        load(path)


def test_a_pipe_in_the_place_of_a_cassette_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    os.mkfifo(path)

    with pytest.raises(BrokenFile, match="it is no regular file"):
        load(path)
