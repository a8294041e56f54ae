"""What a vendor's document is, and what it describes."""

from __future__ import annotations

from troth.drift import discovery_document, openapi_document
from troth.drift.described import Description
from troth.drift.document import Document


def describe(document: Document) -> Description:
    """The operations of a vendor's document, whichever of the known kinds it is.

    Raises:
        BrokenFile: it is of no known kind, or not what its kind has to be.
    """
    value = document.value
    if not isinstance(value, dict):
        raise document.broken("it is no document of an API: an object must stand at its root")
    if "openapi" in value:
        return openapi_document.describe(document)
    if value.get("kind") == "discovery#restDescription" or "discoveryVersion" in value:
        return discovery_document.describe(document)
    if "swagger" in value:
        raise document.broken(
            f"Swagger {value['swagger']} is not read", ("swagger",), hint="convert it to OpenAPI 3 first"
        )
    raise document.broken(
        "it is neither OpenAPI nor a discovery document of Google",
        hint="the first has the key openapi, the other discoveryVersion",
    )
