"""``--data``: keys that are there again after a restart."""

from __future__ import annotations

import contextlib
import sqlite3
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import Client

from providers.kms.app import build_app
from providers.kms.conditions import Conditions
from providers.kms.material import written
from providers.kms.provider import create
from providers.kms.world import World
from tests.providers.kms.stage import (
    KEY,
    LOCATION,
    P256,
    SIGN,
    VERSION,
    Clock,
    Kms,
    client_of,
    data,
    text,
    verify,
)
from troth.errors import BrokenFile, UsageProblem
from troth.provider import Provider, ProviderOptions

Start = Callable[[], Kms]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "below" / "keys"


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    """Start the fake on the folder; the one before it ends."""
    running: list[Provider] = []

    def start() -> Kms:
        while running:
            running.pop().close()
        running.append(create(ProviderOptions(data=folder)))
        return Kms(client_of(running[0]), running[0].credentials["valid"])

    yield start
    while running:
        running.pop().close()


@pytest.fixture
def first(start: Start) -> Kms:
    """The fake with one key ring."""
    kms = start()
    kms.post(f"{LOCATION}/keyRings", {}, keyRingId="ring")
    return kms


@pytest.mark.parametrize(
    "algorithm", ["RSA_SIGN_PKCS1_2048_SHA256", P256, "EC_SIGN_SECP256K1_SHA256", "EC_SIGN_ED25519"]
)
def test_a_key_signs_as_before(first: Kms, start: Start, algorithm: str) -> None:
    first.make_key(SIGN, algorithm)
    pem = first.pem()

    answer = start().post(f"{VERSION}:asymmetricSign", {"data": text(b"payload")})

    verify(algorithm, pem, data(answer["signature"]), b"payload")


def test_a_ciphertext_is_decrypted_as_before(first: Kms, start: Start) -> None:
    first.make_key("ENCRYPT_DECRYPT", "GOOGLE_SYMMETRIC_ENCRYPTION")
    sealed = first.post(f"{KEY}:encrypt", {"plaintext": text(b"secret")})["ciphertext"]

    assert start().post(f"{KEY}:decrypt", {"ciphertext": sealed})["plaintext"] == text(b"secret")


def test_everything_that_was_said_of_a_key_is_there(first: Kms, start: Start) -> None:
    first.make_key(
        "ENCRYPT_DECRYPT",
        "GOOGLE_SYMMETRIC_ENCRYPTION",
        labels={"a": "b"},
        rotationPeriod="86400.5s",
        nextRotationTime="2030-01-01T00:00:00.000001Z",
    )
    first.post(f"{KEY}/cryptoKeyVersions", {})
    first.post(f"{KEY}:updatePrimaryVersion", {"cryptoKeyVersionId": "2"})
    first.post(f"{VERSION}:destroy", {})
    before = [first.get(KEY), first.get(f"{KEY}/cryptoKeyVersions")]

    second = start()

    assert [second.get(KEY), second.get(f"{KEY}/cryptoKeyVersions")] == before


def test_a_new_key_after_a_restart_is_a_new_one(first: Kms, start: Start) -> None:
    first.make_key(SIGN, "RSA_SIGN_PKCS1_2048_SHA256")
    second = start()
    second.make_key(SIGN, "RSA_SIGN_PKCS1_2048_SHA256", "other")

    assert second.pem() != second.pem(f"{KEY.removesuffix('key')}other/cryptoKeyVersions/1")


def test_only_its_owner_reads_the_file(first: Kms, folder: Path) -> None:
    first.make_key(SIGN, P256)

    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_what_was_destroyed_is_not_in_the_file(tmp_path: Path) -> None:
    clock = Clock()
    world = World(tmp_path, clock)
    kms = Kms(Client(build_app(world, Conditions(), "token")), "token")
    kms.post(f"{LOCATION}/keyRings", {}, keyRingId="ring")
    kms.make_key(SIGN, P256)
    secret = written(world.usable(VERSION).material)
    kms.post(f"{VERSION}:destroy", {})
    kept = everything_in(tmp_path)

    clock.go_on(timedelta(days=30))
    kms.get(VERSION)
    left = everything_in(tmp_path)
    world.close()

    assert secret in kept
    assert secret not in left


def test_reset_empties_the_file_too(folder: Path) -> None:
    provider = create(ProviderOptions(data=folder))
    Kms(client_of(provider), provider.credentials["valid"]).post(f"{LOCATION}/keyRings", {}, keyRingId="ring")

    provider.reset()
    provider.close()

    with contextlib.closing(sqlite3.connect(folder / "kms.sqlite")) as connection:
        assert connection.execute("select count(*) from resources").fetchone() == (0,)


def test_two_at_a_time_are_refused(first: Kms, folder: Path) -> None:
    assert first.get(f"{LOCATION}/keyRings")["totalSize"] == 1

    with pytest.raises(UsageProblem, match="served by another process"):
        create(ProviderOptions(data=folder))


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kms.sqlite").write_bytes(b"this is no database, however long it may be" * 100)

    with pytest.raises(BrokenFile, match=r"kms\.sqlite"):
        create(ProviderOptions(data=tmp_path))


@pytest.fixture
def kept(folder: Path) -> Path:
    """The file of a fake that has ended, with a key in it."""
    provider = create(ProviderOptions(data=folder))
    provider.states["a signing key"]({})
    provider.close()
    return folder / "kms.sqlite"


@pytest.mark.parametrize(
    "change",
    [
        "update resources set document = '{}'",
        "update resources set kind = 'cars'",
        "update resources set material = 'x' where kind = 'cryptoKeyVersions'",
    ],
)
def test_a_file_with_something_else_in_it_is_refused(kept: Path, change: str) -> None:
    with contextlib.closing(sqlite3.connect(kept)) as connection, connection:
        connection.execute(change)

    with pytest.raises(BrokenFile, match="cannot be read"):
        create(ProviderOptions(data=kept.parent))


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(UsageProblem, match="cannot be written"):
        create(ProviderOptions(data=tmp_path / "file" / "keys"))


def test_a_fake_in_memory_writes_nothing(kms: Kms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    kms.make_key(SIGN, P256)

    assert list(tmp_path.iterdir()) == []


def test_the_notes_say_where_keys_are(folder: Path) -> None:
    provider = create(ProviderOptions(data=folder))
    provider.close()

    assert provider.data == folder
    assert str(folder) in provider.notes[0]
