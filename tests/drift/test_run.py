"""A comparison as a step of a run: events, counts, classes of findings, and nothing that passes unseen."""

from __future__ import annotations

import pytest

from tests.drift.parcels import Schema, contract, document, put_beside, read
from troth.drift.run import drift
from troth.errors import UnknownName
from troth.events import Advanced, Event, StepFinished, StepStarted


def with_field(schema: str, old: str, new: str) -> Schema:
    """The document that agrees, with a field renamed."""
    made = document()
    properties = made["components"]["schemas"][schema]["properties"]
    properties[new] = properties.pop(old)
    return made


def test_each_operation_is_told_while_it_works() -> None:
    events: list[Event] = []

    found = drift(contract(), read(document()), emit=events.append)

    assert events == [
        StepStarted("drift", "parcels", 4),
        Advanced("GET /parcels"),
        Advanced("POST /parcels"),
        Advanced("GET /parcels/{parcel}"),
        Advanced("DELETE /parcels/{parcel}"),
        StepFinished(found.result),
    ]


def test_a_renamed_field_is_red_and_named() -> None:
    found = put_beside(with_field("Parcel", "weight", "grams"))

    [gone] = found.result.findings
    assert (gone.code, gone.path) == ("drift-removed", "response 200 $.parcels[].weight")
    assert gone.message == (
        "model stricter: our model requires weight, and the document does not have it"
        " (also POST /parcels, GET /parcels/{parcel})"
    )
    assert "grams" in "".join(each.message for each in found.result.told)


def test_a_renamed_field_that_ours_lets_be_left_out_is_red_as_well() -> None:
    found = put_beside(with_field("NewParcel", "note", "remark"))

    assert [(each.code, each.path) for each in found.result.findings] == [
        ("drift-undocumented", "request $.note")
    ]


def test_what_differs_is_not_matched() -> None:
    counts = put_beside(with_field("Parcel", "weight", "grams")).result.counts

    assert (counts.attempted, counts.decided, counts.matched) == (30, 30, 27)


def test_a_comparison_of_some_operations_says_nothing_of_the_whole() -> None:
    found = put_beside(document(), only="*_parcel")

    assert found.closing == "3 operations and 23 fields compared; 0 errors; 0 for information"


@pytest.mark.parametrize("only", ["list", "LIST_PARCELS", "GET /parcels", "*parcels"])
def test_an_operation_is_chosen_by_a_part_of_its_name_or_a_glob(only: str) -> None:
    assert put_beside(document(), only=only).result.counts.attempted > 0


@pytest.mark.parametrize("only", ["GET /parcels", "list_parcels"])
def test_the_very_name_of_an_operation_chooses_that_one_alone(only: str) -> None:
    assert put_beside(document(), only=only).closing.startswith("1 operation and ")


def test_a_choice_that_matches_nothing_is_a_wrong_call() -> None:
    with pytest.raises(UnknownName, match="no operation of parcels is named 'lst_parcels'; did you mean"):
        put_beside(document(), only="lst_parcels")


@pytest.mark.parametrize("paths", [{}, {"/drones": {"get": {"responses": {}}}}])
def test_a_document_of_another_api_proves_nothing(paths: Schema) -> None:
    found = put_beside({**document(), "paths": paths})

    [finding] = found.result.findings
    assert (finding.code, finding.verdict, found.result.verdict) == (
        "no-evidence",
        "could not check",
        "could not check",
    )
    assert found.closing == "nothing was compared"


def test_an_empty_document_of_paths_is_named() -> None:
    [finding] = put_beside({"openapi": "3.1.0"}).result.findings

    assert (finding.actual, finding.place) == ("0 operations, such as none", "vendor.json")
