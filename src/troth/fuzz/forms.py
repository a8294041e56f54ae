"""What a form cannot carry: it has texts alone, so that nobody sees that one of them was made as a number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from troth.fuzz.case import Failure
from troth.fuzz.schema_line import at, followed, operation_at

_FORMS = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})


def is_text_all_the_same(content: Mapping[str, Any], operation: str, failure: Failure) -> bool:
    """Whether a field of a form is said to break a type that every field of a form has."""
    if failure.check != "negative_data_rejection" or failure.schema[:2] != ("requestBody", "content"):
        return False
    if failure.schema[2] not in _FORMS or failure.schema[-1] != "type":
        return False
    return at(content, followed(content, (*operation_at(operation), *failure.schema))) == "string"
