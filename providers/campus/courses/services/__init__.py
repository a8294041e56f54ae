"""What campus does, in verbs. Routers call these and nothing else; these know no HTTP.

Each takes the user first where it matters who asks, and raises what ``config.errors`` has: ``Invalid`` with
the field, ``Forbidden``, ``Unknown`` (also for what the user may not know of). A list is a QuerySet in the
model's order with all that its schema reads selected, so that the number of queries does not grow with it.

catalog      courses() course(id) chapters(course_id) chapter(id) problems(chapter_id) problem(id)
submissions  submit(user, problem, code, language) -> Submission, ended
             run_freely(code, language) -> FreeRun: status stdout stderr execution_time memory_used
history      visible(user); find(user, submission_id)
enrolments   listed(user, *, page, page_size); find(user, id); enroll(user, course_id); touch(user, id);
             leave(user, id)
progress     of_chapters(user); of_problems(user); problems(chapter_id, *, page, page_size)
             statuses(user, chapter_id) -> {problem id: status}; unlocked(user, course_id) -> [chapter id]
discussions  threads(user, *, course_id=None, chapter_id=None, problem_id=None)
             thread(user, id)
             open_thread(user, *, title, content, course_id=None, chapter_id=None, problem_id=None)
             edit_thread(user, id, changes: Mapping[str, str | bool]); delete_thread(user, id)
             replies(user, thread_id); reply(user, thread_id, reply_id)
             add_reply(user, thread_id, *, content, mentioned_users: Sequence[int])
             edit_reply(user, thread_id, reply_id, *, content); delete_reply(user, thread_id, reply_id)
exams        listed(user, *, course_id=None, status=None, page, page_size); find(user, id)
             create(user, *, course_id, fields: Mapping); edit(user, id, changes: Mapping); delete(user, id)
             start(user, exam_id) -> (ExamSubmission, created)
             submit(user, exam_id, answers: Sequence[GivenAnswer]) -> ExamSubmission, graded
             results(user, exam_id) -> ExamSubmission with its answers
             add_problems(user, exam_id, {problem id: score})
questions    of_exam(user, exam_id) -> list[ExamProblem], as the user is to see them
"""
