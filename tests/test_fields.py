"""The types and marks that contracts are written with."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from troth import walk
from troth.fields import (
    Base64Text,
    DecimalText,
    Int64,
    Int64Text,
    Payload,
    Stand,
    Timestamp,
    Uuid,
)

TEXT_TYPES = [Uuid, Timestamp, DecimalText, Int64Text, Base64Text]


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (Uuid, "d85cd024-1548-4165-96c7-7bc88673f194"),
        (Uuid, "D85CD024-1548-4165-96C7-7BC88673F194"),
        (Timestamp, "2024-02-29T23:59:60Z"),
        (Timestamp, "2024-02-29T23:59:59.123456789+03:00"),
        (DecimalText, "0.001"),
        (DecimalText, "-12"),
        (Int64Text, "-9223372036854775808"),
        (Int64Text, "0"),
        (Base64Text, ""),
        (Base64Text, "QQ=="),
        (Base64Text, "QUI="),
        (Base64Text, "QUJD"),
        (Int64, 2**63 - 1),
    ],
)
def test_a_value_of_the_form_is_accepted(annotation: object, value: object) -> None:
    adapter: TypeAdapter[object] = TypeAdapter(annotation)  # type: ignore[arg-type]

    assert adapter.validate_python(value, strict=True) == value


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (Uuid, "d85cd0241548416596c77bc88673f194"),
        (Uuid, "d85cd024-1548-4165-96c7-7bc88673f194\n"),
        (Timestamp, "2024-02-29T23:59:59"),
        (Timestamp, "1700000000"),
        (Timestamp, 1700000000),
        (DecimalText, ".5"),
        (DecimalText, "1e3"),
        (DecimalText, 0.5),
        (Int64Text, "007"),
        (Int64Text, "12345678901234567890"),
        (Base64Text, "QQ"),
        (Base64Text, "QUJD\n"),
        (Base64Text, "Q Q="),
        (Int64, 2**63),
        (Int64, "1"),
    ],
)
def test_a_value_of_another_form_is_refused(annotation: object, value: object) -> None:
    adapter: TypeAdapter[object] = TypeAdapter(annotation)  # type: ignore[arg-type]

    with pytest.raises(ValidationError):
        adapter.validate_python(value, strict=True)


@pytest.mark.parametrize("annotation", TEXT_TYPES)
@pytest.mark.parametrize("ordinal", [1, 2, 99])
def test_what_stands_for_a_secret_has_the_form_of_the_type(annotation: object, ordinal: int) -> None:
    _, _, marks = walk.unwrapped(annotation)
    [stand] = [mark for mark in marks if isinstance(mark, Stand)]
    adapter: TypeAdapter[object] = TypeAdapter(annotation)  # type: ignore[arg-type]

    assert adapter.validate_python(stand.text(ordinal), strict=True) == stand.text(ordinal)


def test_a_payload_names_the_source_of_its_facts() -> None:
    class Verdict(Payload, source="vendor docs, verdicts.md"):
        id: int

    class Longer(Verdict):
        text: str

    assert Verdict.fact_source == "vendor docs, verdicts.md"
    assert Longer.fact_source == "vendor docs, verdicts.md"


def test_a_payload_cannot_be_changed() -> None:
    class Verdict(Payload, source="assumed"):
        id: int

    with pytest.raises(ValidationError, match="frozen"):
        Verdict(id=1).__setattr__("id", 2)
