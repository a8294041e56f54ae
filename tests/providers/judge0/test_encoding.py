"""Base64 as Ruby writes and reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.judge0.encoding import decode_leniently, encode_lines


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"hello, Judge0\n", "aGVsbG8sIEp1ZGdlMAo=\n"),
        (b"\0" * 45, "A" * 60 + "\n"),
        (b"\0" * 46, "A" * 60 + "\nAA==\n"),
    ],
)
def test_lines_are_sixty_characters(data: bytes, text: str) -> None:
    assert encode_lines(data) == text


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("aGk=", b"hi"),
        ("aGk", b"hi"),
        ("a G\nk", b"hi"),
        ("a-G_k=", b"hi"),
        ("aGk=aGk=", b"hi"),
        ("=aGk=", b"hi"),
        ("a", b""),
        ("aGkx", b"hi1"),
        ("aGkxa", b"hi1"),
        ("", b""),
        ("$%&é\ud800", b""),
    ],
)
def test_decoding_takes_what_it_can(text: str, data: bytes) -> None:
    assert decode_leniently(text) == data


@given(st.binary(max_size=300))
def test_what_was_encoded_is_decoded(data: bytes) -> None:
    assert decode_leniently(encode_lines(data)) == data


@given(st.text(max_size=100))
def test_garbage_is_never_an_error(text: str) -> None:
    assert isinstance(decode_leniently(text), bytes)
