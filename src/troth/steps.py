"""Run a scenario's earlier steps again, so that a later one finds what they left behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from troth.errors import TrothError
from troth.exchange import Exchange, Request, Response
from troth.links import Link, filled, find_links, source_text, taken
from troth.multipart import NotMultipart, is_multipart
from troth.provider import JsonScalar

Send = Callable[[Request], Response]
Await = Callable[[Exchange], Exchange]
"""Waits for the webhook that was recorded as one exchange, and gives the one of this time."""
Values = Mapping[str, JsonScalar]


class StepFailed(TrothError):
    """An earlier step did not go as recorded, so nothing can be said of the later one."""


class NotDelivered(StepFailed):
    """A webhook that the provider should have delivered did not come."""


@dataclass(frozen=True)
class Recording:
    """What a scenario's steps were, and the values that its provider state gave then."""

    exchanges: Sequence[Exchange]
    values: Values = field(default_factory=dict)


Load = Callable[[str], Sequence[Exchange] | Recording]
"""The recorded exchanges of a scenario, by its name."""


class Steps:
    """Replays the steps of scenarios. ``load`` is asked once for each scenario."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._known: dict[str, _Track] = {}

    def run(
        self,
        scenario: str,
        upto_step: int,
        send: Send,
        values: Values | None = None,
        *,
        wait: Await | None = None,
    ) -> Values:
        """Send the steps before ``upto_step`` (counted from 1) and return the links' values by name.

        ``values`` are those that the provider state gave this time; they are returned as well. ``wait``
        takes the steps that are webhooks.

        Raises:
            StepFailed: a step answered with another status, or without what a later one needs.
        """
        track = self._track(scenario)
        if not 1 <= upto_step <= len(track.exchanges):
            raise StepFailed(f"{scenario!r} has no step {upto_step}")
        found: dict[str, JsonScalar] = dict(values or {})
        for step in range(1, upto_step):
            recorded = track.exchanges[step - 1]
            if recorded.inbound:
                now = _awaited(recorded, wait)
            else:
                request = track.request(step, found)
                now = replace(recorded, request=request, response=send(request))
            found.update(track.outcome(scenario, step, now))
        return found

    def recorded(self, scenario: str, step: int) -> Exchange:
        """What was recorded as ``step``.

        Raises:
            StepFailed: there is no such step.
        """
        exchanges = self._track(scenario).exchanges
        if not 1 <= step <= len(exchanges):
            raise StepFailed(f"{scenario!r} has no step {step}")
        return exchanges[step - 1]

    def form(self, scenario: str, step: int, request: Request, values: Values) -> Request:
        """``request``, which is that of ``step``, with the links' values in the parts of its form.

        Into any other body Pact puts them itself; so it is left as it is.
        """
        if not is_multipart(request.headers.get("Content-Type")):
            return request
        return self._track(scenario).form(step, request, values)

    def outcome(self, scenario: str, step: int, exchange: Exchange) -> Values:
        """The links' values that ``exchange`` gives as what became of ``step``.

        Raises:
            StepFailed: it is not what was recorded for that step.
        """
        return self._track(scenario).outcome(scenario, step, exchange)

    def _track(self, scenario: str) -> _Track:
        if scenario not in self._known:
            loaded = self._load(scenario)
            recording = loaded if isinstance(loaded, Recording) else Recording(loaded)
            self._known[scenario] = _Track(recording)
        return self._known[scenario]


def _awaited(recorded: Exchange, wait: Await | None) -> Exchange:
    if wait is None:
        raise StepFailed("an earlier step is a webhook, and none can arrive here")
    return wait(recorded)


class _Track:
    """One scenario's steps with their links."""

    def __init__(self, recording: Recording) -> None:
        self.exchanges = tuple(recording.exchanges)
        links = find_links(self.exchanges, recording.values)
        self._into: dict[int, list[Link]] = {}
        self._out_of: dict[int, dict[str, Link]] = {}
        for link in links:
            self._into.setdefault(link.target_step, []).append(link)
            self._out_of.setdefault(link.source_step, {}).setdefault(link.name, link)

    def request(self, step: int, values: Values) -> Request:
        return filled(self.exchanges[step - 1].request, self._into.get(step, ()), values)

    def form(self, step: int, request: Request, values: Values) -> Request:
        into = [link for link in self._into.get(step, ()) if link.place == "body"]
        try:
            return filled(request, into, values)
        except (NotMultipart, LookupError):
            return request  # it is not as recorded, which its receiver has to say

    def outcome(self, scenario: str, step: int, exchange: Exchange) -> Values:
        expected, status = self.exchanges[step - 1].response.status, exchange.response.status
        if status != expected:
            raise StepFailed(
                f"step {step} of {scenario!r} answered {status}, and {expected} when it was recorded"
            )
        found: dict[str, JsonScalar] = {}
        for name, link in self._out_of.get(step, {}).items():
            try:
                found[name] = taken(exchange, link)
            except LookupError as error:
                raise StepFailed(
                    f"step {step} of {scenario!r} answered without {source_text(link)}, "
                    "which a later one uses"
                ) from error
        return found
