"""From a request body to a draft, or to the 422 texts of Judge0, in the order in which it gives them.

A value is read as Rails reads it: a number may come as text, a list or an object where a scalar
belongs is dropped, and unknown keys are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from providers.judge0.casting import to_i
from providers.judge0.encoding import decode_leniently
from providers.judge0.languages import Language
from providers.judge0.settings import Settings
from providers.judge0.submission import Draft

Errors = dict[str, list[str]]
Scalar = str | int | float | bool

_NUMBER = re.compile(r"\s*[+-]?\d+(_\d+)*(\.\d+)?([eE][+-]?\d+)?\s*")
_FALSE = {False, "", "0", "f", "F", "false", "FALSE", "off", "OFF"}
_TEXT_MAXIMUM = 512


class Invalid(Exception):
    """The request breaks rules; ``errors`` is the body of the 422."""

    def __init__(self, errors: Errors) -> None:
        super().__init__(str(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Bound:
    """The range of a number. ``lowest`` is excluded where ``strict`` is set."""

    lowest: int
    highest: float | int
    strict: bool = False

    def complaint(self, number: float) -> str | None:
        if self.strict and number <= self.lowest:
            return f"must be greater than {self.lowest}"
        if number < self.lowest:
            return f"must be greater than or equal to {self.lowest}"
        if number > self.highest:
            return f"must be less than or equal to {self.highest}"
        return None


def _bounds(settings: Settings) -> dict[str, Bound]:
    return {
        "number_of_runs": Bound(0, settings.max_number_of_runs, strict=True),
        "cpu_time_limit": Bound(0, settings.max_cpu_time_limit),
        "cpu_extra_time": Bound(0, settings.max_cpu_extra_time),
        "wall_time_limit": Bound(1, settings.max_wall_time_limit),
        "memory_limit": Bound(2048, settings.max_memory_limit),
        "stack_limit": Bound(0, settings.max_stack_limit),
        "max_processes_and_or_threads": Bound(0, settings.max_max_processes_and_or_threads, strict=True),
        "max_file_size": Bound(0, settings.max_max_file_size),
    }


def read_draft(
    body: Mapping[str, object], *, settings: Settings, languages: Mapping[int, Language], base64_encoded: bool
) -> Draft:
    """The draft that ``body`` asks for.

    Raises:
        Invalid: with every broken rule, by field.
    """
    fields = _Fields(body, settings, languages, base64_encoded=base64_encoded)
    errors = fields.errors()
    if errors or fields.language is None:
        raise Invalid(errors)
    return fields.draft(fields.language)


class _Fields:
    """The body's declared fields, read once."""

    def __init__(
        self,
        body: Mapping[str, object],
        settings: Settings,
        languages: Mapping[int, Language],
        *,
        base64_encoded: bool,
    ) -> None:
        self._values = {key: value for key, value in body.items() if isinstance(value, str | int | float)}
        self._settings = settings
        self._base64_encoded = base64_encoded
        self.language_id = _as_integer(self._values.get("language_id"))
        self.language = languages.get(self.language_id) if self.language_id is not None else None
        self.source_code = self._document("source_code")
        self.additional_files = self._archive()

    def draft(self, language: Language) -> Draft:
        settings = self._settings
        return Draft(
            language=language,
            source_code=self.source_code,
            stdin=self._document("stdin"),
            expected_output=self._document("expected_output"),
            number_of_runs=self._integer("number_of_runs", settings.number_of_runs),
            cpu_time_limit=self._decimal("cpu_time_limit", settings.cpu_time_limit),
            cpu_extra_time=self._decimal("cpu_extra_time", settings.cpu_extra_time),
            wall_time_limit=self._decimal("wall_time_limit", settings.wall_time_limit),
            memory_limit=self._integer("memory_limit", settings.memory_limit),
            stack_limit=self._integer("stack_limit", settings.stack_limit),
            max_processes_and_or_threads=self._integer(
                "max_processes_and_or_threads", settings.max_processes_and_or_threads
            ),
            enable_per_process_and_thread_time_limit=self._flag(
                "enable_per_process_and_thread_time_limit",
                default=settings.enable_per_process_and_thread_time_limit,
            ),
            enable_per_process_and_thread_memory_limit=self._flag(
                "enable_per_process_and_thread_memory_limit",
                default=settings.enable_per_process_and_thread_memory_limit,
            ),
            max_file_size=self._integer("max_file_size", settings.max_file_size),
            compiler_options=self._text("compiler_options"),
            command_line_arguments=self._text("command_line_arguments"),
            redirect_stderr_to_stdout=self._flag(
                "redirect_stderr_to_stdout", default=settings.redirect_stderr_to_stdout
            ),
            callback_url=self._text("callback_url"),
            additional_files=self.additional_files,
            enable_network=self._flag("enable_network", default=settings.enable_network),
        )

    def errors(self) -> Errors:
        errors: Errors = {}
        for key, complaint in self._complaints():
            if complaint is not None:
                errors.setdefault(key, []).append(complaint)
        return errors

    def _complaints(self) -> list[tuple[str, str | None]]:
        return [
            ("source_code", self._source_code_complaint()),
            ("additional_files", self._project_files_complaint()),
            ("language_id", "can't be blank" if self.language_id is None else None),
            *((key, self._number_complaint(key, bound)) for key, bound in _bounds(self._settings).items()),
            *self._per_process_complaints(),
            *((key, self._length_complaint(key)) for key in ("compiler_options", "command_line_arguments")),
            ("language_id", self._language_complaint()),
            ("compiler_options", self._compiler_options_complaint()),
            *self._permission_complaints(),
        ]

    def _source_code_complaint(self) -> str | None:
        blank = self.source_code is None or not self.source_code.strip()
        if self._is_project:
            return None if blank else "must be blank"
        return "can't be blank" if blank else None

    def _project_files_complaint(self) -> str | None:
        return "can't be blank" if self._is_project and not self.additional_files else None

    def _number_complaint(self, key: str, bound: Bound) -> str | None:
        value = self._values.get(key)
        if value is None or value == "":
            return None
        number = _as_number(value)
        return "is not a number" if number is None else bound.complaint(number)

    def _per_process_complaints(self) -> list[tuple[str, str | None]]:
        allowed = {
            "enable_per_process_and_thread_time_limit": (
                self._settings.allow_enable_per_process_and_thread_time_limit
            ),
            "enable_per_process_and_thread_memory_limit": (
                self._settings.allow_enable_per_process_and_thread_memory_limit
            ),
        }
        refused = "this option cannot be enabled"
        return [
            (key, refused if self._flag(key, default=False) and not allow else None)
            for key, allow in allowed.items()
        ]

    def _length_complaint(self, key: str) -> str | None:
        too_long = len(self._text(key) or "") > _TEXT_MAXIMUM
        return f"is too long (maximum is {_TEXT_MAXIMUM} characters)" if too_long else None

    def _language_complaint(self) -> str | None:
        if self.language is None:
            shown = "" if self.language_id is None else self.language_id
            return f"language with id {shown} doesn't exist"
        if self.language.is_archived:
            return f"language with id {self.language.id} is archived and cannot be used anymore"
        return None

    def _compiler_options_complaint(self) -> str | None:
        if not (self._text("compiler_options") or "").strip():
            return None
        if not self._settings.enable_compiler_options:
            return "setting compiler options is not allowed"
        if self.language is None:
            return None
        if self.language.compile_cmd is None:
            return "setting compiler options is only allowed for compiled languages"
        return _options_refused(self.language, self._settings.allowed_languages_for_compile_options)

    def _permission_complaints(self) -> list[tuple[str, str | None]]:
        settings = self._settings
        asked_and_allowed = [
            (
                "command_line_arguments",
                bool((self._text("command_line_arguments") or "").strip()),
                settings.enable_command_line_arguments,
                "setting command line arguments is not allowed",
            ),
            (
                "callback_url",
                bool((self._text("callback_url") or "").strip()),
                settings.enable_callbacks,
                "setting callback is not allowed",
            ),
            (
                "additional_files",
                bool(self.additional_files),
                settings.enable_additional_files,
                "setting additional files is not allowed",
            ),
            (
                "enable_network",
                self._flag("enable_network", default=settings.enable_network),
                settings.allow_enable_network,
                "enabling network is not allowed",
            ),
        ]
        return [
            (key, text if asked and not allowed else None) for key, asked, allowed, text in asked_and_allowed
        ]

    @property
    def _is_project(self) -> bool:
        return self.language is not None and self.language.is_project

    def _document(self, key: str) -> bytes | None:
        text = self._text(key)
        if text is None:
            return None
        if self._base64_encoded:
            return decode_leniently(text)
        return text.encode("utf-8", "surrogatepass")

    def _archive(self) -> bytes | None:
        """Base64 whatever ``base64_encoded`` says."""
        text = self._text("additional_files")
        return None if text is None else decode_leniently(text)

    def _text(self, key: str) -> str | None:
        value = self._values.get(key)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "t" if value else "f"
        return str(value)

    def _integer(self, key: str, default: int) -> int:
        number = _as_number(self._values.get(key))
        return default if number is None else int(number)

    def _decimal(self, key: str, default: float) -> Decimal:
        number = _as_number(self._values.get(key))
        return Decimal(repr(default if number is None else number))

    def _flag(self, key: str, *, default: bool) -> bool:
        value = self._values.get(key)
        if value is None or value == "":
            return default
        return value not in _FALSE


def _as_number(value: Scalar | None) -> float | None:
    """None for what is not a number: true, "", "0x1f", "nan"."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else None
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _as_integer(value: Scalar | None) -> int | None:
    """As an integer column reads it: "71", "71abc" and 71.9 are 71, text without digits is 0."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, str):
        return to_i(value)
    try:
        return int(value)
    except (OverflowError, ValueError):
        return None


def _options_refused(language: Language, allowed: tuple[str, ...]) -> str | None:
    if not allowed or language.name.startswith(tuple(f"{name} " for name in allowed)):
        return None
    names = " and ".join(filter(None, [", ".join(allowed[:-1]), allowed[-1]]))
    return f"setting compiler options is only allowed for {names}"
