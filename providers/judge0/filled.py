"""Worlds that hold submissions already, for who comes without a scenario of their own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from providers.judge0 import languages
from providers.judge0.languages import BASH, MULTI_FILE, PYTHON
from providers.judge0.service import Conditions, Service
from providers.judge0.submission import Draft
from providers.judge0.validation import read_draft

_QUICK = frozenset((BASH, languages.C, MULTI_FILE, PYTHON))
"""The others take a fifth of a second (Node) to more than one (Java) to start."""
_PATIENCE = Decimal("0.15")
"""Seconds. Bash alone may wait a quarter of a minute for a process that it may not have."""
_EMPTY_ZIP = "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="
_DOOMED = 6
_WAITING = 3

_OUTCOMES: Mapping[str, Mapping[str, object]] = {
    "accepted": {"source_code": "cat", "stdin": "42", "expected_output": "42"},
    "wrong": {"source_code": "echo 41", "expected_output": "42"},
    "failed": {"source_code": "echo no >&2; exit 3", "command_line_arguments": "a b"},
    "stopped": {"source_code": "while :; do :; done", "cpu_time_limit": 0.05, "cpu_extra_time": 0},
    "called_back": {"source_code": "echo", "callback_url": "http://127.0.0.1:9/done"},
    "undecodable": {"source_code": "printf '\\377'"},
    "attached": {"source_code": "ls", "additional_files": _EMPTY_ZIP},
}
"""Programs in Bash, by the name under which their token is told."""


def fill(service: Service) -> dict[str, str | int]:
    """A judge that has worked for a while, and that requests of anyone cannot keep busy.

    It holds a submission of every outcome, and some that may be deleted. From now on it knows what starts
    quickly alone, stops each program soon, and runs each submission before it is answered, so that the same
    requests get the same answers twice. Returns the tokens by name, and what a request may hold.
    """
    service.conditions = replace(service.conditions, token=_numbered())
    doomed = [service.run_now(_draft(service, {"source_code": ":"})).token for _ in range(_DOOMED)]
    tokens = {name: service.run_now(_draft(service, body)).token for name, body in _OUTCOMES.items()}
    service.conditions = _hasty(service.conditions)
    return {
        **tokens,
        **{f"doomed_{number}": token for number, token in enumerate(doomed)},
        "several_tokens": ",".join(tokens.values()),
        "bash": BASH,
        "python": PYTHON,
        "multi_file": MULTI_FILE,
        "an_archive": _EMPTY_ZIP,
    }


def _hasty(conditions: Conditions) -> Conditions:
    settings = replace(conditions.settings, enable_submission_delete=True)
    return replace(conditions, settings=settings, only=_QUICK, prompt=True, patience=_PATIENCE)


def queue_up(service: Service) -> dict[str, str]:
    """Submissions wait and nothing is run: returns their tokens."""
    service.conditions = replace(service.conditions, token=_numbered())
    service.workers.pause()
    drafts = [_draft(service, {"source_code": "echo"}) for _ in range(_WAITING)]
    tokens = [service.enqueue(draft).token for draft in drafts]
    named = {f"waiting_{number}": token for number, token in enumerate(tokens)}
    return {**named, "several_waiting": ",".join(tokens)}


def _numbered() -> Callable[[], str]:
    """Tokens that are the same in every run."""
    numbers = itertools.count(1)
    return lambda: f"f1f1f1f1-0000-4000-8000-{next(numbers):012x}"


def _draft(service: Service, body: Mapping[str, object]) -> Draft:
    whole = {"language_id": BASH, **body}
    return read_draft(whole, settings=service.settings, languages=service.languages, base64_encoded=False)
