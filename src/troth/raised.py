"""What a report may say of an exception that somebody else's code raised.

Its text may hold anything: what a real service answered, a credential, the input of a Pydantic error.
So a report names the kind of the exception and the line of code that raised it, and no value.
"""

from __future__ import annotations

import sysconfig
import traceback
from pathlib import Path

from pydantic import ValidationError

from troth.scenario import NothingDelivered

_TROTH = Path(__file__).parent
_LIBRARIES = (_TROTH, *(Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")))


def told(error: BaseException) -> str:
    """``AssertionError at consumers/weather/scenarios.py:12: assert days == []``, without its text.

    The line is the last one that is no library's. Of a Pydantic error the places and problems follow, and
    of a webhook that did not come what did.
    """
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not _is_library(frame.filename)] or list(frames)
    where = f" at {_near(own[-1].filename)}:{own[-1].lineno}: {own[-1].line}" if own else ""
    return f"{type(error).__name__}{where}{_problems(error)}"


def _is_library(filename: str) -> bool:
    return any(Path(filename).is_relative_to(folder) for folder in _LIBRARIES)


def _near(filename: str) -> str:
    path, here = Path(filename), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else filename


def _problems(error: BaseException) -> str:
    if isinstance(error, NothingDelivered):
        return f" ({error})"  # it names webhooks, and holds nothing of what came
    if not isinstance(error, ValidationError):
        return ""
    # The message of a validator's own may quote the value, and so may a location that is a key.
    details = error.errors(include_url=False, include_context=False, include_input=False)
    kinds = dict.fromkeys(detail["type"] for detail in details)
    return f" ({error.title}: {', '.join(kinds)})"
