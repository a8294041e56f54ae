"""The line of an OpenAPI document that an answer breaks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from troth.fuzz import Document
from troth.fuzz.schema_line import Lines, Pointer, answer_at, followed, schema_at
from troth.jsontext import Json

TEXT = """{
  "openapi": "3.1.0",
  "paths": {
    "/a~b": {
      "get": {
        "responses": {
          "200": {
            "content": {
              "application/json": {"schema": {"$ref": "#/components/schemas/Page"}},
              "text/csv": {"schema": {"type": "string"}}
            }
          },
          "4XX": {"$ref": "#/components/responses/Trouble"}
        }
      }
    }
  },
  "components": {
    "responses": {
      "Trouble": {"description": "\\ud83d\\ude00"}
    },
    "schemas": {
      "Page": {
        "properties": {
          "items": {"type": "array", "items": {"$ref": "#/components/schemas/Note"}}
        }
      },
      "Note": {
        "allOf": [
          {"type": "object"},
          {
            "required": [
              "size"
            ]
          }
        ],
        "properties": {
          "size": {
            "type": "integer",
            "note": "a line that is far longer than anybody would want to read beside a finding of a fuzz run"
          }
        }
      },
      "Loop": {"$ref": "#/components/schemas/Loop"},
      "Elsewhere": {"$ref": "other.json#/components/schemas/Note"}
    }
  }
}
"""
LABEL = "GET /a~b"


@pytest.fixture
def document(tmp_path: Path) -> Document:
    """The document, with its file."""
    (tmp_path / "openapi.json").write_text(TEXT, encoding="utf-8")
    return Document(json.loads(TEXT), "openapi.json")


@pytest.mark.parametrize(
    ("pointer", "told"),
    [
        (
            ("components", "schemas", "Note", "properties", "size", "type"),
            'openapi.json:39: "type": "integer"',
        ),
        (("components", "schemas", "Note", "allOf", 1, "required"), 'openapi.json:32: "required": ['),
        (("components", "schemas", "Note", "allOf", 0), 'openapi.json:30: {"type": "object"}'),
        (("paths", "/a~b", "get", "responses"), 'openapi.json:6: "responses": {'),
        ((), "openapi.json"),
        (("paths", "/a~b", "put"), "openapi.json#/paths/~1a~0b/put"),
    ],
    ids=["keyword", "in a list", "item", "key", "none", "not there"],
)
def test_a_place_is_told_with_its_line(
    document: Document, tmp_path: Path, pointer: Pointer, told: str
) -> None:
    assert Lines(document, tmp_path).told(pointer) == told


def test_a_long_line_is_cut(document: Document, tmp_path: Path) -> None:
    pointer = ("components", "schemas", "Note", "properties", "size", "note")

    told = Lines(document, tmp_path).told(pointer)

    assert told.startswith('openapi.json:40: "note": "a line')
    assert len(told) < 120


@pytest.mark.parametrize("content", [None, b"\xff", b"{"], ids=["no file", "no text", "no JSON"])
def test_without_its_file_a_place_is_a_pointer(
    document: Document, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "openapi.json"
    file.write_bytes(content or b"")

    assert Lines(document, tmp_path).told(("openapi",)) == "openapi.json#/openapi"


def test_a_document_of_a_url_has_no_lines(document: Document, tmp_path: Path) -> None:
    served = Document(document.content, "http://127.0.0.1:1/openapi.json")

    assert Lines(served, tmp_path).told(("openapi",)) == "http://127.0.0.1:1/openapi.json#/openapi"


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        (
            ("components", "schemas", "Page", "properties", "items", "items", "properties", "size"),
            ("components", "schemas", "Note", "properties", "size"),
        ),
        (("components", "schemas", "Note", "nothing", "there"), ("components", "schemas", "Note")),
        (("components", "schemas", "Loop", "type"), ("components", "schemas", "Loop")),
        (("components", "schemas", "Elsewhere", "type"), ("components", "schemas", "Elsewhere")),
    ],
    ids=["references", "too far", "circle", "another document"],
)
def test_references_are_followed(document: Document, path: Pointer, pointer: Pointer) -> None:
    assert followed(document.content, path) == pointer


@pytest.mark.parametrize(
    ("status", "pointer"),
    [
        (200, ("paths", "/a~b", "get", "responses", "200")),
        (404, ("components", "responses", "Trouble")),
        (500, ("paths", "/a~b", "get", "responses")),
    ],
    ids=["declared", "declared by its class", "undeclared"],
)
def test_what_is_answered_is_found_by_its_status(document: Document, status: int, pointer: Pointer) -> None:
    assert answer_at(document.content, LABEL, status) == pointer


def test_a_default_answer_stands_for_the_others() -> None:
    answers: Json = {"default": {"description": "any"}}
    content = {"paths": {"/a": {"get": {"responses": answers}}}}

    assert answer_at(content, "GET /a", 418) == ("paths", "/a", "get", "responses", "default")


@pytest.mark.parametrize(
    ("status", "media", "last"),
    [
        (200, "text/csv; charset=utf-8", ("text/csv", "schema")),
        (200, "application/json", ("application/json", "schema")),
        (200, "image/png", ("application/json", "schema")),
        (500, "application/json", ("get", "responses")),
    ],
)
def test_a_body_is_held_to_the_schema_of_its_type(
    document: Document, status: int, media: str, last: Pointer
) -> None:
    assert schema_at(document.content, LABEL, status, media)[-2:] == last
