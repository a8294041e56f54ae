"""The OpenAPI document: that of the code, and complete."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from ninja import NinjaAPI, Schema
from ninja.operation import Operation

from config import openapi
from config.urls import api

DOCUMENT: dict[str, Any] = json.loads(openapi.document())
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}


def test_the_kept_document_is_that_of_the_code() -> None:
    assert not openapi.is_stale(), "python providers/campus/manage.py export_openapi"


def test_the_check_passes_on_the_kept_document(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("export_openapi", "--check")

    assert "up to date" in capsys.readouterr().out


def test_a_stale_document_fails_the_check_and_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openapi, "document", lambda: "another")

    with pytest.raises(CommandError, match=r"manage\.py export_openapi"):
        call_command("export_openapi", "--check")


def test_the_same_code_gives_the_same_document() -> None:
    assert openapi.document() == openapi.document()


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_error_has_the_one_body(operation: dict[str, Any]) -> None:
    bodies = {
        status: answer["content"]["application/json"]["schema"]
        for status, answer in operation["responses"].items()
        if status >= "400" and operation["operationId"] != "health"
    }

    assert set(map(str, bodies.values())) <= {"{'$ref': '#/components/schemas/ErrorBody'}"}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_what_an_operation_reads_says_which_errors_it_has(operation: dict[str, Any]) -> None:
    reads = {"requestBody"} & operation.keys()
    asked = {parameter["in"] for parameter in operation.get("parameters", ())}
    declared = operation["responses"].keys()

    assert ({"400", "413", "415"} <= declared) is bool(reads)
    assert ("422" in declared) is ("query" in asked)
    assert "404" in declared or "path" not in asked


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_401_is_declared_where_a_token_is_needed(operation: dict[str, Any]) -> None:
    needed = bool(operation.get("security")) or operation["operationId"] == "create_token"

    assert ("401" in operation["responses"]) is needed


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_no_operation_may_fail_unexpectedly(operation: dict[str, Any]) -> None:
    assert "500" not in operation["responses"]


def test_names_of_operations_are_unique() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]

    assert sorted(names) == sorted(set(names))


def operations_of(found: NinjaAPI) -> list[Operation]:
    return [
        operation
        for _, router in found._routers
        for view in router.path_operations.values()
        for operation in view.operations
    ]


def test_no_response_has_a_model_of_the_contract() -> None:
    models = {
        model.__module__
        for operation in operations_of(api)
        for model in operation.response_models.values()
        if isinstance(model, type) and issubclass(model, Schema)
    }

    assert models
    assert not [module for module in models if module.startswith("contracts")]


@pytest.mark.django_db
def test_the_document_is_served_as_well(client: Client) -> None:
    served = client.get("/api/v1/openapi.json").json()

    assert {**served, "servers": DOCUMENT["servers"]} == DOCUMENT
