"""The document that a service serves, beside the committed one."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.deployed import deployed, said
from troth.drift import parse
from troth.errors import BrokenFile, CouldNotCheck, UsageProblem
from troth.evidence import Verdict
from troth.exchange import Headers, Response
from troth.fuzz.differences import Difference, differences
from troth.fuzz.document import Document
from troth.fuzz.ready import asking
from troth.fuzz.served import choose, compared, described
from troth.fuzz.settings import Served

SERVED = Served(path="/openapi.json")
NOTE = "$.components.schemas.Note"
LIST, ONE = '$.paths["/notes"].get', '$.paths["/notes/{id}"]'
REFERENCE = {"$ref": "#/components/schemas/Note"}
CONTENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "notes", "version": "1"},
    "servers": [{"url": "https://notes.example"}],
    "security": [{"token": []}],
    "paths": {
        "/notes": {
            "get": {
                "operationId": "list",
                "parameters": [
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 50}},
                    {"name": "kind", "in": "query", "schema": {"enum": ["task", "idea"]}},
                ],
                "responses": {
                    "200": {
                        "description": "Notes",
                        "content": {"application/json": {"schema": {"type": "array", "items": REFERENCE}}},
                    }
                },
            }
        },
        "/notes/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {
                "responses": {
                    "200": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}}
                    }
                }
            },
            "delete": {"responses": {"204": {"description": "Gone"}}},
        },
    },
    "components": {
        "schemas": {
            "Note": {
                "type": "object",
                "required": ["id", "title"],
                "properties": {
                    "id": {"type": "integer"},
                    "title": {"type": "string", "maxLength": 40},
                    "description": {"type": "string"},
                    "parent": REFERENCE,
                },
            }
        }
    },
}
COMMITTED = Document(CONTENT, "contracts/notes/openapi.json")
Change = Callable[[dict[str, Any]], object]


def changed(*changes: Change) -> dict[str, Any]:
    content = copy.deepcopy(CONTENT)
    for change in changes:
        change(content)
    return content


def note(content: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = content["components"]["schemas"]["Note"]
    return found


def listing(content: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = content["paths"]["/notes"]["get"]
    return found


def renamed(content: dict[str, Any]) -> None:
    """The same component by another name."""
    text = json.dumps(content).replace("schemas/Note", "schemas/NoteOut").replace('"Note":', '"NoteOut":')
    content.clear()
    content.update(json.loads(text))


def without_references(content: dict[str, Any]) -> None:
    """The list's items in place of their reference."""
    schema = listing(content)["responses"]["200"]["content"]["application/json"]["schema"]
    schema["items"] = copy.deepcopy(note(content))


def differing(*changes: Change) -> list[Difference]:
    return list(differences(COMMITTED, Document(changed(*changes), "served")))


