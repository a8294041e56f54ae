"""The number of replies of a thread, which is true or not written at all."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver

from courses.models import Chapter, Course, DiscussionReply, DiscussionThread, Problem
from courses.services import discussions
from courses.services.locks import lock
from courses.signals import parents

_ABOVE_REPLIES = (DiscussionThread, Course, Chapter, Problem)


@receiver(pre_save, sender=DiscussionReply)
def lock_threads(
    *,
    instance: DiscussionReply,
    raw: bool,
    update_fields: Collection[str] | None,
    **_: Any,
) -> None:
    """The thread before its reply."""
    if not raw:
        lock(DiscussionThread.objects.all(), parents.note(instance, "thread", update_fields))


@receiver(post_save, sender=DiscussionReply)
def count_replies(*, instance: DiscussionReply, raw: bool, **_: Any) -> None:
    """Of the thread, and of the one that the reply was moved out of."""
    if not raw:
        discussions.recount(parents.noted(instance, "thread"))


@receiver(pre_delete, sender=DiscussionReply)
def lock_thread(
    *, instance: DiscussionReply, origin: Model | QuerySet[Model] | None = None, **_: Any
) -> None:
    """The thread before its reply."""
    if not _goes_with_its_thread(origin):
        lock(DiscussionThread.objects.all(), [instance.thread_id])


@receiver(post_delete, sender=DiscussionReply)
def count_remaining(
    *, instance: DiscussionReply, origin: Model | QuerySet[Model] | None = None, **_: Any
) -> None:
    """Nothing where the thread goes as well."""
    if not _goes_with_its_thread(origin):
        discussions.recount([instance.thread_id])


def _goes_with_its_thread(origin: Model | QuerySet[Model] | None) -> bool:
    """By what the deletion began with. A user's replies go alone: threads of others stay."""
    model = origin.model if isinstance(origin, QuerySet) else type(origin)
    return issubclass(model, _ABOVE_REPLIES)
