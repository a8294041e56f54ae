"""``fuzz.toml`` is read strictly, and says what cannot be read."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from troth.errors import BrokenFile, UnknownName
from troth.fuzz.case import Failure
from troth.fuzz.settings import FuzzSettings, fits, read_settings

LABELS = ("GET /notes", "POST /notes", "GET /notes/{id}", "GET /tags[]")
CHECKS = ("use_after_free", "judge")
WHOLE = """
given = "some notes"
role = "valid"

[[values]]
operations = ["* /notes/{id}*"]
"path.id" = ["note_id", 7, 1.5]
"body.tag.name" = ["red"]

[[states]]
given = "a full shelf"
operations = ["POST /notes"]
statuses = [503]

[[off]]
operations = ["GET /notes"]
check = "use_after_free"
statuses = [404]
reason = "nothing is ever dropped there"
source = "its guide, section 5"

[[known]]
operations = ["GET /notes"]
check = "judge"
contains = "field-type"
reason = "sizes are still texts"
owner = "the notes team"
expires = 2026-12-31

[served]
path = "/openapi.json"

[[cleanup]]
create = "POST /notes"
delete = "DELETE /notes/{id}"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a fuzz.toml is written."""
    return tmp_path / "fuzz.toml"


def read(file: Path, text: str) -> FuzzSettings:
    """What that text says."""
    file.write_text(text, encoding="utf-8")
    return read_settings(file)


def test_every_key_is_read(file: Path) -> None:
    settings = read(file, WHOLE)

    assert (settings.given, settings.role) == ("some notes", "valid")
    assert settings.values[0].offers == {"path.id": ("note_id", 7, 1.5), "body.tag.name": ("red",)}
    assert settings.states[0].statuses == (503,)
    assert settings.off[0].source == "its guide, section 5"
    assert settings.known[0].expires == datetime.date(2026, 12, 31)
    assert (settings.served.path, settings.cleanup[0].id) == ("/openapi.json", "id")


def test_without_a_file_everything_is_as_by_default(file: Path) -> None:
    assert read_settings(file) == FuzzSettings()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("given = ", "it is not TOML", id="no TOML"),
        pytest.param('givn = "x"', "givn: Extra inputs are not permitted", id="unknown key"),
        pytest.param(WHOLE.replace("[503]", "[503]\nstatus = 1"), r"states\.0\.status", id="in an entry"),
        pytest.param(WHOLE.replace('source = "its guide, section 5"', ""), r"off\.0\.source", id="no source"),
        pytest.param(
            WHOLE.replace("nothing is ever dropped there", "so"), r"off\.0\.reason", id="no real reason"
        ),
        pytest.param(WHOLE.replace('owner = "the notes team"', ""), r"known\.0\.owner", id="no owner"),
        pytest.param(WHOLE.replace("expires = 2026-12-31", ""), r"known\.0\.expires", id="no end"),
        pytest.param(WHOLE.replace("path.id", "id"), "'id' is no parameter", id="no place"),
        pytest.param(
            WHOLE.replace("path.id", "cookie.id"), "'cookie.id' is no parameter", id="no such place"
        ),
    ],
)
def test_what_nobody_reads_is_refused(file: Path, text: str, said: str) -> None:
    with pytest.raises(BrokenFile, match=said):
        read(file, text)


def test_a_broken_file_is_named_with_its_line(file: Path) -> None:
    with pytest.raises(BrokenFile, match=r"fuzz\.toml.*line 3"):
        read(file, 'given = "x"\n\n[[off]\n')


def test_a_file_that_is_no_text_is_named(file: Path) -> None:
    file.write_bytes(b"given = \xff")

    with pytest.raises(BrokenFile, match="it cannot be read"):
        read_settings(file)


@pytest.mark.parametrize(
    ("label", "globs", "expected"),
    [
        ("GET /notes", ("GET /notes",), True),
        ("GET /notes/{id}", ("* /notes/*",), True),
        ("GET /tags[]", ("GET /tags[]",), True),
        ("GET /tagsx", ("GET /tags[x]",), False),
        ("get /notes", ("GET /notes",), False),
    ],
)
def test_only_a_star_is_special_in_a_glob(label: str, globs: tuple[str, ...], *, expected: bool) -> None:
    assert fits(label, globs) is expected


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'operations = ["GET /notes"]\ncheck = "use',
            'operations = ["GET /note"]\ncheck = "use',
            "GET /note",
        ),
        ("use_after_free", "use_before_free", "use_before_free"),
        ("* /notes/{id}*", "* /chats/*", "/chats"),
        ('operations = ["POST /notes"]', 'operations = ["PUT /notes"]', "PUT /notes"),
    ],
)
def test_what_is_not_there_is_refused(file: Path, old: str, new: str, said: str) -> None:
    text = WHOLE.partition("[[cleanup]]")[0]
    assert old in text, "the entry that is to be changed"
    settings = read(file, text.replace(old, new))

    with pytest.raises(UnknownName, match=said):
        settings.refuse_unknown(LABELS, CHECKS)


@pytest.mark.parametrize(
    ("operation", "check", "status", "expected"),
    [
        ("GET /notes", "use_after_free", 404, True),
        ("GET /notes", "use_after_free", 200, False),
        ("GET /notes", "judge", 404, False),
        ("POST /notes", "use_after_free", 404, False),
    ],
)
def test_an_exception_is_as_narrow_as_it_says(
    file: Path, operation: str, check: str, status: int, *, expected: bool
) -> None:
    [off] = read(file, WHOLE).off

    assert off.fits(operation, Failure(check, "Use after free"), status) is expected


@pytest.mark.parametrize(("rule", "expected"), [("field-type", True), ("field-missing", False)])
def test_a_known_defect_is_told_apart_by_what_is_said(file: Path, rule: str, *, expected: bool) -> None:
    [known] = read(file, WHOLE).known

    assert (
        known.fits("GET /notes", Failure("judge", "Answer breaks the contract", rule=rule), 200) is expected
    )
