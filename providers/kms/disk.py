"""What ``--data`` keeps: one SQLite file that only its owner may read, with keys that are not encrypted."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from providers.kms.algorithms import SCHEMES
from providers.kms.material import Material, read, written
from providers.kms.resources import Key, Resource, Ring, Version
from troth.errors import BrokenFile, UsageProblem

FILE = "kms.sqlite"
_KINDS: dict[str, TypeAdapter[Ring] | TypeAdapter[Key] | TypeAdapter[Version]] = {
    "keyRings": TypeAdapter(Ring),
    "cryptoKeys": TypeAdapter(Key),
    "cryptoKeyVersions": TypeAdapter(Version),
}
_TABLE = """
create table if not exists resources (
  name text primary key, kind text not null, document blob not null, material blob
)
"""


class Disk:
    """The file in ``folder``, made if it is not there. One process at a time.

    The caller sees to it that one thread at a time is in here.

    Raises:
        UsageProblem: the folder cannot be used, or another process uses it.
        BrokenFile: the file is not one of ours.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        _create(self.path)
        try:
            self._connection = _opened(self.path)
        except sqlite3.OperationalError as error:
            raise UsageProblem(
                f"{self.path} cannot be used: {error}", hint="is it served by another process?"
            ) from error
        except sqlite3.DatabaseError as error:
            raise BrokenFile(self.path, str(error), hint="name another folder with --data") from error

    def load(self) -> Iterator[tuple[Resource, Material | None]]:
        """Everything that was kept.

        Raises:
            BrokenFile: it cannot be read.
        """
        rows = self._connection.execute("select name, kind, document, material from resources")
        for name, kind, document, material in rows:
            try:
                resource = _KINDS[kind].validate_json(document)
                yield resource, _material(resource, material)
            except (KeyError, ValueError) as error:
                raise BrokenFile(self.path, f"{name} cannot be read") from error

    def keep(self, *resources: Resource, material: Material | None = None) -> None:
        """Write them, in one transaction. ``material`` is that of the version among them."""
        with self._connection:
            for each in resources:
                self._put(each, material if isinstance(each, Version) else None)

    def forget_material(self, version: Version) -> None:
        """Write the version without its key material."""
        with self._connection:
            self._connection.execute("update resources set material = null where name = ?", [version.name])
            self._put(version, None)

    def clear(self) -> None:
        with self._connection:
            self._connection.execute("delete from resources")

    def close(self) -> None:
        self._connection.close()

    def _put(self, resource: Resource, material: Material | None) -> None:
        kind = resource.name.split("/")[-2]
        self._connection.execute(
            "insert into resources values (?, ?, ?, ?) on conflict (name) do update set"
            " document = excluded.document, material = coalesce(excluded.material, material)",
            [resource.name, kind, _document(resource), None if material is None else written(material)],
        )


def _create(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise UsageProblem(
            f"{path} cannot be written: {error.strerror}", hint="name another folder with --data"
        ) from error


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0, check_same_thread=False)
    try:
        connection.execute("pragma locking_mode = exclusive")
        # What is deleted is key material: it must not stay in the file, nor in the journal beside it.
        connection.execute("pragma secure_delete = on")
        connection.execute("pragma journal_mode = truncate")
        with connection:
            connection.execute("begin exclusive")
            connection.execute(_TABLE)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _document(resource: Resource) -> bytes:
    match resource:
        case Ring():
            return TypeAdapter(Ring).dump_json(resource)
        case Key():
            return TypeAdapter(Key).dump_json(resource)
        case Version():
            return TypeAdapter(Version).dump_json(resource)


def _material(resource: Resource, data: object) -> Material | None:
    if data is None or not isinstance(resource, Version):
        return None
    if not isinstance(data, bytes):
        raise ValueError("key material is bytes")  # noqa: TRY004 - it is the file that is wrong
    return read(SCHEMES[resource.algorithm], data)
