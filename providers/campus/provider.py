"""campus as a provider: the service itself, in a world that can be emptied.

Scenarios get a database of their own, on the server of DATABASE_URL or in a file that is gone at the end, an
embedded store, and as a judge the workspace's fake unless JUDGE0_URL names one. What is served to anybody
uses DATABASE_URL and REDIS_URL as they are; without a database it is filled with a demonstration, which is
kept only with --data.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from troth.errors import ProviderRefused
from troth.provider import Provider, ProviderOptions
from troth.target import open_fake
from troth.workspace import Workspace

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from config.world import Changed

HOME = Path(__file__).resolve().parent
VERSION = "campus 1"


def create(options: ProviderOptions) -> Provider:
    """Set Django up, its database, and for scenarios a judge.

    Raises:
        CouldNotCheck: the judge of the scenarios does not come up.
    """
    application = _django()
    from config.world import World, changed_settings, database

    embedded_judge = not options.strangers and not os.environ.get("JUDGE0_URL")
    with ExitStack() as stack:
        if not options.strangers:
            stack.enter_context(_quiet("campus.requests", logging.WARNING))
        if options.generated:
            stack.enter_context(_quiet("campus", logging.ERROR))
        held = stack.enter_context(database(os.environ.get("DATABASE_URL", ""), options))
        changed = stack.enter_context(changed_settings())
        judge_note = _judge(stack, changed, options) if embedded_judge else _judge_note()
        world = World(held, changed)
        rest = stack.pop_all()
    return Provider(
        app=application,
        version=VERSION,
        reset=world.reset,
        states=world.states,
        close=rest.close,
        credentials=world.tokens,
        notes=(*world.notes, judge_note),
        data=options.data,
    )


@contextmanager
def _quiet(name: str, level: int) -> Iterator[None]:
    """Whoever runs scenarios tells what was asked, and what was answered, better than a log."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(level)
    try:
        yield
    finally:
        logger.setLevel(before)


def _judge(stack: ExitStack, changed: Changed, options: ProviderOptions) -> str:
    """Start the workspace's fake as the judge; what is said of it.

    What is generated is not run where it cannot be isolated: then there is no judge, and all else goes on.
    """
    workspace = Workspace.find(HOME)
    try:
        judge = stack.enter_context(open_fake(workspace, workspace.api("judge0"), options=options))
    except ProviderRefused as refused:
        if not options.generated:
            raise
        changed.update(JUDGE0_URL=_NOBODY)
        return f"programs are not judged: {refused}"
    changed.update(JUDGE0_URL=judge.url, JUDGE0_AUTH_TOKEN=judge.secrets["valid"])
    return "programs are judged by the fake of judge0"


_NOBODY = "http://127.0.0.1:1"
_SETTINGS = "DJANGO_SETTINGS_MODULE"


def _django() -> WSGIApplication:
    """The application. The apps are top-level packages of this folder."""
    if str(HOME) not in sys.path:
        sys.path.insert(0, str(HOME))
    given = os.environ.get(_SETTINGS)
    os.environ.setdefault(_SETTINGS, "config.settings")
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    if given is None:
        # It is read by now, and what this process starts is none of Django's.
        os.environ.pop(_SETTINGS, None)
    return application


def _judge_note() -> str:
    from django.conf import settings

    return f"programs are judged at {settings.JUDGE0_URL} (JUDGE0_URL)"
