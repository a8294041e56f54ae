"""Results on standard output, everything else beside it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.facts import BROKEN, UNCHECKED, seen, step
from troth.cli.output import Format, Output
from troth.events import Noted
from troth.evidence_store import read_evidence
from troth.reporting.mask import Mask
from troth.workspace import Acceptance

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def mask() -> Mask:
    made = Mask({})
    made.hide("WEATHER_KEY", "s3cret")
    return made


def test_text_is_for_a_person(capsys: Captured) -> None:
    status = Output().finish([step(evidence=(seen(),))])

    assert capsys.readouterr().out.endswith("PROVEN: 1 interaction proven (weather)\n")
    assert status == 0


def test_json_is_the_only_thing_on_standard_output(capsys: Captured) -> None:
    output = Output("json")
    output.emit(Noted("no sandbox"))
    output.say("about to begin")

    output.finish([step(BROKEN)])

    captured = capsys.readouterr()
    assert json.loads(captured.out)["notes"] == ["no sandbox"]
    assert captured.err == "no sandbox\nabout to begin\n"


def test_junit_is_the_only_thing_on_standard_output(capsys: Captured) -> None:
    output = Output("junit")
    output.say("about to begin")

    output.finish([step(BROKEN)])

    assert ElementTree.fromstring(capsys.readouterr().out).get("failures") == "1"


@pytest.mark.parametrize("format", ["text", "json", "junit"])
def test_the_exit_status_is_the_same_in_each_format(format: Format) -> None:
    assert Output(format).finish([step(UNCHECKED)]) == 3


def test_a_run_without_a_step_is_red() -> None:
    assert Output().finish([]) == 1


def test_what_the_workspace_accepts_does_not_fail() -> None:
    accept = Acceptance(code="state-unknown", reason="staging has no rain")

    assert Output(accept=[accept]).finish([step(UNCHECKED)]) == 0


def test_an_unused_acceptance_is_red_when_everything_was_checked() -> None:
    accept = Acceptance(code="state-unknown", reason="staging has no rain")

    assert Output(accept=[accept]).finish([step()], whole=True) == 1


def test_what_was_seen_is_kept(tmp_path: Path) -> None:
    path = tmp_path / ".troth" / "evidence.jsonl"

    Output(evidence=path).finish([step(evidence=(seen(),)), step(evidence=(seen(status=404),))])

    assert read_evidence(path) == (seen(), seen(status=404))


def test_long_lines_are_not_wrapped_where_nobody_looks(capsys: Captured) -> None:
    Output().say("word " * 100)

    assert capsys.readouterr().out == "word " * 100 + "\n"


def test_brackets_are_text(capsys: Captured) -> None:
    Output().say("[red]$.items[0]:smile:[/red]")

    assert capsys.readouterr().out == "[red]$.items[0]:smile:[/red]\n"


def test_nothing_is_coloured_when_piped(capsys: Captured) -> None:
    Output().finish([step(BROKEN)])

    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize(("value", "coloured"), [("", True), ("1", False)])
def test_no_color_is_honoured(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, value: str, *, coloured: bool
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", value)

    Output().finish([step(BROKEN)])

    assert ("\x1b[1;31m" in capsys.readouterr().out) is coloured


def test_the_same_note_is_told_once(capsys: Captured) -> None:
    output = Output()
    output.emit(Noted("no sandbox"))

    output.emit(Noted("no sandbox"))

    assert capsys.readouterr().err == "no sandbox\n"


@pytest.mark.parametrize("format", ["text", "json", "junit"])
def test_no_credential_is_printed(capsys: Captured, mask: Mask, format: Format) -> None:
    output = Output(format, mask=mask)
    output.emit(Noted("a note with s3cret"))
    output.say("a line with s3cret")

    output.finish([step(replace(BROKEN, actual="s3cret", reproduce="curl -H s3cret"))])

    captured = capsys.readouterr()
    assert "s3cret" not in captured.out + captured.err
    assert "curl -H $WEATHER_KEY" in captured.out


def test_no_credential_is_stored(tmp_path: Path, mask: Mask) -> None:
    path = tmp_path / ".troth" / "evidence.jsonl"

    Output(mask=mask, evidence=path).finish([step(evidence=(seen(place="https://h/?k=s3cret"),))])

    assert read_evidence(path)[0].place == "https://h/?k=$WEATHER_KEY"
