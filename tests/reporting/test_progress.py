"""What a run shows while it works."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from tests.support.facts import step
from troth.events import Advanced, Noted, StepFinished, StepStarted
from troth.reporting.progress import Lines, Live, display


@pytest.fixture
def written() -> io.StringIO:
    return io.StringIO()


def lines(written: io.StringIO, ticks: Iterator[float]) -> Lines:
    return Lines(Console(file=written), clock=lambda: next(ticks))


def test_a_short_step_prints_nothing_where_nobody_looks(written: io.StringIO) -> None:
    shown = lines(written, iter([0.0, 0.0, 1.0]))

    shown.show(StepStarted("verification", "weather", 2))
    shown.show(Advanced("GET /alerts"))
    shown.show(StepFinished(step()))

    assert written.getvalue() == ""


def test_a_long_step_prints_a_line_now_and_then(written: io.StringIO) -> None:
    shown = lines(written, iter([0.0, 0.0, 6.0, 6.0, 7.0]))

    shown.show(StepStarted("verification", "weather", 2))
    shown.show(Advanced("GET /alerts"))
    shown.show(Advanced("POST /alerts"))

    assert written.getvalue() == "weather verification: 1 of 2, GET /alerts\n"


def test_a_step_of_unknown_length_counts_what_is_done(written: io.StringIO) -> None:
    shown = lines(written, iter([0.0, 0.0, 6.0, 6.0]))

    shown.show(StepStarted("verification", "weather"))
    shown.show(Advanced("GET /alerts"))

    assert written.getvalue() == "weather verification: 1, GET /alerts\n"


def test_a_note_is_printed_as_it_is(written: io.StringIO) -> None:
    lines(written, iter([0.0])).show(Noted("isolation: [bold]bubblewrap[/bold]"))

    assert written.getvalue() == "isolation: [bold]bubblewrap[/bold]\n"


def test_a_terminal_keeps_only_the_notes_of_a_live_line(written: io.StringIO) -> None:
    console = Console(file=written, force_terminal=True, width=80, color_system=None)
    shown = display(console)

    shown.show(StepStarted("verification", "weather", 1))
    shown.show(Advanced("GET /alerts"))
    shown.show(Noted("no sandbox"))
    shown.show(StepFinished(step()))
    shown.close()

    assert isinstance(shown, Live)
    assert "no sandbox\n" in written.getvalue()
    assert "weather verification" in written.getvalue()
