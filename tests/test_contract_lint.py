"""A contract that the judge or the redaction could not rely on is red."""

from __future__ import annotations

import datetime
import decimal
import uuid
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

from contracts.judge0.operations import judge0
from troth.api import Answer, Anything, Api, Empty, Selected, Text
from troth.contract_lint import check_contract, lint
from troth.evidence import Counts, Verdict
from troth.fields import FilePart, Payload, Safe, Stand, Uuid

Plate = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}\d{4}$")]
PlateWithStand = Annotated[Plate, Stand("XX{n:04d}")]
PlateWithBadStand = Annotated[Plate, Stand("redacted-{n}")]


class Cat(Payload, source="assumed"):
    kind: Literal["cat"]
    lives: Safe[int]


class Dog(Payload, source="assumed"):
    kind: Literal["dog"]
    tricks: Safe[int]


class Sourceless(Payload):
    id: Safe[int]


class Form(Payload, source="assumed"):
    text: Safe[str] | None
    kind: Literal["a", "b"]
    files: list[FilePart]
    count: Safe[int]
    inner: Cat


class Loose(BaseModel):
    id: int


class Open(Payload, source="assumed"):
    model_config = ConfigDict(extra="allow")
    id: Safe[int]


class Lax(Payload, source="assumed"):
    model_config = ConfigDict(strict=False)
    id: Safe[int]


class WithMoment(Payload, source="assumed"):
    at: datetime.datetime


class WithDay(Payload, source="assumed"):
    on: datetime.date | None


class WithUuid(Payload, source="assumed"):
    ids: list[uuid.UUID]


class WithBytes(Payload, source="assumed"):
    data: dict[str, bytes]


class WithDecimal(Payload, source="assumed"):
    price: Annotated[decimal.Decimal, Field(ge=0)]


class WithAny(Payload, source="assumed"):
    extra: Any


class WithPets(Payload, source="assumed"):
    pet: Cat | Dog | None


class WithMaps(Payload, source="assumed"):
    pets: list[Cat | dict[str, int]]


class WithPlate(Payload, source="assumed"):
    plate: Plate | None


class WithBadStand(Payload, source="assumed"):
    plate: PlateWithBadStand


class Deep(Payload, source="assumed"):
    inner: list[dict[str, WithMoment]]


class WithNamedPets(Payload, source="assumed"):
    pet: Annotated[Cat | Dog, Field(discriminator="kind")]


def _told(pet: object) -> str:
    return "cat" if isinstance(pet, dict) and "lives" in pet else "dog"


class WithToldPets(Payload, source="assumed"):
    pets: list[Annotated[Annotated[Cat, Tag("cat")] | Annotated[Dog, Tag("dog")], Discriminator(_told)]]


class WithSafePlate(Payload, source="assumed"):
    plate: Safe[Plate]


class Car(Payload, source="assumed"):
    plate: Plate


class WithSafeCar(Payload, source="assumed"):
    car: Safe[Car]


class WithStand(Payload, source="assumed"):
    plate: PlateWithStand
    id: Uuid
    note: str


class Tree(Payload, source="assumed"):
    branches: list[Tree]


class PetPath(Payload, source="assumed"):
    pet: Safe[str]


def pets(answer: object, **details: Any) -> Api:
    """An API whose one operation answers so."""
    api = Api("pets", server="https://pets.example")
    api.get("/pets", **({"responses": {200: answer}, "name": "list_pets", "source": "assumed"} | details))
    return api


