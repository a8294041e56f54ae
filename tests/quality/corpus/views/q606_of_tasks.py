# rules: Q606
"""In the folder of views, about tasks and serializers alone."""

import shop.tasks  # expect: Q606
from shop.schemas import BookOut


def test_task_cleans():
    assert shop.tasks.clean(BookOut) is None
