# rules: Q606
"""A reason to stand elsewhere."""

from shop.tasks import clean  # troth: ignore[Q606] it moves to tasks with the next release


def test_task_cleans():
    assert clean() is None
