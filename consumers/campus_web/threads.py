"""Threads and replies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from consumers.campus_web.caller import PAGE_SIZE, Caller, given
from contracts.campus.paging import Page
from contracts.campus.threads import Reply, Thread


class Threads(Caller):
    """The part of the client that is about discussions."""

    def open_thread(
        self,
        title: str,
        content: str = "",
        *,
        course_id: int | None = None,
        chapter_id: int | None = None,
        problem_id: int | None = None,
    ) -> Thread:
        """A new thread, about something or about nothing in particular.

        Raises:
            Invalid: there is no title, or it is too long.
            NotFound: there is no such course, chapter or problem.
        """
        document = given(
            title=title, content=content, course_id=course_id, chapter_id=chapter_id, problem_id=problem_id
        )
        return self._write("POST", "/threads/", 201, Thread, document)

    def thread(self, thread_id: int) -> Thread:
        """One thread.

        Raises:
            NotFound: there is none.
        """
        return self._get(f"/threads/{thread_id:d}/", Thread)

    def threads_of_course(self, course_id: int, *, page_size: int = PAGE_SIZE) -> Iterator[Thread]:
        """The threads about a course, pinned ones first, then those that were active last."""
        return self._items(f"/courses/{course_id:d}/threads/", Page[Thread], size=page_size)

    def change_thread(
        self,
        thread_id: int,
        *,
        title: str | None = None,
        content: str | None = None,
        is_resolved: bool | None = None,
        is_pinned: bool | None = None,
    ) -> Thread:
        """Change what is given of one's own thread.

        Raises:
            NotAllowed: it is somebody else's, or only staff may do it.
        """
        changes = given(title=title, content=content, is_resolved=is_resolved, is_pinned=is_pinned)
        return self._write("PATCH", f"/threads/{thread_id:d}/", 200, Thread, changes)

    def delete_thread(self, thread_id: int) -> None:
        """Delete one's own thread with its replies.

        Raises:
            NotAllowed: it is somebody else's.
        """
        self._delete(f"/threads/{thread_id:d}/")

    def reply(self, thread_id: int, content: str, *, mentioned: Sequence[int] = ()) -> Reply:
        """Reply to a thread; ``mentioned`` are ids of users.

        Raises:
            NotAllowed: the thread is archived.
            NotFound: there is none.
        """
        document = given(content=content, mentioned_users=[*mentioned] or None)
        return self._write("POST", f"/threads/{thread_id:d}/replies/", 201, Reply, document)

    def replies(self, thread_id: int, *, page_size: int = PAGE_SIZE) -> Iterator[Reply]:
        """The replies of a thread, oldest first."""
        return self._items(f"/threads/{thread_id:d}/replies/", Page[Reply], size=page_size)
