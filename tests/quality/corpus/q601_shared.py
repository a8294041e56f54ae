# rules: Q601
"""Fixtures that several tests share."""

import asyncio
import os
import socket
import sqlite3
import threading
from collections import defaultdict
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from types import MappingProxyType

import pytest
from django.conf import settings
from pydantic import BaseModel, ConfigDict
from shop.models import Book, Till


@dataclass
class Drawer:
    amount: int


@dataclass(frozen=True)
class Coin:
    amount: int


class Note(BaseModel):
    amount: int


class LongNote(Note):
    text: str


class Receipt(BaseModel):
    model_config = ConfigDict(frozen=True)
    amount: int


@pytest.fixture(scope="session")
def prices():
    return {"a": 1}  # expect: Q601


@pytest.fixture(scope="module")
def names():
    found = ["a", "b"]
    found.sort()
    return found  # expect: Q601


@pytest.fixture(scope="package")
async def open_names():
    yield {each for each in "ab"}  # expect: Q601


@pytest.fixture(scope="session")
def counts():
    return defaultdict(int)  # expect: Q601


@pytest.fixture(scope="module")
def drawer():
    return Drawer(3)  # expect: Q601


@pytest.fixture(scope="module")
def note():
    return Note(amount=3)  # expect: Q601


@pytest.fixture(scope="module")
def long_note():
    return LongNote(amount=3, text="a")  # expect: Q601


@pytest.fixture(scope="module")
def note_and_names(names):
    return (1, ["a"])  # expect: Q601


@pytest.fixture(scope="session")
def book():
    return Book.objects.create(name="a")  # expect: Q601


@pytest.fixture(scope="session")
def stocked():
    Till.objects.bulk_create([Till(), Till()])  # expect: Q601


@pytest.fixture(scope="session")
def patched():
    patching = pytest.MonkeyPatch()  # expect: Q601
    patching.setenv("TILL", "a")


@pytest.fixture(scope="module")
def connection():
    return sqlite3.connect(":memory:")  # expect: Q601


@pytest.fixture(scope="session")
def server():
    made = ThreadingHTTPServer(("127.0.0.1", 0), None)  # expect: Q601
    thread = threading.Thread(target=made.serve_forever)
    thread.start()  # expect: Q601
    yield made


@pytest.fixture(scope="session", autouse=True)
def environment():
    os.environ["TILL"] = "a"  # expect: Q601


class TestTill:
    @pytest.fixture(scope="session", autouse=True)
    def limit(self):
        settings.LIMIT = 3  # expect: Q601
        yield


# Near misses.


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("till")


@pytest.fixture(scope="session")
def written(tmp_path, monkeypatch, db):
    """pytest itself refuses these: ScopeMismatch."""
    return tmp_path


@pytest.fixture
def fresh():
    return {"a": 1}


@pytest.fixture(scope="session")
def pair():
    return ("a", 1)


@pytest.fixture(scope="session")
def coin():
    return Coin(3)


@pytest.fixture(scope="session")
def receipt():
    return Receipt(amount=3)


@pytest.fixture(scope="session")
def fixed():
    return MappingProxyType({"a": 1})


@pytest.fixture(scope="session")
def closed():
    made = socket.socket()
    yield made
    made.close()


@pytest.fixture(scope="session")
def entered():
    with sqlite3.connect(":memory:") as made:
        yield made


@pytest.fixture(scope="session")
def finished(request):
    made = sqlite3.connect(":memory:")
    request.addfinalizer(made.close)
    return made


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        Till.objects.create(name="a")


@pytest.fixture(scope="session")
def event_loop_policy():
    return asyncio.DefaultEventLoopPolicy()


@pytest.fixture(scope="session", autouse=True)
def put_back():
    before = os.environ.get("TILL")
    os.environ["TILL"] = "a"
    yield
    os.environ["TILL"] = before


@pytest.fixture(scope="session")
def undone():
    patching = pytest.MonkeyPatch()
    yield patching
    patching.undo()


# Suppressed.


@pytest.fixture(scope="session")
def known():
    return ["a"]  # troth: ignore[Q601] it takes a minute to compute, and nobody changes it
