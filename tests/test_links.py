from __future__ import annotations

import json

import pytest

from troth.exchange import Exchange, Headers, Request, Response
from troth.jsontext import Json
from troth.links import Link, expression, filled, find_links, source_text, taken

SERVER = "https://shop.example"
TOKEN = "d85cd024-1548-4165-96c7-7bc88673f194"
OTHER = "00000000-1548-4165-96c7-7bc88673f194"


def asked(method: str, target: str, document: Json = None, headers: dict[str, str] | None = None) -> Request:
    body = json.dumps(document).encode() if document is not None else b""
    return Request(method, SERVER + target, Headers.of(headers or {}), body)


def step(request: Request, document: Json = None, headers: dict[str, str] | None = None) -> Exchange:
    body = json.dumps(document).encode() if document is not None else b""
    return Exchange(request, Response(200, Headers.of(headers or {}), body))


def made(document: Json = None, headers: dict[str, str] | None = None) -> Exchange:
    return step(asked("POST", "/orders", {"thing": "cup"}), document, headers)


@pytest.mark.parametrize(
    ("later", "place", "where"),
    [
        (asked("GET", f"/orders/{TOKEN}"), "path", ""),
        (asked("GET", f"/orders?ids=1,{TOKEN}"), "query", "ids"),
        (asked("GET", "/orders", headers={"X-Order": f"order {TOKEN}"}), "header", "X-Order"),
        (asked("POST", "/pay", {"orders": [{"id": TOKEN}]}), "body", ("orders", 0, "id")),
    ],
)
def test_a_token_of_a_response_is_found_in_a_later_request(
    later: Request, place: str, where: tuple[str | int, ...] | str
) -> None:
    links = find_links([made({"token": TOKEN}), step(later)])

    assert [(link.name, link.source_step, link.source_path) for link in links] == [
        ("step1.token", 1, ("token",))
    ]
    assert [(link.target_step, link.place, link.where) for link in links] == [(2, place, where)]


def test_what_stands_for_any_hidden_header_links_nothing() -> None:
    first = made(headers={"Set-Cookie": "redacted"})

    assert find_links([first, step(asked("GET", "/orders", headers={"Cookie": "redacted"}))]) == ()


def test_several_values_in_one_query_parameter_are_several_links() -> None:
    first = made([{"token": TOKEN}, {"token": OTHER}])

    links = find_links([first, step(asked("GET", f"/orders?tokens={TOKEN},{OTHER}"))])

    assert [link.name for link in links] == ["step1[0].token", "step1[1].token"]
    assert expression(f"{TOKEN},{OTHER}", links) == "${step1[0].token},${step1[1].token}"


def test_the_end_of_a_location_is_found() -> None:
    links = find_links(
        [made(headers={"Location": f"{SERVER}/orders/{TOKEN}"}), step(asked("GET", f"/orders/{TOKEN}"))]
    )

    assert [(link.name, source_text(link)) for link in links] == [
        ("step1.header.location", "header Location")
    ]


def test_a_path_that_a_response_names_is_found_whole() -> None:
    name = "projects/p1/rings/ring-7"

    links = find_links([made({"name": name}), step(asked("GET", f"/v1/{name}:rotate"))])

    assert expression(f"/v1/{name}:rotate", links) == "/v1/${step1.name}:rotate"


def test_a_number_is_found_as_text_and_as_number() -> None:
    links = find_links([made({"id": 471_123}), step(asked("POST", "/orders/471123", {"id": 471_123}))])

    assert [(link.place, link.value) for link in links] == [("path", 471_123), ("body", 471_123)]


def test_a_value_of_the_provider_state_is_found() -> None:
    links = find_links([step(asked("GET", "/chats/471123"))], {"chat": 471_123})

    assert [(link.name, link.source_step, link.target_step) for link in links] == [("chat", 0, 1)]


@pytest.mark.parametrize(
    ("document", "later"),
    [
        ({"size": 7}, asked("GET", "/orders/7")),
        ({"kind": "cup"}, asked("GET", "/orders/cup")),
        ({"open": True}, asked("GET", "/orders/True")),
        ({"note": "blue cup"}, asked("POST", "/orders", {"thing": "a very blue cup"})),
        ({"id": "471123"}, asked("POST", "/orders", {"id": 471_123})),
        ({"word": "valid"}, asked("GET", "/orders", headers={"X-Token": "{{secret:valid}}"})),
        ({"token": "{{secret:valid}}"}, asked("GET", "/orders", headers={"X-Token": "{{secret:valid}}"})),
        ({"token": TOKEN}, asked("GET", f"/orders/{TOKEN}0")),
    ],
)
def test_what_is_equal_by_chance_is_no_link(document: Json, later: Request) -> None:
    assert find_links([made(document), step(later)]) == ()


def test_what_the_client_said_first_is_no_link() -> None:
    """A name that the service only repeats is the client's own, and stays as it is."""
    first = step(asked("POST", "/rings?ring=ring-troth1"), {"name": "rings/ring-troth1"})

    assert find_links([first, step(asked("GET", "/rings/ring-troth1"))]) == ()


def test_the_first_response_that_names_a_value_is_its_source() -> None:
    first, second = made({"token": TOKEN}), step(asked("GET", f"/orders/{TOKEN}"), {"id": TOKEN})

    links = find_links([first, second, step(asked("DELETE", f"/orders/{TOKEN}"))])

    assert [(link.source_step, link.target_step) for link in links] == [(1, 2), (1, 3)]


@pytest.mark.parametrize(
    "later",
    [
        asked("GET", f"/orders/{TOKEN}/items"),
        asked("GET", f"/orders?ids=1,{TOKEN}&page=2"),
        asked("GET", "/orders", headers={"X-Order": f"order {TOKEN}"}),
        asked("POST", "/pay", {"orders": [{"id": TOKEN}]}),
    ],
)
def test_a_request_is_filled_with_what_came_this_time(later: Request) -> None:
    links = find_links([made({"token": TOKEN}), step(later)])

    new = filled(later, links, {"step1.token": OTHER})

    assert (new.url, new.headers, json.loads(new.body or b"null")) == (
        later.url.replace(TOKEN, OTHER),
        Headers.of([(name, value.replace(TOKEN, OTHER)) for name, value in later.headers]),
        json.loads((later.body or b"null").replace(TOKEN.encode(), OTHER.encode())),
    )


def test_a_new_value_that_was_another_ones_old_one_is_kept() -> None:
    later = asked("GET", "/orders?ids=1001,1002")
    links = find_links([made([{"id": 1001}, {"id": 1002}]), step(later)])

    new = filled(later, links, {"step1[0].id": 1002, "step1[1].id": 1003})

    assert new.query == (("ids", "1002,1003"),)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"token": null}', b'{"token": ["x"]}', b"no json"])
def test_a_response_without_the_value_is_told(body: bytes) -> None:
    link = Link("step1.token", 1, ("token",), 2, "path", "", TOKEN)

    with pytest.raises(LookupError):
        taken(Exchange(asked("GET", "/x"), Response(200, Headers(), body)), link)
