"""A vendor's document is read as data, strictly, and what is wrong with it has a line."""

from __future__ import annotations

import json

import pytest

from troth.drift import document as module
from troth.drift.document import parse
from troth.errors import BrokenFile


def yaml(text: str) -> object:
    return parse(text.encode(), "vendor.yaml").value


def refused(content: bytes | str) -> str:
    with pytest.raises(BrokenFile) as caught:
        parse(content.encode() if isinstance(content, str) else content, "vendor.yaml")
    return str(caught.value)


def test_json_and_yaml_are_read_alike() -> None:
    value = {"openapi": "3.0.0", "paths": {"/a": {"get": {"responses": {"200": None}}}}, "n": [1, 2.5, True]}

    read = yaml(
        "openapi: 3.0.0\npaths:\n  /a:\n    get:\n      responses:\n        200:\nn: [1, 2.5, true]\n"
    )

    assert read == parse(json.dumps(value).encode(), "vendor.json").value == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("True", True),
        ("2026-01-31", "2026-01-31"),
        ("12:30:00", "12:30:00"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        ("~", None),
        ("'7'", "7"),
        ("!!str 7", "7"),
        ("-7", -7),
        ("1.5", 1.5),
    ],
)
def test_a_word_is_only_what_json_has(written: str, value: object) -> None:
    assert yaml(f"enum: [{written}]") == {"enum": [value]}


def test_a_byte_order_mark_is_no_part_of_the_document() -> None:
    assert parse(b'\xef\xbb\xbf{"a": 1}', "vendor.json").value == {"a": 1}


def test_an_alias_is_what_it_stands_for_and_a_merge_gives_way() -> None:
    read = yaml("base: &base {a: 1, b: 2}\nmade:\n  <<: *base\n  b: 3\n")

    assert read == {"base": {"a": 1, "b": 2}, "made": {"a": 1, "b": 3}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: !!python/object/apply:os.system ['true']", "vendor.yaml:1: the tag"),
        ("a: 1\nb: !thing x", "vendor.yaml:2: the tag !thing"),
        ("a: 1\na: 2\n", "vendor.yaml:2: the key 'a' stands twice"),
        ("a: 1\n<<: 7\n", "vendor.yaml:2: << brings in what is no mapping"),
        ("? [a]\n: 1\n", "vendor.yaml:1: a key that is no text"),
        ("a: &a [*a]\n", "vendor.yaml:1: an alias stands inside what it stands for"),
        ("a: [1\nb: 2\n", "it is not YAML"),
        ("", "it is empty"),
        ('{"a": 1,\n "a": 2}', "it is not JSON: the key 'a' stands twice"),
        ('{"a": 1,\n b}', "vendor.yaml:2: it is not JSON"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, said: str) -> None:
    assert said in refused(text)


def test_text_that_is_not_utf_8_is_refused() -> None:
    assert "it is not UTF-8, at byte 3" in refused(b"a: \xff")


@pytest.mark.parametrize("opening", ["[", '{"a":', "- "])
def test_a_document_that_is_nested_without_end_is_refused(opening: str) -> None:
    assert "nested deeper than" in refused(opening * 5000)


def test_a_document_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 2**20)

    assert "more than 1 MB" in refused(b" " * (2**20 + 1))


def test_aliases_that_unfold_to_millions_of_values_are_refused_at_once() -> None:
    laughs = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]

    assert "unfolds to more than" in refused("\n".join(laughs))


@pytest.mark.parametrize("text", ["a:\n  b:\n    c: 1\n", '{"a":\n {"b":\n  {"c": 1}}}'])
def test_a_place_is_told_by_its_line(text: str) -> None:
    read = parse(text.encode(), "vendor.yaml")

    assert read.place(("a", "b", "c")) == "vendor.yaml:3"
    assert read.place(("a", "b", "gone")) == "vendor.yaml:2"


def test_a_line_is_found_in_an_array() -> None:
    read = parse(b"a:\n- 1\n- 2\n", "vendor.yaml")

    assert read.line(("a", "1")) == 3


def test_json_that_yaml_cannot_read_has_no_lines_and_is_read_all_the_same() -> None:
    read = parse(b'{"smile": "\\ud83d\\ude00"}', "vendor.json")

    assert (read.value, read.place(("smile",))) == ({"smile": "\U0001f600"}, "vendor.json")
