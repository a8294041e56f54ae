"""What Schemathesis says of a failed check, as a value of our own."""

from __future__ import annotations

from typing import Any

from schemathesis.core.failures import Failure as EngineFailure
from schemathesis.generation.case import Case
from schemathesis.openapi.checks import JsonSchemaError

from troth import jsontext
from troth.fuzz.case import Failure


def failure_of(check: str, failure: EngineFailure, case: Case[Any]) -> Failure:  # noqa: ARG001
    """One failed check."""
    if isinstance(failure, JsonSchemaError):
        return Failure(
            check,
            failure.title,
            path=jsontext.path_text(tuple(failure.instance_path)),
            rule=str(failure.schema_path[-1]) if failure.schema_path else "",
            schema=tuple(failure.schema_path),
        )
    return Failure(check, failure.title, " ".join(failure.message.split()))
