"""A form as a document, and a document as a form."""

from __future__ import annotations

import hashlib

import pytest

from tests.forms.stage import KEY, LETTER, PNG, Letter, Parts, sent
from troth.exchange import Headers, Request
from troth.multipart import Form, NotMultipart, Part, body_document, form_of, own_boundary, with_form

BIG = bytes(range(256)) * 20


def form(parts: Parts, boundary: str = "abc123") -> Form:
    return form_of(sent(parts, boundary=boundary).request)


def test_a_form_is_a_document_of_its_parts_in_their_order() -> None:
    document = form(LETTER).document(Letter)

    assert list(document) == ["key", "x-secret", "kind", "title", "file"]
    assert (document["key"], document["title"]) == (KEY, "Привет")


def test_a_file_says_its_name_its_type_and_its_content() -> None:
    document = form([("file", ("a.txt", "строка".encode(), "text/plain"))]).document(Letter)

    assert document == {"file": {"filename": "a.txt", "content_type": "text/plain", "content": "строка"}}


@pytest.mark.parametrize("content", [PNG, BIG, b"x" * 1001])
def test_what_is_no_short_text_is_told_by_its_size_and_digest(content: bytes) -> None:
    told = Part("file", content).told

    assert told == f"{len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}"


def test_a_declared_file_needs_no_name() -> None:
    request = sent([("file", "plain")]).request

    assert form_of(request).document(Letter) == {"file": {"content": "plain"}}
    assert form_of(request).document() == {"file": "plain"}


@pytest.mark.parametrize(
    ("parts", "document"),
    [
        ([("tags", "a")], {"tags": ["a"]}),
        ([("tags", "a"), ("tags", "b")], {"tags": ["a", "b"]}),
        ([("title", "a"), ("title", "b")], {"title": ["a", "b"]}),
    ],
)
def test_a_name_that_comes_more_than_once_is_a_list(parts: Parts, document: object) -> None:
    assert form(parts).document(Letter) == document


def test_the_bytes_of_a_file_are_read_as_they_are() -> None:
    assert form(LETTER).parts[-1] == Part("file", PNG, "письмо.png", "image/png")


@pytest.mark.parametrize("boundary", ["abc123", "----WebKitFormBoundary7MA4YWxkTrZu0gW"])
def test_a_form_is_written_the_same_whatever_its_boundary_was(boundary: str) -> None:
    body, content_type = form(LETTER, boundary).written()

    assert content_type == "multipart/form-data; boundary=troth-boundary"
    assert body == form(LETTER).written()[0]
    assert Form.read(body, content_type) == form(LETTER)


def test_a_boundary_that_stands_in_a_file_is_another_one() -> None:
    held = form([("file", ("a", b"x\r\n--troth-boundary\r\n", "text/plain"))])

    body, content_type = held.written()

    assert content_type == "multipart/form-data; boundary=troth-boundary-"
    assert Form.read(body, content_type) == held


def test_a_filled_form_keeps_the_bytes_of_a_file_that_stayed() -> None:
    held = form(LETTER)
    document = held.document(Letter)

    filled = held.filled({**document, "title": "Пока"})

    assert [part.content for part in filled.parts[-2:]] == ["Пока".encode(), PNG]


def test_a_document_of_other_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        form(LETTER).filled({"key": KEY})


def test_forms_are_compared_without_their_order_and_boundary() -> None:
    other = form(tuple(reversed(LETTER)), "another")

    assert other.canonical() == form(LETTER).canonical()
    assert form(LETTER[1:]).canonical() != form(LETTER).canonical()


def test_a_request_gets_the_form_and_its_type() -> None:
    exchange = sent(LETTER)

    request = with_form(exchange.request, form(LETTER[:1]))

    assert request.headers.get("Content-Type") == "multipart/form-data; boundary=troth-boundary"
    assert body_document(request) == {"key": KEY}


def test_another_body_is_read_as_json() -> None:
    request = Request(
        "POST", "https://post.example", Headers.of({"Content-Type": "application/json"}), b"[1]"
    )

    assert body_document(request) == [1]


@pytest.mark.parametrize(
    ("content_type", "ours"),
    [
        ("multipart/form-data; boundary=abc", "multipart/form-data; boundary=troth-boundary"),
        ('Multipart/Form-Data; BOUNDARY="a b"; x=1', "Multipart/Form-Data; BOUNDARY=troth-boundary; x=1"),
        ("application/json; boundary=abc", "application/json; boundary=abc"),
        ("multipart/form-data", "multipart/form-data"),
    ],
)
def test_the_boundary_of_a_content_type_is_ours(content_type: str, ours: str) -> None:
    assert own_boundary(content_type) == ours


PART = b'--abc\r\nContent-Disposition: form-data; name="key"\r\n\r\n1\r\n'


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (PART + b"--abc--\r\n", "multipart/form-data"),
        (PART + b"--abc--\r\n", "application/json; boundary=abc"),
        (PART + b"--abc--\r\n", "multipart/form-data; boundary=abd"),
        (PART, "multipart/form-data; boundary=abc"),
        (PART[:-8], "multipart/form-data; boundary=abc"),
        (b"", "multipart/form-data; boundary=abc"),
        (b"hello\r\n" + PART + b"--abc--\r\n", "multipart/form-data; boundary=abc"),
        (PART + b"--abc--\r\nmore", "multipart/form-data; boundary=abc"),
        (PART.replace(b'; name="key"', b"") + b"--abc--", "multipart/form-data; boundary=abc"),
        (PART.replace(b"form-data;", b"attachment;") + b"--abc--", "multipart/form-data; boundary=abc"),
        (PART.replace(b"Content-Disposition", b"X-Other") + b"--abc--", "multipart/form-data; boundary=abc"),
        (PART.replace(b'"key"', b'"\xff"') + b"--abc--", "multipart/form-data; boundary=abc"),
    ],
    ids=[
        "no boundary",
        "another type",
        "another boundary",
        "no end",
        "no end of a part",
        "empty",
        "text before",
        "text after",
        "no name",
        "no form-data",
        "no disposition",
        "a name that is no UTF-8",
    ],
)
def test_what_is_no_form_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(NotMultipart):
        Form.read(body, content_type)


def test_a_text_that_is_no_utf_8_is_refused() -> None:
    body = PART.replace(b"\r\n1\r\n", b"\r\n\xff\r\n") + b"--abc--\r\n"

    with pytest.raises(NotMultipart, match="not UTF-8"):
        Form.read(body, "multipart/form-data; boundary=abc").document(Letter)


def test_a_form_without_parts_is_a_form() -> None:
    assert Form.read(b"--abc--\r\n", "multipart/form-data; boundary=abc").document() == {}
