"""How far users are. What an accepted submission brings is written by ``acceptance``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from courses.models import Chapter, ChapterProgress, Problem, ProblemProgress, ProgressStatus
from courses.services import catalog
from courses.services.cache import View, after_commit, shared
from courses.services.cache_rows import IdsCodec, Listed, StatusesCodec, cached_page


def of_chapters(user: User) -> QuerySet[ChapterProgress]:
    """The user's own, chapter by chapter."""
    return ChapterProgress.objects.filter(enrollment__user=user)


def of_problems(user: User) -> QuerySet[ProblemProgress]:
    """The user's own, problem by problem."""
    return ProblemProgress.objects.filter(enrollment__user=user)


def problems(chapter_id: int, *, page: int = 1, page_size: int = 20) -> Listed[Problem]:
    """A page of the problems of a chapter, the same for every user.

    Raises:
        Unknown: there is no such chapter.
    """
    rows = catalog.problems(chapter_id)
    return cached_page(View.PROBLEMS, chapter_id, rows, page=page, page_size=page_size)


def statuses(user: User, chapter_id: int) -> dict[int, str]:
    """Of the problems of a chapter that the user has tried: id to status."""

    def load() -> dict[int, str]:
        return dict(of_problems(user).filter(problem__chapter=chapter_id).values_list("problem_id", "status"))

    return shared().get(View.PROBLEM_STATUS, _whose(chapter_id, user.pk), StatusesCodec(), load)


def unlocked(user: User, course_id: int) -> list[int]:
    """Ids of the chapters that are open to the user, in order: the first, and each whose predecessors are
    solved whole.

    Raises:
        Unknown: there is no such course.
    """
    chapters = catalog.chapters(course_id)
    return shared().get(
        View.UNLOCKED, _whose(course_id, user.pk), IdsCodec(), lambda: _unlocked(user, chapters)
    )


def forget_problems() -> None:
    """Drop what is cached of the problems of chapters after the commit; for changes of the catalogue."""
    for view in (View.PROBLEMS, View.PROBLEM_STATUS, View.UNLOCKED):
        after_commit(partial(_drop_all, view))


def forget(rows: Iterable[ProblemProgress]) -> None:
    """Drop what is cached of this progress after the commit; for bulk paths, which fire no signals.

    Lists of problems go whole; of statuses and open chapters only those of the users that it is about.
    """
    found = list(rows)
    after_commit(
        lambda: shared().drop_all(View.PROBLEMS),
        *(partial(_drop, View.PROBLEM_STATUS, whose) for whose in sorted(set(map(_whose_status, found)))),
        *(partial(_drop, View.UNLOCKED, whose) for whose in sorted(set(map(_whose_unlocked, found)))),
    )


def forget_one(progress: ProblemProgress, *, opens: bool) -> None:
    """The same for one of them; ``opens``: it may have opened or closed a chapter."""
    after_commit(
        lambda: shared().drop_all(View.PROBLEMS),
        partial(_drop, View.PROBLEM_STATUS, _whose_status(progress)),
    )
    if opens:
        after_commit(partial(_drop, View.UNLOCKED, _whose_unlocked(progress)))


def _unlocked(user: User, chapters: QuerySet[Chapter]) -> list[int]:
    solved = Q(problems__progress__enrollment__user=user, problems__progress__status=ProgressStatus.SOLVED)
    counted = chapters.annotate(
        all=Count("problems", distinct=True), solved=Count("problems", filter=solved, distinct=True)
    ).order_by("order")
    found = []
    for chapter_id, count, done in counted.values_list("pk", "all", "solved"):
        found.append(chapter_id)
        if done < count:
            break
    return found


def _drop(view: View, whose: str) -> None:
    shared().drop(view, whose)


def _drop_all(view: View) -> None:
    shared().drop_all(view)


def _whose_status(progress: ProblemProgress) -> str:
    """An orphan is in the list of no chapter, and nothing is cached of it."""
    return _whose(progress.problem.chapter_id or 0, progress.enrollment.user_id)


def _whose_unlocked(progress: ProblemProgress) -> str:
    return _whose(progress.enrollment.course_id, progress.enrollment.user_id)


def _whose(what: int, user_id: int) -> str:
    return f"{what}.{user_id}"
