"""What a message carries beside its text: files and buttons."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from providers.pachca.reading import Fields
from providers.pachca.records import Button, File, Voice
from providers.pachca.refusal import Problem, api_error, unprocessable
from providers.pachca.vocabulary import FILE_TYPES, Code
from providers.pachca.world import World

WIDEST_ROW, MOST_BUTTONS, LONGEST_LABEL, LONGEST_WAVEFORM = 8, 100, 255, 256


@dataclass(frozen=True, slots=True)
class FileDraft:
    key: str
    name: str
    file_type: str
    width: int
    height: int
    duration_ms: int
    """0 where it was left out."""
    waveform: str | None


def read_files(fields: Fields, *, when_new: bool) -> list[FileDraft]:
    """``when_new``: type and size have to be said, too. What is wrong is noted in ``fields``."""
    return [_read_file(each, when_new=when_new) for each in fields.objects("files")]


def _read_file(fields: Fields, *, when_new: bool) -> FileDraft:
    file_type = fields.choice("file_type", FILE_TYPES) or "file"
    fields.require("key", "name", *(("file_type", "size") if when_new else ()))
    fields.number("size")
    return FileDraft(
        key=fields.text("key"),
        name=fields.text("name"),
        file_type=file_type,
        width=fields.number("width"),
        height=fields.number("height"),
        duration_ms=fields.number("duration_ms", least=1),
        waveform=fields.text("waveform") if fields.has("waveform") else None,
    )


def attach(drafts: list[FileDraft], world: World) -> tuple[list[File], Voice | None]:
    """The files as they belong to a message, and what is heard of them.

    Raises:
        Refused: one was not uploaded, or its name has another extension than its key.
    """
    for draft in drafts:
        _check(draft, world)
    files = [
        File(world.new_file_id(), it.key, it.name, it.file_type, it.width or None, it.height or None)
        for it in drafts
    ]
    heard = [Voice(it.duration_ms, it.waveform or "") for it in drafts if it.file_type == "voice"]
    return files, heard[0] if heard else None


def _check(draft: FileDraft, world: World) -> None:
    if _extension(draft.name) != _extension(draft.key):
        raise unprocessable("files.name", Code.WRONG_PARAMS, draft.name, "Расширения name и key различаются")
    if draft.key not in world.uploaded:
        raise unprocessable("files.key", Code.NOT_FOUND, draft.key)
    if draft.file_type == "voice":
        _check_voice(draft)
    if len(draft.waveform or "") > LONGEST_WAVEFORM:
        raise unprocessable("files.waveform", Code.TOO_LONG, draft.waveform)


def _check_voice(draft: FileDraft) -> None:
    given = {"duration_ms": draft.duration_ms or None, "waveform": draft.waveform}
    missing = [Problem(f"files.{name}", Code.REQUIRED) for name, value in given.items() if value is None]
    if missing:
        raise api_error(422, *missing)


def _extension(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def read_buttons(fields: Fields) -> list[list[Button]]:
    """Rows. What is wrong is noted in ``fields``."""
    return [[_read_button(each) for each in row] for row in fields.rows("buttons")]


def _read_button(fields: Fields) -> Button:
    fields.require("text")
    return Button(fields.text("text"), fields.text("url"), fields.text("data"))


def check_buttons(rows: list[list[Button]]) -> None:
    """
    Raises:
        Refused: there are too many, or one is empty or too long.
    """
    if any(len(row) > WIDEST_ROW for row in rows):
        raise unprocessable("buttons", Code.WRONG_PARAMS, message="В ряду не больше 8 кнопок")
    buttons = [button for row in rows for button in row]
    if len(buttons) > MOST_BUTTONS:
        raise unprocessable("buttons", Code.WRONG_PARAMS, message="В сообщении не больше 100 кнопок")
    for button in buttons:
        if not button.text.strip():
            raise unprocessable("buttons.text", Code.BLANK, button.text)
        if len(button.text) > LONGEST_LABEL:
            raise unprocessable("buttons.text", Code.TOO_LONG, button.text)
        if len(button.data) > LONGEST_LABEL:
            raise unprocessable("buttons.data", Code.TOO_LONG, button.data)
