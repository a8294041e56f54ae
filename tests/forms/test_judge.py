"""The judge of a form: what holds, and one break after another."""

from __future__ import annotations

from typing import Any

import pytest

from tests.forms.stage import KEY, LETTER, PNG, Parts, changed, post_api, raw, sent, told, without
from troth.contract_lint import lint
from troth.openapi import document


@pytest.mark.parametrize(
    "parts",
    [
        LETTER,
        without("title"),
        (("tags", "a"), ("tags", "b"), *LETTER),
        (("enclosed", ("a.txt", b"1", "text/plain")), ("enclosed", ("b.txt", b"2", "text/plain")), *LETTER),
        changed("file", ("", b"", "application/octet-stream")),
        (LETTER[2], LETTER[0], LETTER[1], LETTER[4]),
    ],
    ids=["whole", "without an optional part", "several texts", "several files", "no file", "another order"],
)
def test_a_form_as_declared_holds(parts: Parts) -> None:
    assert post_api().judge(sent(parts)) == ()


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (without("key"), [("$.key", "field-missing")]),
        (without("file"), [("$.file", "field-missing")]),
        (changed("key", "7"), [("$.key", "field-constraint")]),
        (changed("kind", "land"), [("$.kind", "field-enum")]),
        (changed("title", ("title.txt", b"Hi", "text/plain")), [("$.title", "field-type")]),
        ((("more", "1"), *LETTER), [("$.more", "field-undeclared")]),
        ((("key", KEY), *LETTER), [("$.key", "part-repeated")]),
        ((("file", ("a.png", PNG, "image/png")), *LETTER), [("$.file", "part-repeated")]),
        ((LETTER[4], *LETTER[:4]), [("$.file", "part-order")]),
    ],
    ids=[
        "a part is missing",
        "the file is missing",
        "a text of another form",
        "no member",
        "a file in the place of a text",
        "an undeclared part",
        "a text twice",
        "a file twice",
        "the file first",
    ],
)
def test_a_break_is_named(parts: Parts, found: list[tuple[str, str]]) -> None:
    assert told(post_api().judge(sent(parts))) == found


def test_a_body_that_is_no_form_is_malformed() -> None:
    body = sent(LETTER).request.body[:-20]

    mismatches = post_api().judge(raw(body, "multipart/form-data; boundary=abc123"))

    assert told(mismatches) == [("$", "body-malformed")]


def test_json_in_the_place_of_a_form_is_found() -> None:
    assert told(post_api().judge(raw(b"{}", "application/json"))) == [
        ("header Content-Type", "content-type"),
        ("$", "body-malformed"),
    ]


def test_a_form_that_was_refused_is_not_judged() -> None:
    assert post_api().judge(sent(without("key"), status=400)) == ()


def test_no_value_that_may_not_be_seen_is_told() -> None:
    secret = "s3cr3t-of-ada"
    mismatches = post_api().judge(sent((("x-secret", secret), ("key", secret), *LETTER[2:])))

    assert [each.path for each in mismatches] == ["$.key"]
    assert secret not in str(mismatches)


def test_the_contract_of_a_form_is_clean_but_for_its_source() -> None:
    assert {finding.code for finding in lint(post_api())} == {"contract-no-source"}


def test_the_document_tells_of_files_as_binary() -> None:
    found: Any = document(post_api())

    schemas = found["components"]["schemas"]
    body = found["paths"]["/letters"]["post"]["requestBody"]
    assert schemas["FilePart"] == {"type": "string", "format": "binary"}
    assert body["content"] == {"multipart/form-data": {"schema": {"$ref": "#/components/schemas/Letter"}}}
