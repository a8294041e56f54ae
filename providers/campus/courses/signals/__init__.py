"""What follows when a row of courses is saved or deleted. Importing this package connects it all.

discussions   how many replies a thread has; part of the same transaction
exams         what an exam is worth; where that fails it is logged, and the row is saved all the same
progress      cached lists of problems and statuses are dropped after the commit
enrolments    the cached list of the user is dropped after the commit
catalog       cached lists of problems are dropped after the commit

Rows that are written in bulk fire no signals: see ``discussions.recount``, ``exams.add_problems``,
``exams.recompute``, ``enrolments.enroll_all``, ``enrolments.forget`` and ``progress.forget``.
"""

from courses.signals import catalog, discussions, enrolments, exams, progress

__all__ = ["catalog", "discussions", "enrolments", "exams", "progress"]