DIFFERENT: list[tuple[Change, Difference]] = [
    (
        lambda c: c["paths"]["/notes/{id}"].pop("delete"),
        Difference("DELETE /notes/{id}", f"{ONE}.delete", "the operation", "none"),
    ),
    (
        lambda c: c["paths"]["/notes"].update(post={"responses": {}}),
        Difference("POST /notes", '$.paths["/notes"].post', "none", "the operation"),
    ),
    (
        lambda c: note(c)["properties"]["title"].update(maxLength=80),
        Difference("GET /notes", f"{NOTE}.properties.title.maxLength", "40", "80"),
    ),
    (
        lambda c: note(c)["properties"].pop("description"),
        Difference("GET /notes", f"{NOTE}.properties.description", '{"type":"string"}', "none"),
    ),
    (
        lambda c: note(c)["required"].append("parent"),
        Difference("GET /notes", f"{NOTE}.required", '["id","title"]', '["id","title","parent"]'),
    ),
    (
        lambda c: listing(c)["responses"].update({"429": {"description": "Slow"}}),
        Difference("GET /notes", f'{LIST}.responses["429"]', "none", '{"description":"Slow"}'),
    ),
    (
        lambda c: listing(c)["parameters"][0]["schema"].update(maximum=50.5),
        Difference("GET /notes", f'{LIST}.parameters["query limit"].schema.maximum', "50", "50.5"),
    ),
    (
        lambda c: listing(c)["parameters"][1].update({"in": "header"}),
        Difference(
            "GET /notes",
            f'{LIST}.parameters["query kind"]',
            '{"in":"query","name":"kind","schema":{"enum":["task","idea"]}}',
            "none",
        ),
    ),
    (
        lambda c: listing(c).update(security=[]),
        Difference("GET /notes", f"{LIST}.security", '[{"token":[]}]', "[]"),
    ),
    (
        lambda c: listing(c)["responses"]["200"]["content"].update({"text/csv": {}}),
        Difference("GET /notes", f'{LIST}.responses["200"].content["text/csv"]', "none", "{}"),
    ),
]
ALIKE: list[Change] = [
    lambda c: c.update(servers=[{"url": "https://staging.example"}]),
    lambda c: c["info"].update(version="2", title="Notes"),
    lambda c: listing(c).update(servers=[{"url": "https://staging.example"}]),
    lambda c: listing(c).update(summary="All of them", tags=["notes"], operationId="get_list"),
    lambda c: note(c).update(description="A note", title="Note", examples=[{}]),
    lambda c: note(c).update(required=["title", "id"]),
    lambda c: listing(c)["parameters"].reverse(),
    lambda c: listing(c).update({"x-internal": True}),
    lambda c: c["components"]["schemas"].update(Unused={"type": "object"}),
    renamed,
    without_references,
]


def test_a_document_does_not_differ_from_itself() -> None:
    assert differing() == []


@pytest.mark.parametrize(("change", "difference"), DIFFERENT)
def test_what_a_service_promises_otherwise_is_a_difference(change: Change, difference: Difference) -> None:
    assert difference in differing(change)


@pytest.mark.parametrize("change", ALIKE)
def test_what_says_the_same_is_no_difference(change: Change) -> None:
    assert differing(change) == []


def test_a_component_that_differs_is_told_once() -> None:
    assert len(differing(lambda c: note(c)["properties"]["id"].update(type="string"))) == 1


def test_each_difference_is_a_finding() -> None:
    served = Document(changed(lambda c: note(c)["properties"]["id"].update(type="string")), "http://h/o.json")

    [finding] = compared("notes", COMMITTED, served).findings

    assert (finding.code, finding.verdict, finding.operation) == (
        "fuzz-document-differs",
        Verdict.BROKEN,
        "GET /notes",
    )
    assert (finding.path, finding.expected, finding.actual, finding.reproduce) == (
        f"{NOTE}.properties.id.type",
        '"integer" (contracts/notes/openapi.json)',
        '"string" (served)',
        "curl -s http://h/o.json",
    )


def test_a_difference_of_many_operations_is_one_finding() -> None:
    slow = {"429": {"description": "Slow"}}
    content = changed(
        lambda c: c["paths"]["/notes"]["get"]["responses"].update(slow),
        lambda c: c["paths"]["/notes/{id}"]["get"]["responses"].update(slow),
    )

    [finding] = compared("notes", COMMITTED, Document(content, "served")).findings

    assert (finding.operation, finding.message) == (
        "GET /notes",
        "the document served is not the committed one (also of GET /notes/{id})",
    )


def test_many_differences_are_counted() -> None:
    content = changed()
    content["paths"].update({f"/{number}": {"get": {"responses": {}}} for number in range(45)})

    result = compared("notes", COMMITTED, Document(content, "served"))

    assert (len(result.findings), result.counts.decided, result.counts.matched) == (40, 48, 3)
    assert (
        result.findings[-1].message == "the document served is not the committed one; 5 further differences"
    )


def test_the_committed_document_is_fuzzed_beside_the_one_that_is_served() -> None:
    other = changed(lambda c: c["paths"].pop("/notes"))
    with deployed(lambda _: said(200, other)) as service:
        chosen = choose("notes", COMMITTED, "committed", SERVED, service.url, asking({}))

    assert chosen.document is COMMITTED
    assert chosen.result is not None
    assert [each.operation for each in chosen.result.findings] == ["GET /notes"]


