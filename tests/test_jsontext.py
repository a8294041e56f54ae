"""JSON as the wire has it: read strictly, named by kind, addressed by path."""

from __future__ import annotations

from collections import OrderedDict
from enum import IntEnum
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth import jsontext
from troth.jsontext import Json, NotJson, Path

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(document=DOCUMENTS)
def test_every_document_reads_back_as_itself(document: Json) -> None:
    read = jsontext.read(jsontext.canonical(document).encode())

    assert jsontext.canonical(read) == jsontext.canonical(document)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"a": 1, "a": 2}', "stands twice"),
        (b'{"a": {"b": 1, "b": 1}}', "'b' stands twice"),
        (b'{"a": NaN}', "NaN"),
        (b"[Infinity]", "Infinity"),
        (b"[-Infinity]", "-Infinity"),
        (b"[1E400]", "beyond what a double holds"),
        (b"[-1e999]", "beyond what a double holds"),
        (b"\xef\xbb\xbf{}", "byte-order mark"),
        (b"{} {}", "Extra data"),
        (b"{}\0", "Extra data"),
        (b"\xff\xfe{}", "not UTF-8 at byte 0"),
        (b'{"a": "\xe9"}', "not UTF-8 at byte 7"),
        (b"", "line 1, column 1"),
        (b"{'a': 1}", "line 1, column 2"),
        (b"[1,]", "line 1"),
        (b'["\\ud800"]', "surrogate"),
        (b'{"\\udc00": 1}', "surrogate"),
        (b"[" * 300 + b"]" * 300, "nested deeper"),
        (b"[" * 100_000, "nested deeper"),
        (b"9" * 401, "400 digits"),
    ],
)
def test_what_a_service_must_not_send_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(NotJson, match=said):
        jsontext.read(body)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b" \n{}\t\r\n", {}),
        (b'["\\ud83d\\ude00", "\xf0\x9f\x98\x80"]', ["😀", "😀"]),
        (b"[1, 1.0, -0, 1e2]", [1, 1.0, 0, 100.0]),
        (b"null", None),
    ],
)
def test_what_json_allows_is_read(body: bytes, value: Json) -> None:
    assert jsontext.read(body) == value


def test_two_hundred_levels_are_read() -> None:
    assert jsontext.read(b"[" * 200 + b"]" * 200) != []


def test_many_small_objects_are_read() -> None:
    assert jsontext.read(b"[" + b"{}," * 500 + b"{}]") == [{}] * 501


class Level(IntEnum):
    LOW = 1


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "null"),
        (True, "boolean"),
        (1, "integer"),
        (Level.LOW, "integer"),
        (1.0, "number"),
        ("1", "string"),
        ({}, "object"),
        (OrderedDict(), "object"),
        (MappingProxyType({}), "object"),
        ([], "array"),
        ((), "array"),
        (b"".__class__, "type"),
    ],
)
def test_each_kind_has_its_json_name(value: object, name: str) -> None:
    assert jsontext.kind(value) == name


@pytest.mark.parametrize(
    ("one", "other"), [(1, True), (1, 1.0), (1, "1"), (0, False), ([], {}), (None, "null")]
)
def test_what_python_calls_equal_and_json_does_not_is_kept_apart(one: Json, other: Json) -> None:
    assert jsontext.canonical(one) != jsontext.canonical(other)


def test_the_order_of_keys_does_not_matter() -> None:
    assert jsontext.canonical({"a": 1, "b": 2}) == jsontext.canonical({"b": 2, "a": 1})


@pytest.mark.parametrize(
    ("path", "text"),
    [((), "$"), (("a", 0, "b"), "$.a[0].b"), (("b c",), '$["b c"]'), (("1",), '$["1"]')],
)
def test_a_path_is_shown_as_json_path(path: Path, text: str) -> None:
    assert jsontext.path_text(path) == text


def test_a_value_is_found_at_its_path() -> None:
    assert jsontext.at({"a": [{"b": 1}]}, ("a", 0, "b")) == 1


@pytest.mark.parametrize("path", [("b",), ("a", 7), ("a", "0"), (0,), ("a", 0, "b", "c")])
def test_a_path_that_leads_nowhere_is_an_error_that_names_it(path: Path) -> None:
    with pytest.raises(LookupError, match=r"^\$"):
        jsontext.at({"a": [{"b": 1}]}, path)


def test_a_value_is_put_into_a_copy() -> None:
    before: Json = {"a": [1, {"b": 2}], "c": 3}

    after = jsontext.put(before, ("a", 1, "b"), "new")

    assert after == {"a": [1, {"b": "new"}], "c": 3}
    assert before == {"a": [1, {"b": 2}], "c": 3}


def test_the_root_can_be_put() -> None:
    assert jsontext.put({"a": 1}, (), None) is None


def test_a_value_cannot_be_put_below_a_scalar() -> None:
    with pytest.raises(LookupError):
        jsontext.put({"a": 1}, ("a", "b"), 2)
