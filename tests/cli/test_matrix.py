"""``troth matrix``: which answers have evidence."""

from __future__ import annotations

import json
from datetime import timedelta

from tests.cli.conftest import Troth
from tests.support.facts import NOON, seen
from tests.support.workspaces import Team
from troth.evidence_store import append_evidence
from troth.exchange import SourceKind


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_without_any_evidence_every_answer_is_empty(troth: Troth, weather_team: Team) -> None:
    del weather_team

    ran = troth("matrix")

    table = rows(ran.out)
    assert table[0] == ["API", "operation", "status"]
    assert [row[-2:] for row in table[1:-1]] == [["no", "evidence"]] * 12
    assert ran.out.endswith("0 of 12 answers of the contracts have evidence that held\n")
    assert ran.status == 0


def test_cassettes_are_evidence_and_empty_rows_come_first(troth: Troth, proven_team: Team) -> None:
    del proven_team

    table = rows(troth("matrix", "weather").out)

    assert table[0][-1] == "simulated"
    assert [row[-1] for row in table[1:-1]] == ["evidence"] * 6 + ["1"] * 6


def test_stored_and_merged_evidence_are_shown_together(troth: Troth, weather_team: Team) -> None:
    append_evidence(weather_team.root / ".troth/evidence.jsonl", [seen()])
    append_evidence(weather_team.root / "ci.jsonl", [seen(kind=SourceKind.LIVE, when=NOON + timedelta(1))])

    read = json.loads(troth("matrix", "--format", "json", "--evidence", "ci.jsonl").out)

    assert set(read["rows"][-1]["evidence"]) == {"live", "verified"}
    assert read["coverage"] == {"seen": 1, "declared": 12}
