"""How old a recording is. Ages come from content, never from file times; the clock is the caller's."""

from __future__ import annotations

from datetime import datetime, timedelta

from troth.cassettes.model import Cassette
from troth.workspace import Workspace


def age(cassette: Cassette, now: datetime) -> timedelta:
    """The time since the recording. ``now`` has a time zone."""
    return now - cassette.provenance.recorded_at


def max_age(workspace: Workspace, api: str) -> timedelta | None:
    """How old a recording of ``api`` may become; None where the workspace sets no limit."""
    days = workspace.settings.max_age.get(api)
    return None if days is None else timedelta(days=days)


def is_expired(cassette: Cassette, limit: timedelta | None, now: datetime) -> bool:
    """Whether the recording says nothing of the service any more. What a fake said does not age."""
    return limit is not None and not cassette.provenance.simulated and age(cassette, now) > limit
