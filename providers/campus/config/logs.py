"""Logs as lines of JSON, each with the id of its request; what could be a secret is left out."""

from __future__ import annotations

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being answered; empty outside one."""

_SECRET = re.compile(
    r"(?i)(\b(?:bearer|basic)\s+|\b(?:x-auth-token|authorization|password|token|secret|api[-_]?key)\b[\"']?\s*[:=]\s*[\"']?"
    r"(?!bearer\b|basic\b))[^\s\"',;&]+"
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"
)


def without_secrets(text: str) -> str:
    """``text`` with credentials, and passwords of URLs, replaced."""
    return _SECRET.sub(lambda match: f"{match.group(1) or ''}[hidden]", text)


class WithRequestId(logging.Filter):
    """Marks each record with the request that it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class JsonLines(logging.Formatter):
    """One line of JSON a record: time, level, logger, message, request_id, and exception if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
            "request_id": getattr(record, "request_id", ""),
        }
        if record.exc_info:
            line["exception"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
