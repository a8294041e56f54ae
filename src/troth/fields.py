"""Types and marks for the fields of a contract.

A contract says of each field what JSON it is and whether it may be seen. Pydantic's own datetime,
UUID, bytes and Decimal read far more than a service sends (a number for a datetime, junk for
base64), so contracts use these text types with patterns instead.

    class Verdict(Payload, source="vendor docs, verdicts.md"):
        id: Safe[int]                        # shown in cassettes and reports
        token: Uuid                          # replaced by an ordinal of the same form
        note: str | None                     # replaced by "redacted-1"
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, StringConstraints, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from troth.jsontext import Json

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class SafeMark:
    """The value may be written and shown. Enums, booleans and Literals are safe without it."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How a replacement for a secret value looks: ``template.format(n=ordinal)``."""

    template: str

    def text(self, ordinal: int) -> str:
        """The replacement for the ``ordinal``-th secret, counted from 1."""
        return self.template.format(n=ordinal)


@dataclass(frozen=True, slots=True)
class Parts:
    """The text holds several values, each a group of ``form``: ``projects/([^/]+)/rings/([^/]+)``.

    Each is replaced by itself, and so is the same wherever it stands alone; the rest may be seen.
    """

    form: str


@dataclass(frozen=True, slots=True)
class Checksum:
    """The text is the checksum of its sibling ``of``, a field that stands before it in the model.

    ``by`` computes it from the sibling's JSON, and returns None where that has none. The model refuses
    another one. Where redaction replaces the sibling, it computes the checksum anew; a wrong one is
    replaced as any other text.
    """

    of: str
    by: Callable[[Json], str | None]

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._checked, handler(source))

    def _checked(self, value: str, info: ValidationInfo) -> str:
        # Outside a model, and beside a sibling that is wrong itself, there is nothing to compare with.
        if info.data and self.of in info.data and self.by(_json(info.data[self.of])) != value:
            raise ValueError(f"the checksum of {self.of}")
        return value


def _json(value: object) -> Json:
    if isinstance(value, BaseModel):
        document: dict[str, Json] = value.model_dump(mode="json", exclude_unset=True)
        return document
    return value if isinstance(value, bool | int | float | str | list | dict) else None


SAFE = SafeMark()
Safe = Annotated[_T, SAFE]

Uuid = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"),
    Stand("00000000-0000-4000-8000-{n:012d}"),
]
"""A UUID with its hyphens."""

Timestamp = Annotated[
    str,
    StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$"),
    Stand("2001-01-01T00:00:00.{n:03d}Z"),
]
"""RFC 3339, with an offset."""

DecimalText = Annotated[str, StringConstraints(pattern=r"^-?\d+(\.\d+)?$"), Stand("{n}.0")]
"""A decimal number as text, such as ``"0.001"``."""

Int64 = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
Int64Text = Annotated[str, StringConstraints(pattern=r"^(0|-?[1-9]\d{0,18})$"), Stand("{n}")]
"""A 64-bit integer as text, as Google's APIs send it."""

Base64Text = Annotated[
    str,
    StringConstraints(pattern=r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"),
    Stand("cmVkYWN0ZWQt{n:04d}"),
]
"""Base64 on one line, padded (RFC 4648, 4)."""


class Payload(BaseModel):
    """A JSON object of an API. ``source`` names where its facts come from, or ``"assumed"``.

    Undeclared keys pass in a response (a service may add fields) and are refused in a request.
    """

    model_config = ConfigDict(
        strict=True, extra="ignore", frozen=True, populate_by_name=True, serialize_by_alias=True
    )
    fact_source: ClassVar[str] = ""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        said = kwargs.pop("source", None)
        if said is not None:
            cls.fact_source = said
        super().__pydantic_init_subclass__(**kwargs)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # Pydantic hands class keywords to both hooks; object's own takes none.
        kwargs.pop("source", None)
        super().__init_subclass__(**kwargs)


class FilePart(Payload, source="RFC 7578"):
    """A file in a body of multipart/form-data: ``file: FilePart``.

    ``content`` is a short UTF-8 text itself; of a longer or another file it is the size and a digest. Neither
    it nor the name of the file is safe to show; where the whole file may be seen, write ``Safe[FilePart]``.
    """

    filename: str | None = None
    content_type: Safe[str] | None = None
    content: str


@dataclass(frozen=True, slots=True)
class LastMark:
    """The part comes after all others, as storage services want their file."""


LAST = LastMark()
Last = Annotated[_T, LAST]
"""``file: Last[FilePart]``: no part comes after it."""
