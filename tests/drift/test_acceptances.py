"""What a workspace accepts of its drift, and what must not be accepted silently."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.drift.parcels import Schema, contract, document, put_beside
from troth.drift.accept import fits
from troth.drift.deviation import Culprit, Deviation, Tier
from troth.workspace import DriftAcceptance

WHY = "the vendor says so on another page"


def accepting(code: str = "drift-undocumented", **named: str) -> DriftAcceptance:
    return DriftAcceptance.model_validate({"api": "parcels", "code": code, "reason": WHY, **named})


def drifted() -> Schema:
    """Two enum members more, and one status less."""
    made = document()
    made["components"]["schemas"]["Parcel"]["properties"]["size"]["enum"] += ["huge", "tiny"]
    del made["paths"]["/parcels"]["post"]["responses"]["422"]
    return made


def codes(made: Schema, *acceptances: DriftAcceptance, only: str = "") -> list[str]:
    found = put_beside(made, acceptances=acceptances, only=only)
    return [f"{each.code} {each.path}" for each in found.result.findings]


def test_without_an_acceptance_both_are_red() -> None:
    found = put_beside(drifted())

    assert sorted({each.code for each in found.result.findings}) == ["drift-stricter", "drift-undocumented"]
    assert found.result.verdict == "broken"


def test_what_is_accepted_is_not_red_and_is_counted_with_its_reason() -> None:
    status, size = accepting(path="status 4??"), accepting("drift-stricter", model="Parcel", path="$.size")

    found = put_beside(drifted(), acceptances=[status, size])

    assert (found.result.verdict, found.result.findings) == ("proven", ())
    assert found.closing.endswith("; 7 accepted by 2 acceptances")
    assert {reason for _, reason in found.accepted} == {WHY}
    assert {finding.verdict for finding, _ in found.accepted} == {"broken"}


def test_an_acceptance_of_one_value_does_not_take_another() -> None:
    size = accepting("drift-stricter", model="Parcel", path="$.size", value="huge")

    left = put_beside(drifted(), acceptances=[accepting(path="status 422"), size]).result.findings

    assert [each.expected for each in left] == ['"tiny" (the document)']


def test_an_acceptance_that_matches_nothing_is_red() -> None:
    found = put_beside(document(), acceptances=[accepting(path="status 422", value="422")])

    [finding] = found.result.findings
    assert (finding.code, finding.verdict) == ("acceptance-unused", "broken")
    assert finding.message == (
        "the acceptance of drift-undocumented at path status 422, value 422 has no effect: it matches nothing"
    )


def test_of_some_operations_alone_it_cannot_be_told_what_an_acceptance_is_of() -> None:
    assert codes(document(), accepting(path="status 422"), only="read_parcel") == []


def test_an_acceptance_of_another_api_has_no_part() -> None:
    other = DriftAcceptance(api="letters", code="drift-looser", path="*", reason=WHY)

    assert codes(document(), other) == []


def test_what_is_told_can_be_accepted_as_well() -> None:
    made: Any = document()
    made["paths"]["/parcels"]["get"]["responses"]["402"] = {"description": ""}

    found = put_beside(made, acceptances=[accepting("drift-missing", path="status 402")])

    assert [each.path for each in found.result.told] == ["limits"]
    assert len(found.accepted) == 1


FIELD = Deviation(
    "drift-stricter",
    Culprit.STRICTER,
    Tier.ERROR,
    "the document allows it, and our model refuses it",
    value="huge",
    path="response 200 $.parcels[].size",
    model="Parcel",
    field="$.size",
    operation="GET /parcels",
)


@pytest.mark.parametrize(
    "named",
    [
        {"path": "response 200 $.parcels[].size"},
        {"path": "response * $.parcels*.size"},
        {"operation": "GET *"},
        {"model": "Parcel"},
        {"model": "Par*", "path": "$.size"},
        {"model": "*", "path": "$.*", "value": "h*"},
        {"operation": "GET /parcels", "model": "Parcel", "path": "$.size", "value": "huge"},
    ],
)
def test_an_acceptance_fits_by_its_globs(named: dict[str, str]) -> None:
    assert fits(accepting("drift-stricter", **named), FIELD)


@pytest.mark.parametrize(
    "named",
    [
        {"path": "$.size"},
        {"path": "response 201 *"},
        {"operation": "POST *"},
        {"operation": "get /parcels"},
        {"model": "Page"},
        {"model": "Parcel", "path": "response 200 $.parcels[].size"},
        {"model": "Parcel", "value": "tiny"},
    ],
)
def test_an_acceptance_of_another_place_does_not_fit(named: dict[str, str]) -> None:
    assert not fits(accepting("drift-stricter", **named), FIELD)


def test_an_acceptance_of_another_code_does_not_fit() -> None:
    assert not fits(accepting("drift-looser", model="Parcel"), FIELD)


@pytest.mark.parametrize(
    "broken",
    [
        {"path": ""},
        {"value": "huge", "path": ""},
        {"code": "drift-gone"},
        {"reason": "short"},
        {"schema": "Parcel"},
    ],
)
def test_an_acceptance_must_say_what_and_why(broken: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        accepting(**{"code": "drift-looser", "path": "status 422", **broken})


def test_the_contract_itself_is_in_order() -> None:
    assert [operation.name for operation in contract().operations] == [
        "list_parcels",
        "send_parcel",
        "read_parcel",
        "drop_parcel",
    ]
