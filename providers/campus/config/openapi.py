"""The OpenAPI document of the service, as a file that is kept beside the contract."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings

from config.urls import api

FILE = settings.ROOT / "contracts" / "campus" / "openapi.json"


def document() -> str:
    """The document, the same for the same code: keys are in order."""
    schema: dict[str, Any] = dict(api.get_openapi_schema())
    schema["servers"] = [{"url": "/"}]
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def is_stale() -> bool:
    """Whether the kept document is not that of the code."""
    return not FILE.is_file() or FILE.read_text(encoding="utf-8") != document()
