"""Users, the own profile and token, tags."""

from __future__ import annotations

import pytest

from tests.providers.pachca.conftest import Enter
from tests.providers.pachca.stage import ANNA, BOT, IVAN, MARIA, TOKEN, Clock, Pachca, column


def test_the_profile_is_that_of_the_bot(pachca: Pachca) -> None:
    profile = pachca.data("/profile")

    assert (profile["id"], profile["bot"], profile["email"]) == (BOT, True, None)
    assert profile == pachca.data(f"/users/{BOT}")


def test_employees_have_russian_names(pachca: Pachca) -> None:
    users = pachca.rows("/users")

    assert [(user["id"], user["first_name"], user["last_name"]) for user in users] == [
        (ANNA, "Анна", "Смирнова"),
        (IVAN, "Иван", "Петров"),
        (MARIA, "Мария", "Кузнецова"),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("анна", [ANNA]), ("КУЗ", [MARIA]), ("ivan@example", [IVAN]), ("a", [ANNA, IVAN, MARIA]), ("zz", [])],
)
def test_employees_can_be_looked_for(pachca: Pachca, query: str, expected: list[int]) -> None:
    assert pachca.ids("/users", query=query) == expected


def test_who_looks_for_employees_is_told_the_next_cursor_alone(pachca: Pachca) -> None:
    assert list(pachca.paginate("/users", query="a", limit="1")) == ["next_page"]


def test_the_pages_of_a_search_go_on(pachca: Pachca) -> None:
    cursor = pachca.paginate("/users", query="a", limit="1")["next_page"]

    assert pachca.ids("/users", query="a", limit="1", cursor=cursor) == [IVAN]


def test_a_user_that_is_not_there(pachca: Pachca) -> None:
    assert pachca.refused("GET", "/users/999") == (404, [("id", "not_found")])


def test_a_token_shows_little_of_itself(pachca: Pachca) -> None:
    info = pachca.data("/oauth/token/info")

    assert info["token"] == f"{TOKEN[:8]}...{TOKEN[-4:]}"
    assert (info["user_id"], info["revoked_at"], info["expires_in"]) == (BOT, None, None)


def test_a_token_tells_its_scopes_and_its_last_use(pachca: Pachca, clock: Clock) -> None:
    clock.go_on(3)

    info = pachca.data("/oauth/token/info")

    assert info["last_used_at"] == "2026-01-01T00:00:03.000Z"
    assert {"messages:create", "webhooks:events:read"} <= set(info["scopes"])  # type: ignore[call-overload]


def test_a_tag_is_made_renamed_and_deleted(pachca: Pachca) -> None:
    made = pachca.post("/group_tags", {"group_tag": {"name": "Дизайн"}})["data"]
    renamed = pachca.put("/group_tags/301", {"group_tag": {"name": "Графика"}})["data"]

    pachca.delete("/group_tags/301")

    assert made == {"id": 301, "name": "Дизайн", "users_count": 0}
    assert renamed == {"id": 301, "name": "Графика", "users_count": 0}
    assert pachca.refused("GET", "/group_tags/301") == (404, [("id", "not_found")])


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ({}, (400, [("name", "required")])),
        ({"name": ""}, (422, [("name", "blank")])),
        ({"name": "я" * 256}, (422, [("name", "too_long")])),
        ({"name": "Дизайн"}, (422, [("name", "taken")])),
        ({"name": "All"}, (422, [("name", "use_of_system_words")])),
    ],
)
def test_a_tag_that_is_not_made(pachca: Pachca, enter: Enter, tag: object, expected: object) -> None:
    enter("a group tag with users")

    assert pachca.refused("POST", "/group_tags", {"group_tag": tag}) == expected


def test_a_tag_may_keep_its_name(pachca: Pachca, enter: Enter) -> None:
    enter("a group tag with users")

    renamed = pachca.put("/group_tags/301", {"group_tag": {"name": "Дизайн"}})["data"]

    assert renamed == {"id": 301, "name": "Дизайн", "users_count": 2}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Дизайн", "Тесты"]),
        ({"names[]": ["Тесты", "Другое"]}, ["Тесты"]),
        ({"names[]": "Другое"}, []),
    ],
)
def test_tags_are_listed(pachca: Pachca, enter: Enter, query: dict[str, object], expected: list[str]) -> None:
    enter("a group tag with users")
    pachca.post("/group_tags", {"group_tag": {"name": "Тесты"}})

    assert column(pachca.rows("/group_tags", **query), "name") == expected


def test_who_has_a_tag(pachca: Pachca, enter: Enter) -> None:
    enter("a group tag with users")

    users = pachca.rows("/group_tags/301/users")

    assert [(user["id"], user["list_tags"]) for user in users] == [(ANNA, ["Дизайн"]), (MARIA, ["Дизайн"])]
