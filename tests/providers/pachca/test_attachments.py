"""Files and buttons of messages."""

from __future__ import annotations

import pytest

from tests.providers.pachca.conftest import Enter
from tests.providers.pachca.stage import Json, Pachca

YES: Json = {"text": "Да", "data": "yes"}
DOCS: Json = {"text": "Подробнее", "url": "https://example.com/details"}


@pytest.fixture
def file(enter: Enter) -> Json:
    """One that was uploaded, as a message names it."""
    key = enter("an uploaded file")["file_key"]
    return {"key": key, "name": "report.txt", "file_type": "file", "size": 6}


def test_an_uploaded_file_belongs_to_its_message(pachca: Pachca, file: Json) -> None:
    sent = pachca.write("Отчёт", files=[file])

    assert sent["files"] == [
        {
            "id": 702,
            "key": file["key"],
            "name": "report.txt",
            "file_type": "file",
            "url": "https://files.pachca.example/attaches/files/14/example/report.txt",
            "width": None,
            "height": None,
        }
    ]


def test_a_file_needs_no_text_beside_it(pachca: Pachca, file: Json) -> None:
    assert pachca.write("", files=[file])["content"] == ""


def test_a_name_with_another_extension_than_its_key_is_refused(pachca: Pachca, file: Json) -> None:
    refused = pachca.refused_message(files=[{**file, "name": "report.pdf"}])

    assert refused == (422, [("files.name", "wrong_params")])


def test_the_case_of_an_extension_does_not_count(pachca: Pachca, file: Json) -> None:
    sent = pachca.write(files=[{**file, "name": "REPORT.TXT"}])

    assert len(str(sent["files"])) > 2


def test_a_file_that_was_not_uploaded_is_refused(pachca: Pachca, file: Json) -> None:
    refused = pachca.refused_message(files=[{**file, "key": "attaches/files/14/other/report.txt"}])

    assert refused == (422, [("files.key", "not_found")])


@pytest.mark.parametrize("missing", ["key", "name", "file_type", "size"])
def test_a_new_file_says_everything(pachca: Pachca, file: Json, missing: str) -> None:
    less = {name: value for name, value in file.items() if name != missing}

    assert pachca.refused_message(files=[less]) == (400, [(f"files.{missing}", "required")])


def test_in_an_edit_key_and_name_are_enough(pachca: Pachca, file: Json) -> None:
    path = f"/messages/{pachca.write()['id']}"
    less = {"key": file["key"], "name": file["name"]}

    pachca.put(path, {"message": {"files": [less]}})

    assert [it["file_type"] for it in pachca.data(path)["files"]] == ["file"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"file_type": "film"}, ("files.file_type", "inclusion")),
        ({"size": "6"}, ("files.size", "invalid")),
        ({"width": -1}, ("files.width", "invalid")),
        ({"name": 1}, ("files.name", "invalid")),
    ],
)
def test_a_file_that_cannot_be_read(
    pachca: Pachca, file: Json, change: Json, problem: tuple[str, str]
) -> None:
    assert pachca.refused_message(files=[{**file, **change}]) == (400, [problem])


def test_a_voice_message_can_be_heard(pachca: Pachca, file: Json) -> None:
    voice = {**file, "file_type": "voice", "duration_ms": 5400, "waveform": "4,8,12"}

    sent = pachca.write("", files=[voice])

    assert sent["voice_content"] == {"duration_ms": 5400, "waveform": "4,8,12", "transcript": None}


def test_a_voice_message_says_how_long_it_is(pachca: Pachca, file: Json) -> None:
    refused = pachca.refused_message(files=[{**file, "file_type": "voice"}])

    assert refused == (422, [("files.duration_ms", "required"), ("files.waveform", "required")])


def test_a_waveform_is_not_long(pachca: Pachca, file: Json) -> None:
    voice = {**file, "file_type": "voice", "duration_ms": 1, "waveform": "1" * 257}

    assert pachca.refused_message(files=[voice]) == (422, [("files.waveform", "too_long")])


def test_buttons_come_back_in_their_rows(pachca: Pachca) -> None:
    rows = [[YES, DOCS], [YES]]

    assert pachca.write(buttons=rows)["buttons"] == rows


def test_no_buttons_are_null(pachca: Pachca) -> None:
    assert pachca.write(buttons=[])["buttons"] is None


def test_an_empty_list_takes_buttons_away(pachca: Pachca) -> None:
    path = f"/messages/{pachca.write(buttons=[[YES]])['id']}"

    pachca.put(path, {"message": {"buttons": []}})

    assert pachca.data(path)["buttons"] is None


@pytest.mark.parametrize(
    "rows",
    [
        [[YES] * 8],
        [[YES] * 8] * 12 + [[YES] * 4],
        [[{"text": "я" * 255, "data": "d" * 255}]],
    ],
    ids=["a wide row", "a hundred", "long"],
)
def test_so_many_buttons_are_let_through(pachca: Pachca, rows: list[list[Json]]) -> None:
    assert pachca.write(buttons=rows)["buttons"] == rows


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([[YES] * 9], ("buttons", "wrong_params")),
        ([[YES] * 8] * 12 + [[YES] * 5], ("buttons", "wrong_params")),
        ([[{"text": "я" * 256, "data": "d"}]], ("buttons.text", "too_long")),
        ([[{"text": "я", "data": "d" * 256}]], ("buttons.data", "too_long")),
        ([[{"text": " ", "data": "d"}]], ("buttons.text", "blank")),
    ],
    ids=["a row too wide", "too many", "text too long", "data too long", "no text"],
)
def test_buttons_beyond_the_limits(pachca: Pachca, rows: list[list[Json]], problem: tuple[str, str]) -> None:
    assert pachca.refused_message(buttons=rows) == (422, [problem])


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ({}, ("buttons", "invalid")),
        ([YES], ("buttons", "invalid")),
        ([["Да"]], ("buttons", "invalid")),
        ([[{"data": "yes"}]], ("buttons.text", "required")),
        ([[{"text": 1}]], ("buttons.text", "invalid")),
    ],
)
def test_buttons_that_cannot_be_read(pachca: Pachca, rows: object, problem: tuple[str, str]) -> None:
    assert pachca.refused_message(buttons=rows) == (400, [problem])
