"""What a provider's world stands on: a database, a store, settings that states change, and people."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import reset_hashers
from django.core.management import call_command
from django.db import connection, connections, transaction

from accounts.models import BearerToken, Role
from accounts.services import digest, issue
from config import environment
from config.databases import as_default, regain
from config.store import store
from courses import demo
from courses.models import Course
from courses.states import states
from troth.errors import UsageProblem
from troth.provider import ProviderOptions, StateHandler

_PEOPLE = {
    "valid": ("student", Role.STUDENT),
    "other": ("other", Role.STUDENT),
    "teacher": ("teacher", Role.TEACHER),
}
"""Whose token each role of a scenario is."""
_CHANGEABLE = (
    "JUDGE0_URL",
    "JUDGE0_AUTH_TOKEN",
    "SUBMISSIONS_PER_MINUTE",
    "LOGINS_PER_MINUTE",
    "PASSWORD_HASHERS",
    "REDIS_URL",
)


@dataclass(frozen=True, slots=True)
class Held:
    """A database: what is said of it, whether it is ours to empty, and what it is for."""

    note: str
    ours: bool = False
    demo: bool = False
    """It is for people to try things out in."""


@contextmanager
def database(url: str, options: ProviderOptions) -> Iterator[Held]:
    """The database of scenarios, or of what is served, migrated, as the default one until the block ends."""
    vendor = url.partition(":")[0]
    if options.strangers and url:
        with _migrated(environment.database(url)):
            yield Held(ours=False, note=f"its database is the {vendor} of DATABASE_URL")
    elif options.data is not None:
        file = options.data / "campus.sqlite3"
        with _migrated(_file(file)):
            yield Held(ours=False, demo=True, note=f"its database is {file}")
    elif vendor in environment.POSTGRESQL:
        with _own_on_server(environment.database(url)):
            yield Held(ours=True, note="its database is one of its own on the server of DATABASE_URL")
    else:
        with tempfile.TemporaryDirectory(prefix="campus-") as folder, _migrated(_lost(Path(folder) / "db")):
            yield Held(ours=True, demo=options.strangers, note="its database is gone at the end")


def _file(path: Path) -> dict[str, Any]:
    return environment.database(f"sqlite:///{path}")


def _lost(path: Path) -> dict[str, Any]:
    """One that does not outlive this process, so that nothing waits for the disk."""
    found = _file(path)
    found["OPTIONS"] |= {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF"}
    return found


@contextmanager
def _migrated(found: dict[str, Any]) -> Iterator[None]:
    # A thread serves one connection here, so none has use for a connection to the database that is kept.
    with as_default({**found, "CONN_MAX_AGE": 0}):
        call_command("migrate", verbosity=0, interactive=False)
        yield


@contextmanager
def _own_on_server(found: dict[str, Any]) -> Iterator[None]:
    name = str(found["NAME"])
    found["TEST"] = {"NAME": f"campus_scenarios_{os.getpid()}_{secrets.token_hex(4)}"}
    found["CONN_MAX_AGE"] = 0
    with as_default(found):
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            regain()
            connection.creation.destroy_test_db(name, verbosity=0)


class Changed:
    """Settings that hold for this provider, and those that a state changed beyond them."""

    def __init__(self, before: Mapping[str, object]) -> None:
        self._base = dict(before)

    def update(self, **values: object) -> None:
        """Hold these from now on, whatever a state does in between."""
        self._base |= values
        self.restore()

    def restore(self) -> None:
        """Take back what a state changed."""
        for name, value in self._base.items():
            setattr(settings, name, value)
        reset_hashers(setting="PASSWORD_HASHERS")


@contextmanager
def changed_settings() -> Iterator[Changed]:
    """What is changed in the block is taken back at its end."""
    before = {name: getattr(settings, name) for name in _CHANGEABLE}
    try:
        yield Changed(before)
    finally:
        Changed(before).restore()
        store.cache_clear()


class World:
    """People with tokens, and a demonstration for who wants to try things out; and back to the people."""

    def __init__(self, held: Held, changed: Changed) -> None:
        self._held = held
        self._changed = changed
        self.tokens: Mapping[str, str] = {}
        """Role to token; empty where the database has its own people."""
        self.notes: tuple[str, ...] = (held.note,)
        if held.ours:
            # Nothing of other processes is emptied with it.
            changed.update(REDIS_URL="")
            store.cache_clear()
        if held.ours or held.demo:
            self.tokens = {role: secrets.token_urlsafe(32) for role in _PEOPLE}
            _closing(self._fill)()

    @property
    def states(self) -> dict[str, StateHandler]:
        """Handlers by name."""
        return {name: _closing(handler) for name, handler in states().items()}

    def reset(self) -> None:
        """Nothing but the people.

        Raises:
            UsageProblem: the database holds what is not ours to delete.
        """
        if not self._held.ours:
            raise UsageProblem(
                "a state begins with an empty world, and this database is not to be emptied",
                hint="serve without DATABASE_URL, or verify without --url",
            )
        _closing(self._empty)()

    def _empty(self) -> None:
        self._changed.restore()
        store.cache_clear()
        store().flushdb()
        regain()
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
        self._let_people_in()

    def _fill(self) -> None:
        self._let_people_in()
        if self._held.demo and not Course.objects.exists():
            made = demo.fill()
            self.notes += (
                f"a demonstration: course {made.course_id}, problem {made.problem_id}, exam {made.exam_id}",
                f"its teacher: Authorization: Bearer {made.tokens['teacher']}",
            )

    @transaction.atomic
    def _let_people_in(self) -> None:
        for role, (name, kind) in _PEOPLE.items():
            _, row = issue(demo.person(name, kind), name="of this run")
            BearerToken.objects.filter(pk=row.pk).update(digest=digest(self.tokens[role]))


def _closing(call: Callable[..., Any]) -> Callable[..., Any]:
    """``call``, in whatever thread, with no connection left open behind it."""

    def called(*arguments: object) -> Any:
        try:
            return call(*arguments)
        finally:
            connections.close_all()

    return called
