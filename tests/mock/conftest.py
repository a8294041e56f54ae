"""A dispatcher with the small library behind it, and a workspace with cassettes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.mock.library import books_api, lending
from troth.api import Api
from troth.cassettes.model import Cassette, Provenance
from troth.cassettes.write import save
from troth.mock import ApiMock, Desk, Dispatcher, Library
from troth.workspace import Settings, Workspace, slug

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def books() -> Api:
    return books_api()


@pytest.fixture
def desk(books: Api) -> Desk:
    made = Desk()
    made.serve(books)
    return made


@pytest.fixture
def dispatcher() -> Iterator[Dispatcher]:
    with Dispatcher() as made:
        yield made


@pytest.fixture
def settings() -> Settings:
    """Override to set an age."""
    return Settings()


@pytest.fixture
def shelves(tmp_path: Path, settings: Settings) -> Workspace:
    """A workspace with one cassette: ``lending``, simulated on 1 January 2025."""
    workspace = Workspace(tmp_path, settings)
    record(workspace, "lending")
    return workspace


@pytest.fixture
def mocked(books: Api, dispatcher: Dispatcher, shelves: Workspace) -> Iterator[ApiMock]:
    made = ApiMock(books, dispatcher, Library(shelves, lambda: NOW))
    yield made
    made.close()


def record(workspace: Workspace, scenario: str, *, simulated: bool = True) -> Cassette:
    """Write a cassette as ``troth record`` does."""
    said = Provenance(
        api="books",
        scenario=scenario,
        recorded_at=datetime(2025, 1, 1, tzinfo=UTC),
        simulated=simulated,
        provider="books-fake 1",
        troth="0.1.0",
        values={"branch": "north"},
    )
    path = workspace.root / "cassettes" / "books" / f"{slug(scenario)}.yaml"
    return save(Cassette(path, said, tuple(lending())))
