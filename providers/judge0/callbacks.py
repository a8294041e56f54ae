"""Telling a callback URL the result: PUT with the eight default fields, texts as base64."""

from __future__ import annotations

import http.client
import json
import logging
from collections.abc import Collection

from providers.judge0.presentation import present
from providers.judge0.settings import Settings
from providers.judge0.submission import Submission
from troth.outside import CallRefused, Outside

logger = logging.getLogger(__name__)


def deliver(submission: Submission, settings: Settings, allowed_hosts: Collection[str]) -> None:
    """Call the submission's callback URL, if it has one: again only when the connection failed.

    Any answer counts as delivered, even a 500, as on the real service. A refused URL is logged.
    """
    url = (submission.draft.callback_url or "").strip()
    if not url:
        return
    outside = Outside(allowed_hosts, timeout=settings.callbacks_timeout)
    body = json.dumps(present(submission, base64_encoded=True)).encode()
    for attempt in range(1, settings.callbacks_max_tries + 1):
        if submission.cancelled.is_set() or _done(outside, url, body, attempt):
            return


def _done(outside: Outside, url: str, body: bytes, attempt: int) -> bool:
    """Whether it need not be tried again."""
    try:
        outside.call("PUT", url, body, {"Content-Type": "application/json"})
    except CallRefused as refusal:
        logger.warning("callback not sent: %s", refusal)
    except (OSError, ValueError, http.client.HTTPException) as error:
        logger.info("callback failed at try %d: %s", attempt, type(error).__name__)
        return False
    return True
