"""The document that is fuzzed: its operations by name, and its form for one base URL."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.pacts.library import library_api
from troth.api import Api, Empty
from troth.errors import BrokenFile, ContractProblem, UnknownName
from troth.fuzz.document import Described, Document, at_own_server, localised, read_document
from troth.jsontext import Json
from troth.openapi import document

UPLOADS = "https://uploads.example/v1"


def of(paths: dict[str, Json], **more: Json) -> Document:
    """A document of these paths."""
    return Document({"openapi": "3.1.0", "paths": paths, **more}, "openapi.json")


LIBRARY = Document(document(library_api()), "openapi.json")
ANSWERS: Json = {"200": {"description": "OK"}, "default": {"description": "else"}}


def test_an_operation_is_described() -> None:
    found = of({"/a/{id}": {"get": {"operationId": "read", "responses": ANSWERS}}}, security=[{"valid": []}])

    assert found.operations == (
        Described(
            "GET /a/{id}", "read", "GET", "/a/{id}", secured=True, server="", statuses=frozenset({200})
        ),
    )


@pytest.mark.parametrize(
    ("security", "secured"),
    [([], False), ([{}], False), ([{"valid": []}], True), ([{"valid": []}, {}], True)],
)
def test_an_operation_may_ask_for_no_credential(security: Json, *, secured: bool) -> None:
    [found] = of({"/a": {"get": {"security": security}}}, security=[{"valid": []}]).operations

    assert found.secured is secured


def test_what_stands_beside_operations_is_none() -> None:
    found = of({"/a": {"parameters": [], "summary": "A", "post": {}}})

    assert [each.label for each in found.operations] == ["POST /a"]


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("GET /loans", ["GET /loans"]),
        ("get /loans", ["GET /loans"]),
        ("lend", ["POST /loans"]),
        ("motto", ["GET /motto"]),
        ("/shelves/", ["GET /shelves/{shelf}"]),
        ("DELETE *", ["DELETE /loans/{id}"]),
        ("loan", ["GET /loans/{id}"]),
        ("* /loans*", ["POST /loans", "GET /loans", "GET /loans/{id}", "DELETE /loans/{id}"]),
    ],
)
def test_operations_are_found_by_their_name(name: str, labels: list[str]) -> None:
    assert sorted(each.label for each in LIBRARY.like(name)) == sorted(labels)


def test_a_name_that_is_not_there_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean 'GET /motto'"):
        LIBRARY.like("GET /moto")


def test_a_document_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(LIBRARY.content), encoding="utf-8")

    assert read_document(path, "openapi.json") == LIBRARY


def test_a_document_that_is_not_there_is_named_with_what_writes_it(tmp_path: Path) -> None:
    with pytest.raises(ContractProblem, match=r"openapi\.json is not there") as raised:
        read_document(tmp_path / "openapi.json", "contracts/library/openapi.json")

    assert "troth openapi" in str(raised.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "it is not JSON"),
        ("[]", "it is no OpenAPI document"),
        ('{"openapi": "3.1.0"}', "no 'paths'"),
        ('{"paths": {}}', "it is no OpenAPI document"),
    ],
)
def test_a_file_that_is_no_document_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "openapi.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(BrokenFile, match=said):
        read_document(path, "openapi.json")


@pytest.fixture
def album() -> Api:
    """An API with uploads at an origin of its own."""
    api = Api("album", server="https://album.example/v2", origins={"uploads": UPLOADS})
    api.get("/photos", name="photos", responses={200: Empty})
    api.post("/photos", name="upload", origin="uploads", responses={204: Empty})
    return api


def test_everything_stands_at_one_base_url(album: Api) -> None:
    local, _ = localised(Document(document(album), "openapi.json"), album)

    assert local.content["servers"] == [{"url": "/"}]
    assert list(local.content["paths"]) == ["/photos", "/_origins/uploads/photos"]
    assert "servers" not in local.content["paths"]["/_origins/uploads/photos"]["post"]


def test_labels_are_told_as_the_document_has_them(album: Api) -> None:
    _, shown = localised(Document(document(album), "openapi.json"), album)

    assert shown == {"GET /photos": "GET /photos", "POST /_origins/uploads/photos": "POST /photos"}


def test_the_document_itself_stays_as_it_is(album: Api) -> None:
    given = Document(document(album), "openapi.json")

    localised(given, album)

    assert given == Document(document(album), "openapi.json")


def test_what_the_operations_of_a_path_share_is_kept() -> None:
    shared: Json = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    given = of({"/a/{id}": {"parameters": shared, "get": {}, "delete": {}}})

    local, _ = localised(given, library_api())

    assert local.content["paths"] == given.content["paths"]


def test_what_stands_at_the_server_of_the_document_is_told_apart(album: Api) -> None:
    operations = Document(document(album), "openapi.json").operations

    assert [each.label for each in at_own_server(operations)] == ["GET /photos"]
