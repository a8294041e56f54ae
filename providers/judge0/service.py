"""The judge as a whole: its settings, its submissions, and the programs that it runs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from contracts.judge0.status import Status
from providers.judge0 import presentation
from providers.judge0.callbacks import deliver
from providers.judge0.languages import Language
from providers.judge0.run import Cancelled, judge
from providers.judge0.sandbox.execute import Sandbox
from providers.judge0.settings import Settings
from providers.judge0.submission import Draft, Progress, Result, Submission, new_token
from providers.judge0.workers import Counts, Workers

_KEPT = 10_000
_KEPT_BYTES = 256 * 1024 * 1024
"""Submissions beyond this push out the oldest: memory is bounded, unlike a database."""
_MOST_WORKERS = 4
_LOOK_DEADLINE = 60.0
"""Seconds for which a look waits for the final status in the staged state."""
_DROPPED = Result(message="the submission was dropped")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a provider state may change."""

    settings: Settings = field(default_factory=Settings)
    archived: frozenset[int] = frozenset()
    staged: bool = False
    """Looks at a new submission show In Queue, then Processing, then wait for the end."""
    prompt: bool = False
    """A submission has ended before its token is told, as if no queue were there."""
    only: frozenset[int] | None = None
    """The languages that there are; None for all that this machine can run."""
    patience: Decimal | None = None
    """Seconds after which a program is stopped, whatever it asked for; None leaves it to its own limits."""
    token: Callable[[], str] = new_token
    """Names the next submission."""
    address_denied: bool = False
    authorization_configured: bool = True


class Service:
    """Thread-safe. ``conditions`` is replaced as a whole."""

    def __init__(
        self, sandbox: Sandbox, languages: Mapping[int, Language], *, callback_hosts: Collection[str] = ()
    ) -> None:
        self.conditions = Conditions()
        self._sandbox = sandbox
        self._runnable = languages
        self._callback_hosts = callback_hosts
        self._lock = threading.Lock()
        self._submissions: dict[str, Submission] = {}
        self._unfinished: set[Submission] = set()
        number = min(os.cpu_count() or 1, _MOST_WORKERS)
        self._inline = threading.BoundedSemaphore(number)
        self.workers = Workers(number, self._work)

    @property
    def settings(self) -> Settings:
        return self.conditions.settings

    @property
    def languages(self) -> dict[int, Language]:
        """All that this machine can run, archived ones included."""
        archived, only = self.conditions.archived, self.conditions.only
        return {
            key: replace(it, is_archived=True) if key in archived else it
            for key, it in self._runnable.items()
            if only is None or key in only
        }

    def enqueue(self, draft: Draft) -> Submission:
        conditions = self.conditions
        submission = self._add(Submission(draft, staged=conditions.staged, token=conditions.token()))
        self.workers.put(submission)
        if conditions.prompt:
            submission.done.wait(_LOOK_DEADLINE)
        return submission

    def run_now(self, draft: Draft) -> Submission:
        """Run in this thread: wait=true of release 1.13.1 does not pass through the queue."""
        submission = self._add(Submission(draft, token=self.conditions.token()))
        with self._inline:
            self._work(submission)
        return submission

    def find(self, token: str) -> Submission | None:
        with self._lock:
            return self._submissions.get(token)

    def newest_first(self) -> list[Submission]:
        with self._lock:
            return list(reversed(self._submissions.values()))

    def delete(self, token: str) -> None:
        with self._lock:
            self._submissions.pop(token, None)

    def look(self, submission: Submission) -> Progress:
        """The progress that a GET shows."""
        if not submission.staged:
            return submission.progress
        with self._lock:
            submission.looks += 1
            looks = submission.looks
        if looks <= 2:
            return presentation.IN_QUEUE if looks == 1 else presentation.PROCESSING
        submission.done.wait(_LOOK_DEADLINE)
        return submission.progress

    def counts(self) -> Counts:
        return self.workers.counts()

    def reset(self) -> None:
        """Drop every submission, end every program (not waiting for the ends), and return to the defaults."""
        with self._lock:
            self._submissions.clear()
            unfinished = list(self._unfinished)
        for submission in unfinished:
            submission.cancelled.set()
        for submission in self.workers.reset():
            self._drop(submission)
        self.conditions = Conditions()

    def close(self) -> None:
        """Returns when every program and thread has ended."""
        self.reset()
        self.workers.close()
        for submission in self._left():
            submission.done.wait(_LOOK_DEADLINE)

    def _left(self) -> list[Submission]:
        with self._lock:
            return list(self._unfinished)

    def _add(self, submission: Submission) -> Submission:
        with self._lock:
            self._submissions[submission.token] = submission
            self._unfinished.add(submission)
            self._forget_oldest()
        return submission

    def _forget_oldest(self) -> None:
        """Those that are not finished stay."""
        held = sum(submission.weight for submission in self._submissions.values())
        for oldest in list(self._submissions.values()):
            if len(self._submissions) <= _KEPT and held <= _KEPT_BYTES:
                return
            if oldest not in self._unfinished:
                held -= oldest.weight
                del self._submissions[oldest.token]

    def _work(self, submission: Submission) -> None:
        settings = self.settings
        try:
            if submission.cancelled.is_set():
                raise Cancelled
            submission.start()
            draft = self._hurried(submission.draft)
            outcome = judge(draft, self._sandbox, settings, submission.cancelled)
            submission.finish(outcome.status, outcome.result)
            deliver(submission, settings, self._callback_hosts)
        except Cancelled:
            submission.finish(Status.INTERNAL_ERROR, _DROPPED)
        finally:
            with self._lock:
                self._unfinished.discard(submission)

    def _hurried(self, draft: Draft) -> Draft:
        """What is run in place of ``draft``, where nobody has the patience for its limits."""
        patience = self.conditions.patience
        if patience is None or draft.wall_time_limit <= patience:
            return draft
        return replace(draft, wall_time_limit=patience)

    def _drop(self, submission: Submission) -> None:
        submission.finish(Status.INTERNAL_ERROR, _DROPPED)
        with self._lock:
            self._unfinished.discard(submission)
