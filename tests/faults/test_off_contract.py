"""What the contract does not allow, made from what it does."""

from __future__ import annotations

import json

import pytest

from tests.faults.parcels import PARCEL, answer, asking
from troth import jsontext
from troth.api import Api, Operation
from troth.errors import UsageProblem
from troth.exchange import Exchange, Request, Response
from troth.faults.catalogue import fault
from troth.faults.off_contract import broken, refuse_unknown_place
from troth.jsontext import Json

NAMES = ("field_missing", "field_null", "field_retyped", "enum_unknown")


def spoilt(api: Api, name: str, good: Response | None = None, request: Request | None = None) -> Json:
    response = broken(api, fault(name), good or answer(), request or asking())
    return None if response is None else jsontext.read(response.body)


def named(api: Api, name: str | None) -> Operation | None:
    return None if name is None else api.named(name)


def rules(api: Api, name: str) -> set[str]:
    response = broken(api, fault(name), answer(), asking())
    assert response is not None
    return {each.rule for each in api.judge(Exchange(asking(), response))}


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("field_null", {"id": None}),
        ("field_retyped", {"id": "7"}),
        ("enum_unknown", {"stage": "not_in_the_contract"}),
        ("field_null:$.stage", {"stage": None}),
        ("field_retyped:$.paid", {"paid": "true"}),
        ("field_retyped:$.weight", {"weight": "7.5"}),
        ("field_retyped:$.stops", {"stops": {}}),
        ("field_retyped:$.owner", {"owner": 7}),
        ("field_retyped:$.marks.red", {"marks": {"red": "7"}}),
        ("enum_unknown:$.size", {"size": "NOT_IN_THE_CONTRACT"}),
    ],
)
def test_one_place_is_changed_and_nothing_else(api: Api, name: str, changed: dict[str, Json]) -> None:
    assert spoilt(api, name) == {**PARCEL, **changed}


def test_the_first_required_field_is_left_out(api: Api) -> None:
    assert spoilt(api, "field_missing") == {key: value for key, value in PARCEL.items() if key != "id"}


@pytest.mark.parametrize(("place", "expected"), [("$.stops[1].code", [7, 8]), ("$.stops[*].code", [8, 1])])
def test_a_place_may_be_in_a_list(api: Api, place: str, expected: list[int]) -> None:
    document = spoilt(api, f"enum_unknown:{place}")

    codes = [jsontext.at(document, ("stops", index, "code")) for index in (0, 1)]
    assert codes == expected


def test_the_whole_answer_may_be_named(api: Api) -> None:
    good = broken(api, fault("field_null:$"), answer(), asking())

    assert good is not None
    assert good.body == b"null"


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("field_missing:$.paid", "field-missing"),
        ("field_null:$.paid", "field-null"),
        ("field_retyped:$.paid", "field-type"),
        ("enum_unknown:$.stage", "field-enum"),
        ("enum_unknown:$.stops[0].code", "field-enum"),
    ],
)
def test_the_judge_sees_the_fault_that_was_named(api: Api, name: str, rule: str) -> None:
    assert rules(api, name) == {rule}


@pytest.mark.parametrize("name", NAMES)
def test_the_judge_refuses_what_any_of_them_makes(api: Api, name: str) -> None:
    assert len(rules(api, name)) > 0


@pytest.mark.parametrize(
    "name",
    ["field_null:$.owner", "field_missing:$.weight", "field_missing:$.gone", "enum_unknown:$.stops[9].code"],
)
def test_a_change_that_the_contract_allows_is_none(api: Api, name: str) -> None:
    assert spoilt(api, name) is None


def test_a_union_is_broken_in_the_branch_that_was_answered(api: Api) -> None:
    request = asking("POST", "/parcels")

    receipt = spoilt(api, "field_missing", answer(201, {"number": 3}), request)
    parcel = spoilt(api, "enum_unknown:$.stage", answer(201), request)

    assert receipt == {}
    assert parcel == {**PARCEL, "stage": "not_in_the_contract"}


def test_of_chosen_fields_those_that_were_asked_for_are_required(api: Api) -> None:
    request = asking(path="/chosen?fields=paid,id")

    document = spoilt(api, "field_missing:$.paid", answer(200, {"id": 1, "paid": True}), request)

    assert document == {"id": 1}


@pytest.mark.parametrize(
    ("good", "path"),
    [
        (Response(204), "/parcels/4"),
        (Response(200, answer().headers, b"{"), "/parcels/4"),
        (Response(200, body=b"Send."), "/motto"),
        (answer(418), "/parcels/4"),
        (answer(), "/elsewhere"),
    ],
    ids=["no body", "not JSON", "text", "undeclared status", "undeclared path"],
)
def test_an_answer_without_declared_fields_has_no_place(api: Api, good: Response, path: str) -> None:
    assert broken(api, fault("field_retyped"), good, asking(path=path)) is None


def test_the_length_that_was_recorded_is_dropped(api: Api) -> None:
    good = Response(200, answer().headers.with_("Content-Length", "999"), json.dumps(PARCEL).encode())

    response = broken(api, fault("field_null"), good, asking())

    assert response is not None
    assert "Content-Length" not in response.headers


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("field_missing", "look"),
        ("field_missing:$.stops[0].town", "look"),
        ("field_missing:$.stops[*].code", "look"),
        ("field_null:$.marks.any", "look"),
        ("field_missing:$.number", "send"),
        ("enum_unknown:$.stage", "send"),
        ("field_missing:$.stage", "choose"),
        ("field_missing:$.word", "look"),
        ('field_retyped:$["id"]', "look"),
        ("enum_unknown:$.stops[0].code", None),
    ],
)
def test_a_place_of_the_contract_is_accepted(api: Api, name: str, operation: str | None) -> None:
    refuse_unknown_place(api, fault(name), named(api, operation))

    assert fault(name).has_places


@pytest.mark.parametrize(
    ("name", "operation", "said"),
    [
        ("field_missing:$.gone", None, r"any operation of parcels has a required field at \$\.gone"),
        ("field_missing:$.weight", "look", "has a required field"),
        ("field_null:$.owner", "look", "has a field that may not be null"),
        ("enum_unknown:$.id", "look", "has an enum at"),
        ("field_retyped:$.number", "look", r"no answer of GET /parcels/\{number\} has a field at"),
        ("field_missing", "motto", "no answer of GET /motto has a required field"),
        ("enum_unknown", "drop", "has an enum"),
        ("field_missing:$.stops[x]", "look", "is no place in an answer"),
        ("field_missing:$stage", "look", "is no place in an answer"),
    ],
)
def test_a_place_that_the_contract_does_not_have_is_refused(
    api: Api, name: str, operation: str | None, said: str
) -> None:
    with pytest.raises(UsageProblem, match=said):
        refuse_unknown_place(api, fault(name), named(api, operation))
