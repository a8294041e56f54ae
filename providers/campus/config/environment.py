"""Reads settings out of environment variables; what is malformed is refused at start, without its value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

LOCK_TIMEOUT = "5s"
"""Whoever waits longer for the lock of a row gives up, so that nothing hangs behind one transaction."""
POSTGRESQL = frozenset({"postgres", "postgresql"})
_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"", "0", "false", "no", "off"})


def database(url: str) -> dict[str, Any]:
    """A database as Django has it: ``sqlite:///folder/file``, ``postgresql://user:password@host:port/name``.

    Raises:
        ImproperlyConfigured: it is neither.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme == "sqlite" and not parts.netloc and name:
        return _sqlite(name)
    if parts.scheme in POSTGRESQL and name:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"options": f"-c lock_timeout={LOCK_TIMEOUT}"},
        }
    # The URL may hold a password, so it is not shown.
    raise ImproperlyConfigured("DATABASE_URL is neither sqlite:///FILE nor postgresql://USER@HOST/NAME")


def _sqlite(name: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": {
            "timeout": 20,
            # A transaction that reads first and writes then would fail at once beside another writer.
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
        },
    }


def flag(environment: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    """A switch.

    Raises:
        ImproperlyConfigured: it is neither on nor off.
    """
    value = environment.get(name)
    if value is None:
        return default
    if value.lower() not in _TRUE | _FALSE:
        raise ImproperlyConfigured(f"{name} is neither 1 nor 0")
    return value.lower() in _TRUE


def number(environment: Mapping[str, str], name: str, default: float) -> float:
    """A number that is not negative.

    Raises:
        ImproperlyConfigured: it is none.
    """
    try:
        value = float(environment.get(name, default))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is no number") from error
    if not 0 <= value < float("inf"):
        raise ImproperlyConfigured(f"{name} must be a number from 0 on")
    return value
