"""The operations of courses. Each parses, calls a service, and shapes what comes of it."""

from __future__ import annotations

from ninja import Router

from courses.api.catalog import router as catalog
from courses.api.discussions import router as discussions
from courses.api.exams import router as exams
from courses.api.progress import router as progress
from courses.api.submissions import router as submissions

router = Router()
router.add_router("", catalog)
router.add_router("", submissions)
router.add_router("", discussions)
router.add_router("", progress)
router.add_router("", exams)
