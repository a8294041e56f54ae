"""The cassettes of a workspace, read and judged once a session."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from troth.api import Api
from troth.cassettes import read
from troth.cassettes.age import age, is_expired, max_age
from troth.cassettes.model import Cassette
from troth.errors import CouldNotCheck, TrothError, UnknownName
from troth.exchange import Exchange, Response
from troth.mock.errors import NotAllowed
from troth.mock.matching import asked
from troth.mock.miss import Known, record_command
from troth.mock.offers import Recording
from troth.mock.redacted import Redactions
from troth.workspace import Workspace, slug

Clock = Callable[[], datetime]

_NOT_SERVED = ("Content-Encoding", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive")
"""They describe how the recorded response travelled, and this one travels otherwise."""


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Tape:
    """A cassette made ready to be played."""

    cassette: Cassette
    recordings: tuple[Recording, ...]

    @property
    def origin(self) -> str:
        """Where the recording came from, in one line."""
        said = self.cassette.provenance
        how = "simulated by" if said.simulated else "recorded from"
        when = f"{said.recorded_at:%Y-%m-%d}"
        return f"{said.api}: {said.scenario!r}, {how} {said.provider} on {when} ({self.cassette.place})"


@dataclass
class Library:
    """Finds, reads and judges cassettes. Safe to use from many threads."""

    workspace: Workspace
    clock: Clock = now
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _tapes: dict[tuple[Path, int, int], Tape] = field(default_factory=dict, repr=False)

    def tape(self, api: Api, scenario: str) -> Tape:
        """The cassette of a scenario, ready to be played.

        Raises:
            UnknownName: there is no such scenario, or it has no cassette yet.
            BrokenFile: the cassette cannot be read, or was edited by hand.
            NotAllowed: what it holds breaks the contract.
            CouldNotCheck: it is older than ``max_age`` allows.
        """
        path = self._folder(api) / f"{slug(scenario)}.yaml"
        if not path.is_file():
            raise self._unknown(api, scenario)
        tape = self._read(api, path)
        if tape.cassette.scenario != scenario:
            raise self._unknown(api, scenario)
        self._refuse_expired(api, tape.cassette)
        return tape

    def known(self, api: Api) -> Iterator[Known]:
        """Every recording of ``api``; cassettes that cannot be read are left out."""
        for path in sorted(self._folder(api).glob("*.yaml")):
            try:
                tape = self._read(api, path)
            except TrothError:
                continue  # playing it says what is wrong; here it only makes an explanation poorer
            expired = self._is_expired(api, tape.cassette)
            yield from (Known(each, played=False, expired=expired) for each in tape.recordings)

    def _folder(self, api: Api) -> Path:
        return self.workspace.root / "cassettes" / api.name

    def _read(self, api: Api, path: Path) -> Tape:
        stat = path.stat()
        key = (path, stat.st_mtime_ns, stat.st_size)
        with self._lock:
            if key not in self._tapes:
                self._tapes[key] = tape_of(api, read.load(path))
            return self._tapes[key]

    def _unknown(self, api: Api, scenario: str) -> TrothError:
        declared = [each.name for each in self.workspace.scenarios(api)]
        if scenario in declared:
            return CouldNotCheck(
                f"{api.name}: the scenario {scenario!r} has no cassette yet",
                hint=f"record it: {record_command(api, scenario)}",
            )
        recorded = {known.recording.scenario for known in self.known(api)}
        return UnknownName(f"scenario of {api.name}", scenario, recorded.union(declared))

    def _is_expired(self, api: Api, cassette: Cassette) -> bool:
        return is_expired(cassette, max_age(self.workspace, api.name), self.clock())

    def _refuse_expired(self, api: Api, cassette: Cassette) -> None:
        if self._is_expired(api, cassette):
            days = age(cassette, self.clock()).days
            limit = self.workspace.settings.max_age[api.name]
            raise CouldNotCheck(
                f"could not check: {cassette.place} was recorded {days} days ago, {api.name} allows {limit}",
                hint=f"record it again: {record_command(api, cassette.scenario)}",
            )


def tape_of(api: Api, cassette: Cassette) -> Tape:
    """Judge every exchange of a cassette and make it ready to be played.

    Raises:
        NotAllowed: one breaks the contract.
    """
    return Tape(cassette, recordings_of(api, cassette.exchanges, cassette.scenario))


def recordings_of(api: Api, exchanges: Sequence[Exchange], scenario: str) -> tuple[Recording, ...]:
    """The same for exchanges that stand in no file."""
    redactions = Redactions(api, exchanges)
    for step, each in enumerate(exchanges, start=1):
        _refuse_wrong(api, each, scenario, step)
    return tuple(
        Recording(each, _served(each.response), scenario, step, asked(each.request), redactions)
        for step, each in enumerate(exchanges, start=1)
        if not each.inbound
    )


def _refuse_wrong(api: Api, exchange: Exchange, scenario: str, step: int) -> None:
    wrong = api.judge(exchange)
    if wrong:
        place = exchange.source.place
        said = "\n".join(f"  {mismatch}" for mismatch in wrong)
        raise NotAllowed(
            f"{place}: step {step} of {scenario!r} breaks the contract of {api.name}:\n{said}",
            hint=f"if the service changed, change the contract; then {record_command(api, scenario)}",
        )


def _served(response: Response) -> Response:
    return Response(response.status, response.headers.without(*_NOT_SERVED), response.content)
