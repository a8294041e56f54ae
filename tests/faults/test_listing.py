"""``troth faults`` lists the catalogue, wherever one is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from troth.cli.app import main
from troth.faults.catalogue import CATALOGUE, Fault


@pytest.mark.parametrize("each", CATALOGUE, ids=lambda each: each.name)
def test_every_fault_has_a_line(
    each: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    status = main(["faults"])

    [line] = [
        line for line in capsys.readouterr().out.splitlines() if line.split("[")[0].split()[0] == each.name
    ]
    assert status == 0
    assert all(part in line for part in (each.kind.value, each.processed.value, each.looks))


def test_the_document_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["faults", "--format", "json"])

    document = json.loads(capsys.readouterr().out)
    assert (status, document["format"]) == (0, 1)
    assert document["faults"][0] == {
        "name": "dns_failure",
        "kind": "unreached",
        "processed": "never",
        "looks": "the host's name does not resolve",
        "places": False,
    }
    assert [each["name"] for each in document["faults"]] == [each.name for each in CATALOGUE]


def test_the_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["faults", "--help"])

    told = capsys.readouterr().out
    assert status == 0
    assert "field_missing:$.status.id" in told
    assert "troth faults --format json" in told