def test_the_served_document_is_fuzzed_where_it_is_asked_for() -> None:
    other = changed(lambda c: c["paths"].pop("/notes"))
    with deployed(lambda _: said(200, other)) as service:
        chosen = choose("notes", COMMITTED, "served", SERVED, service.url, asking({}))

    labels = [each.label for each in chosen.document.operations]
    assert (labels, chosen.document.place) == (
        ["GET /notes/{id}", "DELETE /notes/{id}"],
        f"{service.url}/openapi.json",
    )


MISSING = [said(404), said(401), said(200, "no document"), Response(200, Headers(), b"<html>"), said(503)]


@pytest.mark.parametrize("answer", MISSING)
def test_a_document_that_is_not_served_is_told(answer: Response) -> None:
    with deployed(lambda _: answer) as service:
        chosen = choose("notes", COMMITTED, "committed", SERVED, service.url, asking({}))

    assert (chosen.document, chosen.result) == (COMMITTED, None)
    assert chosen.note.startswith("the document served was not compared: ")


@pytest.mark.parametrize("answer", MISSING)
def test_a_document_that_is_not_served_is_an_end_where_it_is_asked_for(answer: Response) -> None:
    with deployed(lambda _: answer) as service, pytest.raises((CouldNotCheck, BrokenFile)):
        choose("notes", COMMITTED, "served", SERVED, service.url, asking({}))


def test_nothing_is_asked_where_nothing_says_where_it_is_served() -> None:
    with deployed(lambda _: said(200, CONTENT)) as service:
        chosen = choose("notes", COMMITTED, "committed", Served(), service.url, asking({}))

    assert (chosen.document, chosen.result, service.asked) == (COMMITTED, None, [])


@pytest.mark.parametrize(("served", "url"), [(Served(), "http://127.0.0.1:9"), (SERVED, None)])
def test_a_served_document_needs_a_place(served: Served, url: str | None) -> None:
    with pytest.raises(UsageProblem, match="nothing says where the document is served"):
        choose("notes", COMMITTED, "served", served, url, asking({}))


def test_a_document_of_another_url_is_fuzzed() -> None:
    with deployed(lambda _: said(200, changed(lambda c: c["paths"].pop("/notes")))) as other:
        chosen = choose("notes", COMMITTED, f"{other.url}/v2.json", SERVED, "http://127.0.0.1:9", asking({}))

    assert chosen.document.place == f"{other.url}/v2.json"
    assert [each.label for each in chosen.document.operations] == ["GET /notes/{id}", "DELETE /notes/{id}"]


def test_a_document_of_a_file_is_fuzzed_in_process_too(tmp_path: Path) -> None:
    file = tmp_path / "next.yaml"
    file.write_text("openapi: 3.1.0\npaths:\n  /notes:\n    get:\n      responses: {}\n", encoding="utf-8")

    chosen = choose("notes", COMMITTED, str(file), Served(), None, asking({}))

    assert [each.label for each in chosen.document.operations] == ["GET /notes"]


def test_a_document_that_leads_elsewhere_is_refused() -> None:
    content = changed(lambda c: note(c)["properties"].update(id={"$ref": "https://other.example/id.json"}))

    with pytest.raises(BrokenFile, match=r"refers to another document, https://other\.example/id\.json"):
        described(parse(json.dumps(content).encode(), "served"))


def test_a_served_path_is_below_the_url_unless_it_begins_with_a_slash() -> None:
    with deployed(lambda _: said(200, CONTENT)) as service:
        url = f"{service.url}/base"
        choose("notes", COMMITTED, "served", Served(path="openapi.json"), url, asking({}))
        choose("notes", COMMITTED, "served", Served(path="/openapi.json"), url, asking({}))

    assert [each.path for each in service.asked] == ["/base/openapi.json", "/openapi.json"]
