from __future__ import annotations

import json
from pathlib import Path

import pytest

from troth.errors import BrokenFile
from troth.pacts import read
from troth.pacts.files import committed
from troth.pacts.read import read_document, specification

PARTIES = {"consumer": {"name": "c"}, "provider": {"name": "p"}}


def written(folder: Path, text: str) -> Path:
    path = folder / "pact.json"
    path.write_text(text, encoding="utf-8")
    return path


def pact(metadata: object) -> str:
    return json.dumps({**PARTIES, "interactions": [], "metadata": metadata})


@pytest.mark.parametrize(
    "metadata",
    [
        {"pactSpecification": {"version": "2.0.0"}},
        {"pact-specification": {"version": "3.0.0"}},
        {"pactSpecificationVersion": "2.0.0"},
        {"pactSpecification": {"version": "4.0"}},
    ],
)
def test_pacts_from_v2_to_v4_are_read(tmp_path: Path, metadata: object) -> None:
    assert read_document(written(tmp_path, pact(metadata)))["interactions"] == []


@pytest.mark.parametrize("metadata", [{}, None, {"pactSpecification": {"version": "1.1.0"}}])
def test_a_pact_older_than_v2_is_refused(tmp_path: Path, metadata: object) -> None:
    with pytest.raises(BrokenFile, match="troth verifies V2 to V4") as refusal:
        read_document(written(tmp_path, pact(metadata)))

    assert "have its consumer write V2 or later" in str(refusal.value)


def test_a_pact_newer_than_v4_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match=r"of version 5\.0") as refusal:
        read_document(written(tmp_path, pact({"pactSpecification": {"version": "5.0"}})))

    assert "use a newer troth" in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{\n  "consumer": }', r"pact\.json:2: it is not JSON"),
        ("", r"pact\.json:1: it is not JSON"),
        ("[]", r"pact\.json:1: it is no pact but an array"),
        ("{}", r"pact\.json:1: it is no pact: it has no list of interactions"),
        ('{"interactions": []}', r"pact\.json:1: it is no pact: it does not name its consumer"),
        ('{"interactions": [], "interactions": []}', r"'interactions' stands twice"),
    ],
)
def test_a_file_that_is_no_pact_names_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BrokenFile, match=told):
        read_document(written(tmp_path, text))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match="cannot be read: No such file"):
        read_document(tmp_path / "none.json")


def test_a_pact_of_others_is_not_taken_for_ours(tmp_path: Path) -> None:
    strange = {
        **PARTIES,
        "interactions": [{"description": "d", "request": {}, "response": {}}],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }

    with pytest.raises(BrokenFile, match=r"it is not a pact that troth wrote: interactions\.0"):
        committed(written(tmp_path, json.dumps(strange)))


def test_a_document_without_a_version_is_of_the_first() -> None:
    assert specification({}) == "1"


def test_a_device_in_the_place_of_a_pact_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "web.json"
    path.symlink_to("/dev/zero")

    with pytest.raises(BrokenFile, match="it is no regular file"):
        read_document(path)


def test_a_pact_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MAX_BYTES", 1)

    with pytest.raises(BrokenFile, match="it has 2 bytes; a pact may have 1"):
        read_document(written(tmp_path, "{}"))
