"""``troth fuzz --save``: each finding becomes a test that is red until the defect is mended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.stage import DEFECTS, fuzzed
from tests.support.workspaces import Team
from troth.fuzz import Budget, Choice
from troth.fuzz.findings import Found
from troth.fuzz.save import FOLDER, Saved, quoted, save


def saved(files: Team, defects: str, only: str, *options: str) -> list[Path]:
    """The tests that the command line writes for a defect, from its own process."""
    arguments = ["--max-examples=25", "-k", only, "--save", *options]
    ran = files.troth("fuzz", "notes", *arguments, env={DEFECTS: defects})
    assert ran.status == 1, ran.out + ran.err
    return sorted(files.root.rglob("test_notes_*.py"))


def outcome(files: Team, defects: str) -> tuple[int, str]:
    """What pytest says of the tests of the workspace, while the provider has a defect or none."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "tests"],
        cwd=files.root,
        env={**os.environ, DEFECTS: defects},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize(("defect", "only"), [("zombie", "*note*")])
def test_a_saved_test_is_red_until_the_defect_is_mended(notes_files: Team, defect: str, only: str) -> None:
    tests = saved(notes_files, defect, only)

    with_defect, mended = outcome(notes_files, defect), outcome(notes_files, "")

    assert len(tests) > 0
    assert (with_defect[0], f"{len(tests)} failed" in with_defect[1]) == (1, True), with_defect[1]
    assert (mended[0], f"{len(tests)} passed" in mended[1]) == (0, True), mended[1]


def causes(team: Team, defects: str, only: str) -> tuple[Found, ...]:
    """What a short run in this process finds."""
    return fuzzed(team, defects=defects, choice=Choice(only=only, budget=Budget(1, 5))).found


def test_a_saved_test_says_what_was_found_and_holds_nothing_but_data(
    notes_team: Team, tmp_path: Path
) -> None:
    (one,) = save(causes(notes_team, "type", "list_notes"), tmp_path)

    assert one.path is not None
    assert (
        one.path.read_text(encoding="utf-8").split("\n", 1)[1]
        == '''"""GET /notes: Response violates schema: type

place: $.items[0].size
expected: type "integer"
actual: "1"
document: contracts/notes/openapi.json:358: "type": "integer"
role: valid
"""

from troth.fuzz.regression import Ask, replayed


def test_notes_get_notes_response_schema_conformance_items_0_size() -> None:
    failures = replayed(
        "notes",
        "GET /notes",
        check="response_schema_conformance",
        given="some notes",
        requests=[
            Ask(
                "GET",
                "/notes",
                {"Authorization": "Bearer {{secret:valid}}"},
            ),
        ],
    )

    assert failures == ()
'''
    )


def test_what_is_saved_again_stays_the_same(notes_team: Team, tmp_path: Path) -> None:
    found = causes(notes_team, "type", "list_notes")
    (first,) = save(found, tmp_path)

    (second,) = save(found, tmp_path)

    assert (first.became, second.became) == ("written", "the same")


def test_a_file_that_somebody_changed_is_kept(notes_team: Team, tmp_path: Path) -> None:
    found = causes(notes_team, "type", "list_notes")
    path = only_path(save(found, tmp_path))
    changed = path.read_text(encoding="utf-8").replace("some notes", "no notes")
    path.write_text(changed, encoding="utf-8")

    (second,) = save(found, tmp_path)

    assert second.became == "kept: somebody changed it"
    assert path.read_text(encoding="utf-8") == changed


def only_path(saved: tuple[Saved, ...]) -> Path:
    """Where the only test was written."""
    (one,) = saved
    assert one.path is not None
    return one.path


def test_an_older_file_of_its_own_is_written_anew(notes_team: Team, tmp_path: Path) -> None:
    path = only_path(save(causes(notes_team, "type", "list_notes"), tmp_path))
    now = path.read_text(encoding="utf-8")
    path.unlink()
    found = causes(notes_team, "type", "read_note")
    other = only_path(save(found, tmp_path))
    other.rename(path)

    (again,) = save(causes(notes_team, "type", "list_notes"), tmp_path)

    assert again.became == "written"
    assert path.read_text(encoding="utf-8") == now


def test_the_command_says_what_it_wrote_and_where(notes_files: Team) -> None:
    options = ["--max-examples=5", "-k", "list_notes", "--save-in", "kept"]

    ran = notes_files.troth("fuzz", "notes", *options, env={DEFECTS: "type"})

    (path,) = (notes_files.root / "kept").iterdir()
    assert f"kept/{path.name}: written" in ran.out
    assert not (notes_files.root / FOLDER).exists()


def test_without_a_failure_nothing_is_written(notes_files: Team) -> None:
    notes_files.must("fuzz", "notes", "--max-examples=2", "-k", "health", "--save")

    assert not (notes_files.root / FOLDER).exists()


@pytest.mark.parametrize(
    "text", ["plain", 'say "so"', "it's", "a\nb", "back\\slash", "\u00e9\U0001f600", "\udc80", "\0", "'\""]
)
def test_a_text_is_written_as_a_literal_of_itself(text: str) -> None:
    assert eval(quoted(text)) == text
