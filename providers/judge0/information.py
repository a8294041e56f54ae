"""The answers that describe the service itself."""

from __future__ import annotations

import os
import platform

from contracts.judge0.status import Status
from providers.judge0.presentation import status_json
from providers.judge0.workers import Counts

VERSION = "1.13.1"
LICENSE = (
    "This is a fake of Judge0, made for tests, under the Apache License 2.0. It holds no code of Judge0.\n"
)


def statuses() -> list[dict[str, object]]:
    return [status_json(status) for status in Status]


def about() -> dict[str, str]:
    return {
        "version": VERSION,
        "homepage": "https://judge0.com",
        "source_code": "https://github.com/judge0/judge0",
        "maintainer": "the judge0 fake of this workspace",
    }


def workers(counts: Counts) -> list[dict[str, object]]:
    """One queue, named after the version as on the real service."""
    return [
        {
            "queue": VERSION,
            "size": counts.size,
            "available": counts.available,
            "idle": counts.idle,
            "working": counts.working,
            "paused": counts.paused,
        }
    ]


def system_info() -> dict[str, str]:
    """A few of the lines that lscpu and free print, under their names; all values are text."""
    pages, page_size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "Architecture": platform.machine(),
        "CPU(s)": str(os.cpu_count() or 1),
        "Mem": f"{pages * page_size / 1024**3:.1f}G",
        "Swap": "0B",
    }
