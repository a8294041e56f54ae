"""The operations of courses. Each parses, calls a service, and shapes what comes of it."""

from __future__ import annotations

from ninja import Router

from courses.api.catalog import router as catalog
from courses.api.submissions import router as submissions

router = Router()
router.add_router("", catalog)
router.add_router("", submissions)
