"""The OpenAPI document of the library: what the contract generates, and its links.

    cd bench/planted && python -m providers.library.document > contracts/library/openapi.json

The contract has no words for links, so the service exports its document itself.
"""

from __future__ import annotations

import json
import sys
from typing import cast

from contracts.library.operations import library

from troth.jsontext import Json
from troth.openapi import Document, document

LINKS = {
    ("/books", "post"): ("book_id", ("read_book", "change_book", "drop_book")),
    ("/members", "post"): ("member_id", ("read_member",)),
    ("/loans", "post"): ("loan_id", ("read_loan", "renew", "give_back")),
}
"""What leads on from the answer of 201: the parameter that its number becomes, and of which operations."""


def exported() -> Document:
    """The document, with links from what is made to what may be done with it."""
    made = document(library)
    for (path, method), (parameter, operations) in LINKS.items():
        answers = _at(_at(_at(made, "paths"), path), method)
        _at(_at(answers, "responses"), "201")["links"] = {each: _link(each, parameter) for each in operations}
    return made


def _at(document: Document, key: str) -> Document:
    return cast(Document, document[key])


def _link(operation: str, parameter: str) -> Json:
    return {"operationId": operation, "parameters": {parameter: "$response.body#/id"}}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(exported(), indent=2, ensure_ascii=False) + "\n")
