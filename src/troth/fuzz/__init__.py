"""Fuzzing: Schemathesis run on an API's document, its answers judged as well, in every state that matters."""

from __future__ import annotations

from troth.fuzz.case import Failure, Sent
from troth.fuzz.config import Budget
from troth.fuzz.document import Document, read_document
from troth.fuzz.outcome import FuzzRun
from troth.fuzz.run import Choice, fuzz
from troth.fuzz.service import Service, at_url, in_process
from troth.fuzz.settings import FuzzSettings, read_settings, settings_path

__all__ = [
    "Budget",
    "Choice",
    "Document",
    "Failure",
    "FuzzRun",
    "FuzzSettings",
    "Sent",
    "Service",
    "at_url",
    "fuzz",
    "in_process",
    "read_document",
    "read_settings",
    "settings_path",
]
