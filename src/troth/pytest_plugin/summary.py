"""The line at the end of a run: what its mocks were made of."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

import pytest

from troth.exchange import SourceKind
from troth.faults.catalogue import FAULT
from troth.mock import Desk

_SENT = "troth_counts"
_FAULTS = "struck by a fault"


class Node(Protocol):
    """A worker of pytest-xdist, as its controller sees it."""

    workeroutput: dict[str, object]


class Summary:
    """Counts answers by kind of source, over all workers."""

    def __init__(self) -> None:
        self._kinds: Counter[str] = Counter()

    def count(self, desk: Desk) -> None:
        """Count what one test was answered, and the webhooks that it was given."""
        for name in desk.names:
            exchanges = (*desk.calls(name), *desk.webhooks(name))
            sources = (exchange.source for exchange in exchanges)
            self._kinds.update(str(each.kind) for each in sources if not each.place.startswith(FAULT))
        if desk.struck:
            self._kinds[_FAULTS] += desk.struck

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A worker hands its counts to the controller."""
        output: dict[str, object] | None = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_SENT] = dict(self._kinds)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Node) -> None:
        """The controller adds the counts of a worker."""
        sent = getattr(node, "workeroutput", {}).get(_SENT, {})
        self._kinds.update(sent)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what the answers were made of."""
        if self._kinds:
            terminalreporter.write_line(self.line())

    def line(self) -> str:
        """``troth: 12 exchanges played (12 simulated), 3 synthetic, 2 faults``."""
        simulated, synthetic = self._kinds[SourceKind.SIMULATED], self._kinds[SourceKind.SYNTHETIC]
        faults = self._kinds[_FAULTS]
        played = self._kinds.total() - synthetic - faults
        of_fakes = f" ({simulated} simulated)" if simulated else ""
        by_hand = f", {synthetic} synthetic" if synthetic else ""
        struck = f", {faults} fault{'' if faults == 1 else 's'}" if faults else ""
        return f"troth: {played} exchange{'' if played == 1 else 's'} played{of_fakes}{by_hand}{struck}"
