"""A client of campus, as its web front uses it.

with CampusClient("https://campus.example", token) as client:
    made = client.submit(problem_id, "def solve(a, b): return a + b")
    print(made.status)
"""

from __future__ import annotations

from consumers.campus_web.accounts import Accounts
from consumers.campus_web.exams import Exams
from consumers.campus_web.progress import Progress
from consumers.campus_web.submissions import Submissions
from consumers.campus_web.threads import Threads


class CampusClient(Submissions, Threads, Exams, Progress, Accounts):
    """Talks to campus over one session, as one user; a client a thread.

    See ``Caller`` for what it can be told. Every method raises the errors of ``consumers.campus_web.errors``;
    one that lists is an iterator, and raises them while it runs.
    """
