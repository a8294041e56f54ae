"""What is refused, bounded and cut off around the judge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import Invalid
from courses.services import limits
from courses.services.limits import checked_source, kept

FULL = "x" * limits.CODE_BYTES


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (None, "it is missing"),
        ("", "it is empty"),
        (b"", "it is empty"),
        (" \n\t", "it is empty"),
        (FULL + "x", "it is larger than 65536 bytes"),
        ("é" * (limits.CODE_BYTES // 2) + "x", "it is larger than 65536 bytes"),
        (FULL.encode() + b"x", "it is larger than 65536 bytes"),
        (b"print('\xff')", "it is not UTF-8"),
        ("print('\ud800')", "it is not UTF-8"),
        ("print(1)\0", "it holds a NUL character"),
    ],
    ids=lambda value: repr(value)[:24],
)
@pytest.mark.case("A091")
def test_a_program_that_cannot_be_taken_is_refused_by_its_field(
    code: str | bytes | None, problem: str
) -> None:
    with pytest.raises(Invalid) as caught:
        checked_source(code)

    assert caught.value.fields == {"code": problem}


@pytest.mark.parametrize("code", ["print('naïve')", "print('naïve')".encode()], ids=["text", "file"])
@pytest.mark.case("A091")
def test_a_program_may_come_as_text_or_as_a_file(code: str | bytes) -> None:
    assert checked_source(code) == "print('naïve')"


def test_a_program_may_be_as_large_as_the_limit() -> None:
    assert checked_source(FULL) == FULL


def test_space_around_a_program_is_left_out() -> None:
    assert checked_source("\n  print(1)\n\n") == "print(1)"


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (1000, 1000), (10_000, 10_000), (10_001, 10_000)])
@pytest.mark.case("A018")
def test_time_is_bounded(asked: int, given: int) -> None:
    assert limits.time_limit(asked) == given


@pytest.mark.parametrize(("asked", "given"), [(0, 2), (2, 2), (256, 256), (500, 500), (512, 500)])
@pytest.mark.case("A018")
def test_memory_is_bounded_by_what_the_judge_takes(asked: int, given: int) -> None:
    assert limits.memory_limit(asked) == given


@pytest.mark.parametrize(
    ("size", "fits"), [(0, True), (limits.STDIN_BYTES, True), (limits.STDIN_BYTES + 1, False)]
)
def test_input_is_bounded(size: int, fits: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert limits.fits_stdin("x" * size) is fits


@pytest.mark.case("A018")
def test_what_is_too_long_is_cut_off_and_marked() -> None:
    assert kept("x" * 11, 10) == "x" * 10 + limits.CUT_OFF


def test_no_character_is_cut_in_two() -> None:
    assert kept("é" * 3, 5) == "éé" + limits.CUT_OFF


def test_a_nul_is_replaced_since_no_database_takes_it() -> None:
    assert kept("a\0b") == "a�b"


@given(text=st.text(), size=st.integers(min_value=0, max_value=64))
def test_what_is_kept_is_a_beginning_of_what_was_printed(text: str, size: int) -> None:
    found = kept(text, size).removesuffix(limits.CUT_OFF)

    assert text.replace("\0", "�").startswith(found)
    assert len(found.encode("utf-8", "replace")) <= max(size, 0) or found == text.replace("\0", "�")
