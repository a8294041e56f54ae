"""Who gets in, what a token may do, and which paths there are."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from providers.pachca.app import build_app
from providers.pachca.fake import Fake
from providers.pachca.operations import OPERATIONS, Operation
from tests.providers.pachca.conftest import Enter
from tests.providers.pachca.stage import TOKEN, Pachca

BODIES = {"POST": b"{}", "PUT": b"{}", "GET": None, "DELETE": None}


def path_of(template: str) -> str:
    return template.replace("{id}", "1").replace("{user_id}", "11").replace("{tag_id}", "301")


@pytest.mark.parametrize(
    ("headers", "description"),
    [
        ({}, "Access token is missing"),
        ({"Authorization": ""}, "Access token is missing"),
        ({"Authorization": "Bearer"}, "Access token is missing"),
        ({"Authorization": "Bearer  "}, "Access token is missing"),
        ({"Authorization": f"Basic {TOKEN}"}, "Access token is missing"),
        ({"Authorization": TOKEN}, "Access token is missing"),
        ({"Authorization": "Bearer another"}, "Access token is not known"),
        ({"Authorization": f"Bearer {TOKEN}x"}, "Access token is not known"),
        ({"Authorization": "Bearer \xff"}, "Access token is not known"),
    ],
)
def test_who_has_no_token_is_not_let_in(fake: Fake, headers: dict[str, str], description: str) -> None:
    answer = Client(build_app(fake)).get("/profile", headers=headers)

    assert (answer.status_code, answer.json) == (
        401,
        {"error": "invalid_token", "error_description": description},
    )


def test_a_token_that_was_revoked(pachca: Pachca, enter: Enter) -> None:
    enter("a token that was revoked")

    answer = pachca.send("GET", "/profile")

    assert (answer.status_code, answer.json) == (
        401,
        {"error": "invalid_token", "error_description": "Access token was revoked"},
    )


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_in_any_case(fake: Fake, scheme: str) -> None:
    answer = Client(build_app(fake)).get("/profile", headers={"Authorization": f"{scheme} {TOKEN}"})

    assert answer.status_code == 200


def test_a_scope_that_is_missing_is_named(pachca: Pachca, enter: Enter) -> None:
    enter("a token that may only read")

    answer = pachca.send("POST", "/messages", {"message": {"entity_id": 1, "content": "Привет"}})

    assert (answer.status_code, answer.json) == (
        403,
        {
            "error": "insufficient_scope",
            "error_description": "The request requires the scope messages:create",
        },
    )


def test_what_the_scopes_allow_goes_on(pachca: Pachca, enter: Enter) -> None:
    values = enter("a token that may only read")

    assert pachca.data(f"/messages/{values['message_id']}")["id"] == values["message_id"]


ABSENT = (
    "/audit_events",
    "/bots",
    "/exports",
    "/custom_properties",
    "/avatar",
    "/status",
    "/search",
    "/tasks",
    "/views",
    "/link_previews",
    "/recreate_token",
    "POST /users",
    "PUT /users",
    "DELETE /users",
)
SCOPED = [it for it in OPERATIONS if it.scope and not any(part in it.label for part in ABSENT)]


@pytest.mark.parametrize("operation", SCOPED, ids=lambda it: it.label)
def test_every_operation_needs_its_scope(fake: Fake, pachca: Pachca, operation: Operation) -> None:
    fake.world.token.scopes -= {operation.scope}

    answer = pachca.send(operation.method, path_of(operation.template), raw=BODIES[operation.method])

    assert (answer.status_code, operation.scope in answer.text) == (403, True)


def test_every_modelled_operation_with_a_scope_was_tried(pachca: Pachca) -> None:
    modelled = pachca.get("/_troth/modelled")["modelled"]

    unscoped = {"GET /oauth/token/info", "POST /direct_url"}
    assert {it.label for it in SCOPED} | unscoped == set(modelled)  # type: ignore[call-overload]


NOT_HERE = ["GET /tasks", "POST /users", "GET /search/messages", "POST /views/open", "GET /chats/exports/7"]


@pytest.mark.parametrize("label", NOT_HERE)
def test_what_is_not_modelled_says_so(pachca: Pachca, label: str) -> None:
    method, path = label.split()

    answer = pachca.send(method, path, raw=b"{}")

    assert answer.json is not None
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (501, "unhandled")
    assert method in answer.json["errors"][0]["message"]


def test_everything_is_modelled_or_not(fake: Fake) -> None:
    answer = Client(build_app(fake)).get("/_troth/modelled").json

    assert answer is not None
    assert [len(answer["modelled"]), len(answer["not_modelled"])] == [43, 34]
    assert sorted(answer["modelled"] + answer["not_modelled"]) == sorted(it.label for it in OPERATIONS)


def test_what_is_modelled_is_for_reading(fake: Fake) -> None:
    answer = Client(build_app(fake)).post("/_troth/modelled")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")


@pytest.mark.parametrize(
    "path", ["/", "/message", "/messages/", "/messages/1/2", "/_troth/health", "/v2/chats"]
)
def test_a_path_of_nobody(pachca: Pachca, path: str) -> None:
    assert pachca.refused("GET", path) == (404, [("path", "not_found")])


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/messages/1", "DELETE, GET, PUT"),
        ("DELETE", "/messages", "GET, POST"),
        ("GET", "/uploads", "POST"),
        ("OPTIONS", "/profile", "GET"),
    ],
)
def test_a_wrong_method(pachca: Pachca, method: str, path: str, allowed: str) -> None:
    answer = pachca.send(method, path)

    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)


@pytest.mark.parametrize("path", ["/profile", "/api/shared/v1/profile"])
def test_the_path_of_the_real_service_is_answered_too(pachca: Pachca, path: str) -> None:
    assert pachca.data(path)["id"] == 14


def test_a_head_has_no_body(pachca: Pachca) -> None:
    answer = pachca.send("HEAD", "/profile")

    assert (answer.status_code, answer.data) == (200, b"")


def test_a_plan_that_has_expired(pachca: Pachca, enter: Enter) -> None:
    enter("the plan has expired")

    assert pachca.refused("GET", "/chats") == (402, [("base", "payment_required")])


def test_what_no_plan_is_needed_for(pachca: Pachca, enter: Enter) -> None:
    enter("the plan has expired")

    assert pachca.data("/profile")["id"] == 14
