"""The OpenAPI document is generated from the contract, and a stale one is found."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import schemathesis
from pydantic import Field
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from contracts.judge0.operations import judge0
from troth.api import Answer, Anything, Api, Empty, HeaderToken, Selected, Text
from troth.evidence import Counts, Verdict
from troth.fields import Payload, Safe, Uuid
from troth.openapi import check_openapi, document, dump, write_openapi
from troth.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]


class KeyPath(Payload, source="assumed"):
    name: str


class KeyQuery(Payload, source="assumed"):
    mask: str | None = None
    exact: Literal["yes", "no"]


class Key(Payload, source="a page of the vendor"):
    """A key."""

    name: Safe[str]
    size: Annotated[int, Field(ge=1)] | None = None


class Trouble(Payload, source="assumed"):
    why: Safe[str]


class Unused(Payload, source="assumed"):
    id: Uuid


def keys(**details: Any) -> Api:
    """An API with one operation."""
    api = Api(
        "keys",
        server="https://keys.example/v1",
        version="7",
        auth=(
            HeaderToken("Authorization", env="KEYS_TOKEN", prefix="Bearer "),
            HeaderToken("X-Owner", env="KEYS_OWNER", role="owner"),
        ),
    )
    answers = {"responses": {200: Key, 404: Answer((Trouble, Empty)), 410: Empty}, "source": "assumed"}
    api.get("/{name=keys/*}", name="get_key", params=KeyPath, query=KeyQuery, **(answers | details))
    return api


def operation(api: Api, path: str = "/{name}", method: str = "get") -> Any:
    """One operation of the document."""
    paths: Any = document(api)["paths"]
    return paths[path][method]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "contracts" / "keys").mkdir(parents=True)
    return Workspace(tmp_path)


def test_the_document_of_judge0_is_valid_openapi_3_1() -> None:
    OPENAPI_31_VALIDATOR.validate(document(judge0))


def test_schemathesis_reads_every_operation_of_judge0() -> None:
    schema = schemathesis.openapi.from_dict(document(judge0), config=SchemathesisConfig())
    read = {result.ok().label for result in schema.get_all_operations() if isinstance(result, Ok)}
    assert read == {operation.label for operation in judge0.operations}


def test_the_document_of_judge0_is_fresh() -> None:
    assert check_openapi(Workspace(ROOT), judge0).verdict is Verdict.PROVEN


def test_two_processes_generate_the_same_bytes() -> None:
    program = (
        "from contracts.judge0.operations import judge0\n"
        "from troth.openapi import dump\n"
        "print(dump(judge0), end='')\n"
    )
    other = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)
    assert other.stdout == dump(judge0).encode()


def test_a_path_loses_the_shapes_of_its_parameters() -> None:
    names = [(parameter["name"], parameter["in"]) for parameter in operation(keys())["parameters"]]
    assert names == [("name", "path"), ("mask", "query"), ("exact", "query")]


def test_an_optional_parameter_is_never_null() -> None:
    mask = operation(keys())["parameters"][1]
    assert mask == {"name": "mask", "in": "query", "required": False, "schema": {"type": "string"}}


def test_a_required_parameter_is_required() -> None:
    assert operation(keys())["parameters"][2]["required"] is True


def test_the_first_credential_goes_with_every_request() -> None:
    assert operation(keys())["security"] == [{"valid": []}]


def test_a_further_credential_goes_where_the_operation_names_its_header() -> None:
    owned = operation(keys(request_headers={"X-Owner": ".+", "X-Trace": r"\d+"}))
    assert owned["security"] == [{"valid": [], "owner": []}]
    assert owned["parameters"][-1]["schema"] == {"type": "string", "pattern": r"^(?:\d+)$"}


def test_credentials_are_described() -> None:
    components: Any = document(keys())["components"]
    assert components["securitySchemes"] == {
        "valid": {"type": "http", "scheme": "bearer"},
        "owner": {"type": "apiKey", "in": "header", "name": "X-Owner"},
    }


def test_a_body_that_may_be_empty_says_so() -> None:
    responses = operation(keys())["responses"]
    assert responses["404"]["description"] == "Not Found; the body may be empty"
    assert responses["404"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Trouble"
    }
    assert responses["410"] == {"description": "Gone, with an empty body"}


def test_a_named_header_of_an_answer_is_required() -> None:
    answer = Answer(Key, headers={"ETag": r'"\w+"'})
    headers = operation(keys(responses={200: answer}))["responses"]["200"]["headers"]
    assert headers == {"ETag": {"required": True, "schema": {"type": "string", "pattern": r'^(?:"\w+")$'}}}


def test_a_text_has_its_content_type_and_no_inline_flags() -> None:
    content = operation(keys(responses={200: Text("(?s).*")}))["responses"]["200"]["content"]
    assert content == {"text/plain": {"schema": {"type": "string"}}}


def test_anything_promises_a_status_alone() -> None:
    assert operation(keys(responses={202: Anything}))["responses"] == {"202": {"description": "Accepted"}}


def test_a_form_that_the_request_chooses_requires_nothing() -> None:
    api = keys(responses={200: Selected(Key, "mask", ("name",))})
    components: Any = document(api)["components"]
    assert "required" not in components["schemas"]["Key"]


def test_a_model_tells_the_source_of_its_facts() -> None:
    components: Any = document(keys())["components"]
    assert components["schemas"]["Key"]["x-source"] == "a page of the vendor"


def test_only_what_is_used_is_a_component() -> None:
    components: Any = document(keys())["components"]
    assert sorted(components["schemas"]) == ["Key", "Trouble"]


def test_a_written_document_is_fresh(workspace: Workspace) -> None:
    path = write_openapi(workspace, keys())
    assert path == workspace.root / "contracts" / "keys" / "openapi.json"
    assert check_openapi(workspace, keys()).counts == Counts(1, 1, 1)


def test_a_missing_document_is_found(workspace: Workspace) -> None:
    (finding,) = check_openapi(workspace, keys()).findings
    assert (finding.code, finding.place) == ("openapi-missing", "contracts/keys/openapi.json")
    assert finding.reproduce == "troth openapi keys"


def test_a_document_of_an_older_contract_is_found(workspace: Workspace) -> None:
    write_openapi(workspace, keys(responses={200: Trouble}))
    result = check_openapi(workspace, keys())
    assert [finding.code for finding in result.findings] == ["openapi-stale"]
    assert result.counts == Counts(1, 1, 0)


def test_a_document_edited_by_hand_is_found_with_its_place(workspace: Workspace) -> None:
    path = write_openapi(workspace, keys())
    edited = json.loads(path.read_text())
    edited["info"]["version"] = "8"
    path.write_text(json.dumps(edited, indent=2))
    (finding,) = check_openapi(workspace, keys()).findings
    assert (finding.code, finding.path) == ("openapi-stale", "$.info.version")


def test_a_document_in_another_layout_is_stale_as_a_whole(workspace: Workspace) -> None:
    path = write_openapi(workspace, keys())
    path.write_text(json.dumps(json.loads(path.read_text())))
    (finding,) = check_openapi(workspace, keys()).findings
    assert (finding.code, finding.path) == ("openapi-stale", "$")


def test_a_document_that_is_not_json_is_stale(workspace: Workspace) -> None:
    write_openapi(workspace, keys()).write_text("{")
    (finding,) = check_openapi(workspace, keys()).findings
    assert finding.code == "openapi-stale"
    assert "not JSON" in finding.message
