"""Operations: how they are matched, and what their parameters, bodies and answers differ in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.drift.parcels import (
    ListQuery,
    Page,
    ParcelPath,
    Problem,
    Schema,
    answer,
    contract,
    document,
    findings,
    put_beside,
    told,
)
from troth.api import Answer, Anything, Api, Empty, HeaderToken, Text
from troth.errors import BrokenFile


def changed(change: Callable[[Any], object]) -> Schema:
    """The document that agrees, with one thing changed."""
    made = document()
    change(made)
    return made


def list_parcels(made: Any) -> Any:
    return made["paths"]["/parcels"]["get"]


def send_parcel(made: Any) -> Any:
    return made["paths"]["/parcels"]["post"]


def in_query(name: str, schema: Schema, **more: Any) -> Schema:
    return {"in": "query", "name": name, "schema": schema, **more}


def test_a_document_that_agrees_has_no_difference() -> None:
    found = put_beside(document())

    assert (told(found), found.result.verdict) == ([], "proven")
    assert found.closing.startswith("4 operations and 33 fields compared; 0 errors; ")


# --- matching -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "servers",
    [
        [],
        [{"url": "/v2"}],
        [{"url": "https://{region}.parcels.example/{base}", "variables": {"base": {"default": "v2"}}}],
        [{"url": "https://sandbox.parcels.example/other/base"}],
    ],
)
def test_the_base_path_of_a_server_does_not_matter(servers: list[Schema]) -> None:
    found = put_beside({**document(), "servers": servers})

    assert told(found) == []


def test_a_base_path_may_stand_in_the_paths_themselves() -> None:
    made = document()
    paths = {f"/v2{path}": item for path, item in made["paths"].items()}

    found = put_beside({**made, "servers": [{"url": "https://parcels.example"}], "paths": paths})

    assert told(found) == []


def test_an_operation_that_the_document_does_not_have_is_undocumented() -> None:
    found = put_beside(changed(lambda made: made["paths"]["/parcels/{id}"].pop("delete")))

    assert told(found) == [("error", "undocumented", "operation")]
    assert found.result.findings[0].operation == "DELETE /parcels/{parcel}"


def test_operations_that_only_the_document_has_are_listed_and_no_error() -> None:
    more: Schema = {"get": {"responses": {}}, "put": {"responses": {}}}

    found = put_beside(changed(lambda made: made["paths"].update({"/drones": more})))

    [listed] = [each for each in found.result.told if each.path == "operations"]
    assert listed.message.endswith(
        "2 operations of the document that our contract does not have: GET /drones, PUT /drones"
    )
    assert found.result.findings == ()


def test_a_path_that_leads_out_of_the_document_could_not_be_compared() -> None:
    elsewhere = {"$ref": "parcels.yaml#/one"}

    found = put_beside(changed(lambda made: made["paths"].update({"/parcels/{id}": elsewhere})))

    assert told(found) == [("info", "uncomparable", "operation")]
    assert found.result.told[0].message.endswith("leads out of the document (also DELETE /parcels/{parcel})")


def test_a_path_may_stand_elsewhere_in_the_document() -> None:
    made = document()
    made["components"]["pathItems"] = {"One": made["paths"]["/parcels/{id}"]}
    made["paths"]["/parcels/{id}"] = {"$ref": "#/components/pathItems/One"}

    assert told(put_beside(made)) == []


# --- parameters -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "difference"),
    [
        ([in_query("sent", {"type": "boolean"})], ("error", "undocumented", "query limit")),
        (
            [in_query("limit", {"type": "integer"}, required=True), in_query("sent", {"type": "boolean"})],
            ("error", "looser", "query limit"),
        ),
        (
            [in_query("limit", {"enum": [1, 2]}), in_query("sent", {"type": "boolean"})],
            ("error", "looser", "query limit"),
        ),
        (
            [in_query("limit", {"type": "boolean"}), in_query("sent", {"type": "boolean"})],
            ("error", "retyped", "query limit"),
        ),
        (
            [in_query("limit", {"type": "array"}), in_query("sent", {"type": "boolean"})],
            ("info", "uncomparable", "query limit"),
        ),
        (
            [{"in": "query", "name": "limit", "content": {}}, in_query("sent", {"type": "boolean"})],
            ("info", "uncomparable", "query limit"),
        ),
        (
            [in_query("limit", {"type": "integer"}), in_query("sent", {"enum": ["true"]})],
            ("error", "looser", "query sent"),
        ),
    ],
)
def test_a_parameter_that_differs(parameters: list[Schema], difference: tuple[str, str, str]) -> None:
    found = put_beside(changed(lambda made: list_parcels(made).update(parameters=parameters)))

    assert set(told(found)) == {difference}


@pytest.mark.parametrize(
    ("parameter", "difference"),
    [
        (in_query("page", {"type": "integer"}), ("info", "missing", "query page")),
        (in_query("page", {"type": "integer"}, required=True), ("error", "missing", "query page")),
        (
            {"in": "header", "name": "X-Id", "required": True, "schema": {}},
            ("error", "missing", "header X-Id"),
        ),
        ({"$ref": "common.yaml#/page"}, ("info", "uncomparable", "parameters")),
    ],
)
def test_a_parameter_that_only_the_document_has(parameter: Schema, difference: tuple[str, str, str]) -> None:
    found = put_beside(changed(lambda made: list_parcels(made)["parameters"].append(parameter)))

    errors = [("error", each.code.removeprefix("drift-"), each.path) for each in found.result.findings]
    infos = [("info", each.code.removeprefix("drift-"), each.path) for each in found.result.told]
    assert difference in [*errors, *infos]


@pytest.mark.parametrize("name", ["Accept", "content-type", "Authorization"])
def test_header_parameters_that_mean_nothing_are_not_missed(name: str) -> None:
    header = {"in": "header", "name": name, "required": True, "schema": {"type": "string"}}

    found = put_beside(changed(lambda made: list_parcels(made)["parameters"].append(header)))

    assert told(found) == []


@pytest.mark.parametrize(
    "schema",
    [{"type": "integer"}, {"type": "string"}, {"type": "integer", "nullable": True}],
)
def test_a_number_is_text_in_a_query(schema: Schema) -> None:
    made = changed(lambda made: list_parcels(made)["parameters"].__setitem__(0, in_query("limit", schema)))

    assert told(put_beside(made)) == []


def test_parameters_of_a_path_are_compared_by_their_order() -> None:
    number = {"in": "path", "name": "id", "required": True, "schema": {"type": "integer"}}

    found = put_beside(changed(lambda made: made["paths"]["/parcels/{id}"].update(parameters=[number])))

    assert told(found) == [("error", "retyped", "path parcel")]


def test_an_operations_own_parameter_has_the_say_over_the_paths() -> None:
    own = {"in": "path", "name": "id", "required": True, "schema": {"type": "string"}}
    number = {"in": "path", "name": "id", "required": True, "schema": {"type": "integer"}}

    def change(made: Any) -> None:
        made["paths"]["/parcels/{id}"]["parameters"] = [number]
        made["paths"]["/parcels/{id}"]["get"]["parameters"] = [own]
        made["paths"]["/parcels/{id}"]["delete"]["parameters"] = [own]

    assert told(put_beside(changed(change))) == []


def test_a_header_that_ours_sends_and_the_document_does_not_have_is_undocumented() -> None:
    api = Api("parcels", server="https://parcels.example/v2", auth=(HeaderToken("X-Key", env="KEY"),))
    api.get(
        "/parcels",
        name="list_parcels",
        query=ListQuery,
        request_headers={"X-Key": ".*", "X-Trace": ".*"},
        responses={200: Page},
        source="assumed",
    )

    assert told(put_beside(document(), api)) == [("error", "removed", "header X-Trace")]


# --- bodies ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "differences"),
    [
        (lambda post: post.pop("requestBody"), [("error", "undocumented", "request body")]),
        (
            lambda post: post["requestBody"].update(content={"text/csv": {}}),
            [("error", "retyped", "request content type")],
        ),
        (
            lambda post: post["requestBody"].update(content={"application/json": {}}),
            [("info", "uncomparable", "request")],
        ),
        (
            lambda post: post.update(requestBody={"$ref": "a.yaml"}),
            [("info", "uncomparable", "request body")],
        ),
        (lambda post: post["responses"].pop("422"), [("error", "undocumented", "status 422")]),
        (lambda post: post["responses"].update({"402": {}}), [("info", "missing", "status 402")]),
        (
            lambda post: post["responses"].update({"422": {"$ref": "a.yaml"}}),
            [("info", "uncomparable", "response 422")],
        ),
        (lambda post: post["responses"].update({"422": {}}), [("error", "removed", "response 422")]),
        (
            lambda post: post["responses"].update({"422": {"content": {"text/html": {}}}}),
            [("error", "retyped", "response 422 content type")],
        ),
        (
            lambda post: post["responses"].update({"422": answer({"type": "array", "items": {}})}),
            [("error", "retyped", "response 422 $")],
        ),
    ],
)
def test_a_body_or_an_answer_that_differs(
    change: Callable[[Any], object], differences: list[tuple[str, str, str]]
) -> None:
    found = put_beside(changed(lambda made: change(send_parcel(made))))

    assert told(found) == differences


@pytest.mark.parametrize(
    "media", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/*", "*/*"]
)
def test_a_content_type_is_matched_as_it_is_meant(media: str) -> None:
    def change(made: Any) -> None:
        content = send_parcel(made)["requestBody"]["content"]
        content[media] = content.pop("application/json")

    assert told(put_beside(changed(change))) == []


@pytest.mark.parametrize("key", ["4XX", "4xx", "default"])
def test_an_answer_may_be_documented_by_its_hundred_or_by_default(key: str) -> None:
    def change(made: Any) -> None:
        answers = send_parcel(made)["responses"]
        answers[key] = answers.pop("422")

    assert told(put_beside(changed(change))) == []


def test_a_required_body_that_ours_does_not_send_is_an_error() -> None:
    body = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}

    found = put_beside(changed(lambda made: list_parcels(made).update(requestBody=body)))

    assert told(found) == [("error", "missing", "request body")]


def test_a_body_that_ours_may_leave_out_is_told() -> None:
    body = {"content": {"application/json": {"schema": {"type": "object"}}}}

    found = put_beside(changed(lambda made: list_parcels(made).update(requestBody=body)))

    assert told(found) == [("info", "missing", "request body")]


def of_answer(form: object, theirs: Schema) -> list[tuple[str, str, str]]:
    api = contract()
    api.get("/it", name="it", responses={200: form}, source="assumed")
    made = changed(lambda made: made["paths"].update({"/it": {"get": {"responses": {"200": theirs}}}}))
    return told(put_beside(made, api))


PROBLEM = answer({"$ref": "#/components/schemas/Problem"})
TEXT = {"description": "", "content": {"text/plain": {"schema": {"type": "string"}}}}


@pytest.mark.parametrize(
    ("form", "theirs", "differences"),
    [
        (Empty, {"description": ""}, []),
        (Empty, PROBLEM, [("error", "stricter", "response 200")]),
        (Answer((Problem, Empty)), PROBLEM, [("info", "looser", "response 200")]),
        (Answer((Problem, Empty)), {"description": ""}, [("info", "looser", "response 200")]),
        (Anything, PROBLEM, [("info", "uncomparable", "response 200")]),
        (Text(), TEXT, []),
        (Text(), PROBLEM, [("error", "retyped", "response 200 content type")]),
        (
            Answer(Problem, headers={"ETag": ".*"}),
            PROBLEM,
            [("error", "removed", "response 200 header etag")],
        ),
        (Answer(Problem, headers={"ETag": ".*"}), {**PROBLEM, "headers": {"etag": {}}}, []),
    ],
)
def test_the_forms_of_an_answer(
    form: object, theirs: Schema, differences: list[tuple[str, str, str]]
) -> None:
    assert of_answer(form, theirs) == differences


# --- what is no OpenAPI ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"swagger": "2.0"}, "Swagger 2.0 is not read"),
        ({"openapi": "4.0.0"}, "OpenAPI 4.0.0 is not read"),
        ({"info": {}}, "neither OpenAPI nor a discovery document"),
        ({"openapi": "3.0.0", "paths": []}, "vendor.json:3: an object must stand here, not array"),
        ({"openapi": "3.0.0", "paths": {"/a": {"get": None}}}, "an object must stand here, not null"),
        ({"openapi": "3.0.0", "paths": {"/a": {"get": {"parameters": {}}}}}, "parameters must be an array"),
    ],
)
def test_a_document_that_is_not_what_it_says_is_broken(made: Schema, said: str) -> None:
    with pytest.raises(BrokenFile, match=said):
        put_beside(made)


def test_a_verb_after_a_parameter_is_part_of_the_path() -> None:
    api = Api("parcels", server="https://parcels.example")
    api.post(
        "/parcels/{parcel}:send", name="send", params=ParcelPath, responses={204: Empty}, source="assumed"
    )
    theirs = {
        "post": {"responses": {"204": {}}, "parameters": document()["paths"]["/parcels/{id}"]["parameters"]}
    }

    found = put_beside({"openapi": "3.0.0", "paths": {"/parcels/{id}:send": theirs}}, api)

    assert (told(found), found.result.counts.attempted) == ([], 2)


def test_each_difference_names_what_differs() -> None:
    found = put_beside(changed(lambda made: send_parcel(made)["responses"].pop("422")))

    [undocumented] = findings(found)
    assert undocumented.message == "undocumented: the document has no answer 422"
    assert undocumented.place.startswith("vendor.json:")