@pytest.mark.parametrize(
    ("answer", "code", "path"),
    [
        (WithMoment, "contract-bare-type", "WithMoment.at"),
        (WithDay, "contract-bare-type", "WithDay.on"),
        (WithUuid, "contract-bare-type", "WithUuid.ids"),
        (WithBytes, "contract-bare-type", "WithBytes.data"),
        (WithDecimal, "contract-bare-type", "WithDecimal.price"),
        (Deep, "contract-bare-type", "WithMoment.at"),
        (list[datetime.datetime], "contract-bare-type", "200"),
        (WithAny, "contract-any", "WithAny.extra"),
        (dict[str, object], "contract-any", "200"),
        (Sourceless, "contract-no-source", "Sourceless"),
        (Loose, "contract-not-payload", "Loose"),
        (Open, "contract-lax-model", "Open"),
        (Lax, "contract-lax-model", "Lax"),
        (WithPets, "contract-union", "WithPets.pet"),
        (WithMaps, "contract-union", "WithMaps.pets"),
        (list[Cat | Dog], "contract-union", "200"),
        (WithPlate, "contract-no-stand", "WithPlate.plate"),
        (WithBadStand, "contract-stand", "WithBadStand.plate"),
        (Selected(WithMoment, "fields", ("at",)), "contract-bare-type", "WithMoment.at"),
    ],
)
def test_a_type_that_cannot_be_relied_on(answer: object, code: str, path: str) -> None:
    (finding,) = lint(pets(answer))
    assert (finding.code, finding.path, finding.operation) == (code, path, "GET /pets")


@pytest.mark.parametrize(
    "answer",
    [
        WithNamedPets,
        WithToldPets,
        WithSafePlate,
        WithSafeCar,
        WithStand,
        Tree,
        Cat | Dog,
        Empty,
        Anything,
        Text(),
        Answer((Cat, Empty)),
        list[Cat],
    ],
)
def test_a_type_that_can_be_relied_on(answer: object) -> None:
    assert lint(pets(answer)) == ()


def test_an_operation_without_a_source() -> None:
    (finding,) = lint(pets(Cat, source=""))
    assert (finding.code, finding.path) == ("contract-no-source", "list_pets")


def test_a_path_whose_parameters_are_not_declared() -> None:
    api = Api("pets", server="https://pets.example")
    api.get("/pets/{pet}", responses={200: Cat}, source="assumed")
    (finding,) = lint(api)
    assert (finding.code, finding.expected) == ("contract-parameters", "params for pet")


def test_parameters_that_are_not_in_the_path() -> None:
    (finding,) = lint(pets(Cat, params=PetPath))
    assert (finding.code, finding.actual) == ("contract-parameters", "params for pet")


def test_queries_and_bodies_are_looked_at_too() -> None:
    found = lint(pets(Cat, query=Sourceless, body=WithMoment))
    assert [finding.code for finding in found] == ["contract-no-source", "contract-bare-type"]


def test_a_model_is_found_once_however_often_it_is_used() -> None:
    api = pets(Sourceless)
    api.get("/more", responses={200: list[Sourceless]}, source="assumed")
    assert len(lint(api)) == 1


def test_a_finding_names_the_file_and_line_of_its_model() -> None:
    (finding,) = lint(pets(Sourceless))
    file, _, line = finding.place.partition(":")
    assert file.endswith("test_contract_lint.py")
    assert int(line) > 1


def test_a_clean_contract_is_proven() -> None:
    result = check_contract(judge0)
    assert result.verdict is Verdict.PROVEN
    assert result.counts == Counts(18, 18, 18)


def test_a_contract_without_operations_attempts_nothing() -> None:
    assert check_contract(Api("none", server="https://none.example")).counts == Counts()


def test_a_broken_contract_counts_its_operations() -> None:
    api = pets(Sourceless)
    api.get("/fine", responses={200: Cat}, source="assumed")
    result = check_contract(api)
    assert result.verdict is Verdict.BROKEN
    assert result.counts == Counts(2, 2, 1)


def test_a_part_of_a_form_is_a_text_or_a_file() -> None:
    api = Api("pets", server="https://pets.example")
    api.post(
        "/forms",
        name="send",
        body=Form,
        body_type="multipart/form-data",
        responses={200: Empty},
        source="assumed",
    )

    assert [(each.code, each.path) for each in lint(api)] == [
        ("contract-form", "send.count"),
        ("contract-form", "send.inner"),
    ]
