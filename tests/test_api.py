"""The judge of a whole exchange against a contract: each break planted once, and no false alarm."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from typing import Annotated, Generic, TypeVar

import pytest
from pydantic import Field

from troth.api import Answer, Anything, Api, Echo, Empty, Facts, HeaderToken, Selected, Text
from troth.errors import ContractProblem, UnknownName
from troth.exchange import Exchange, Headers, Request, Response
from troth.fields import Payload, Safe
from troth.jsontext import Json
from troth.judge import Problem, judge_value
from troth.scenario import Server, State

T = TypeVar("T")


class Book(Payload, source="assumed"):
    id: int
    title: Safe[str]
    pages: Safe[int]


class BookRequest(Payload, source="assumed"):
    title: str
    pages: Annotated[int, Field(ge=1)]


class BookPath(Payload, source="assumed"):
    book: str


class Shelf(Payload, Generic[T], source="assumed"):
    books: list[T]


class PageQuery(Payload, source="assumed"):
    page: int = 1


class FieldsQuery(Payload, source="assumed"):
    fields: str | None = None


class Trouble(Payload, source="assumed"):
    error: str


class Page(Payload, source="assumed"):
    page: int


def pages_add_up(facts: Facts) -> Iterable[Problem]:
    """The library answers with the pages that it was given."""
    if facts.status == 201 and isinstance(facts.request, dict) and isinstance(facts.response, dict):
        sent, came = facts.request["pages"], facts.response["pages"]
        if sent != came:
            yield Problem("$.pages", f"{sent}", f"{came}", "pages-differ")


def library() -> Api:
    """A library's contract."""
    api = Api("library", server="https://library.example/v1/", auth=(HeaderToken("X-Key", env="KEY"),))
    api.get(
        "/books/{book}",
        params=BookPath,
        responses={
            200: Answer(Book, headers={"ETag": r'"[0-9a-f]+"'}),
            304: Empty,
            404: Trouble,
            429: Answer(
                (Empty, Text("slow down")), content_type="text/plain", headers={"Retry-After": r"\d+"}
            ),
        },
        echoes=(Echo("path book", "$.title"),),
    )
    api.post(
        "/books",
        body=BookRequest,
        request_headers={"Idempotency-Key": r"[a-z0-9-]{8,}"},
        responses={201: Book, 422: Trouble},
        echoes=(Echo("$.title", "$.title"),),
        conditions=(pages_add_up,),
    )
    api.get(
        "/pages", name="pages", query=PageQuery, responses={200: Page}, echoes=(Echo("query page", "$.page"),)
    )
    api.get("/motto", responses={200: Text(r"[A-Z].*\.", safe=True)})
    api.get("/health", responses={200: Anything})
    api.get(
        "/chosen", query=FieldsQuery, responses={200: Selected(Book, by="fields", default=("id", "title"))}
    )
    api.get(
        "/shelf",
        query=FieldsQuery,
        responses={200: Selected(Book, by="fields", default=("id",), everything="all", within=Shelf)},
    )
    api.get("/books/{book}/pages/{page}", name="page", responses={200: Anything})
    api.get("/books/new", name="newest", responses={200: Anything})
    api.get("/v2/{name=projects/*/books/*}", name="google_style", responses={200: Anything})
    api.delete("/books/{book}", responses={204: Empty})
    return api


LIBRARY = library()
JSON = {"Content-Type": "application/json"}
BOOK: dict[str, Json] = {"id": 7, "title": "dune", "pages": 412}
NEW: dict[str, Json] = {"title": "dune", "pages": 412}
ETAG = {**JSON, "ETag": '"a1"'}
IDEMPOTENT = {**JSON, "Idempotency-Key": "0123456789"}


def answered(
    url: str,
    body: Json | bytes,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    method: str = "GET",
    asked: Json | bytes = b"",
    asked_headers: dict[str, str] | None = None,
    truncated: bool = False,
) -> Exchange:
    """An exchange with the library."""
    return Exchange(
        Request(method, f"https://library.example/v1{url}", Headers.of(asked_headers or {}), octets(asked)),
        Response(status, Headers.of(JSON if headers is None else headers), octets(body), truncated),
    )


def octets(body: Json | bytes) -> bytes:
    """Bytes as they are, anything else as JSON."""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def made(asked: Json | bytes = b"", body: Json | bytes = b"", *, status: int = 201) -> Exchange:
    """A POST of a book, right unless told otherwise."""
    return answered(
        "/books",
        body or BOOK,
        status=status,
        method="POST",
        asked=asked or NEW,
        asked_headers=IDEMPOTENT,
    )


def rules(exchange: Exchange) -> list[tuple[str, str, str]]:
    """Side, place and rule of everything that is wrong."""
    return [(found.side, found.path, found.rule) for found in LIBRARY.judge(exchange)]


@pytest.mark.parametrize(
    "exchange",
    [
        answered("/books/dune", BOOK, headers=ETAG),
        answered("/books/dune", {**BOOK, "lent": True}, headers=ETAG),
        answered("/books/dune", dict(reversed(BOOK.items())), headers=ETAG),
        answered("/books/dune", json.dumps(BOOK, indent=2).encode(), headers=ETAG),
        answered(
            "/books/dune", BOOK, headers={"CONTENT-TYPE": "Application/JSON; charset=utf-8", "etag": '"b"'}
        ),
        answered("/books/dune", BOOK, headers={**ETAG, "Transfer-Encoding": "chunked", "X-New": "1"}),
        answered(
            "/books/dune", gzip.compress(octets(BOOK), mtime=0), headers={**ETAG, "Content-Encoding": "gzip"}
        ),
        answered("/books/dune", b"", status=304, headers={}),
        answered("/books/dune", {"error": "no such book"}, status=404),
        answered("/books/dune", b"", status=429, headers={"Retry-After": "3"}),
        answered(
            "/books/dune",
            b"slow down",
            status=429,
            headers={"Retry-After": "3", "Content-Type": "text/plain"},
        ),
        answered("/books/the%20dune", {**BOOK, "title": "the dune"}, headers=ETAG),
        made(),
        answered("/pages?page=2", {"page": 2}),
        answered("/pages", {"page": 1}),
        answered("/motto", b"We read.", headers={"Content-Type": "text/plain"}),
        answered("/health", b"\xff whatever", headers={}),
        answered("/chosen", {"id": 7, "title": "dune"}),
        answered("/chosen?fields=id", {"id": 7}),
        answered("/chosen?fields=id,%20pages", {"id": 7, "pages": 1}),
        answered("/chosen?fields=*", BOOK),
        answered("/shelf?fields=all", {"books": [BOOK]}),
        answered("/shelf?fields=pages", {"books": [{"pages": 1}]}),
        answered("/books/dune", b"", method="DELETE", status=204, headers={}),
    ],
)
def test_an_exchange_that_holds_raises_no_alarm(exchange: Exchange) -> None:
    assert LIBRARY.judge(exchange) == ()


@pytest.mark.parametrize(
    ("exchange", "path", "rule"),
    [
        (answered("/books/dune", BOOK, status=500, headers=ETAG), "status", "status-undeclared"),
        (answered("/books/dune", {"id": 7, "title": "dune"}, headers=ETAG), "$.pages", "field-missing"),
        (answered("/books/dune", {**BOOK, "id": True}, headers=ETAG), "$.id", "field-type"),
        (answered("/books/dune", BOOK), "header ETag", "header-missing"),
        (answered("/books/dune", BOOK, headers={**JSON, "ETag": "a1"}), "header ETag", "header-value"),
        (
            answered("/books/dune", BOOK, headers={**ETAG, "Content-Type": "text/html"}),
            "header Content-Type",
            "content-type",
        ),
        (answered("/books/dune", BOOK, headers={"ETag": '"a1"'}), "header Content-Type", "content-type"),
        (answered("/books/dune", BOOK, headers=ETAG, truncated=True), "$", "body-truncated"),
        (
            answered("/books/dune", BOOK, headers={**ETAG, "Content-Encoding": "gzip"}),
            "$",
            "body-encoding",
        ),
        (answered("/books/dune", b"{}{}", headers=ETAG), "$", "body-malformed"),
        (answered("/books/dune", b"", headers=ETAG), "$", "body-malformed"),
        (answered("/books/dune", b"x", status=304), "$", "body-unexpected"),
        (answered("/books/dune", {**BOOK, "title": "emma"}, headers=ETAG), "$.title", "echo-differs"),
        (answered("/pages?page=2", {"page": 3}), "$.page", "echo-differs"),
        (made(body={**BOOK, "title": "emma"}), "$.title", "echo-differs"),
        (made(body={**BOOK, "pages": 1}), "$.pages", "pages-differ"),
        (answered("/motto", b"we read", headers={"Content-Type": "text/plain"}), "$", "body-text"),
        (answered("/chosen", {"id": 7}), "$.title", "field-missing"),
        (answered("/chosen?fields=pages", {"id": 7}), "$.pages", "field-missing"),
        (answered("/chosen?fields=id", {"id": 7, "pages": "1"}), "$.pages", "field-type"),
        (answered("/chosen?fields=*", {"id": 7, "title": "dune"}), "$.pages", "field-missing"),
        (answered("/shelf?fields=pages", {"books": [{"id": 7}]}), "$.books[0].pages", "field-missing"),
    ],
)
def test_a_break_in_the_answer_is_found(exchange: Exchange, path: str, rule: str) -> None:
    assert rules(exchange) == [("response", path, rule)]


@pytest.mark.parametrize(
    ("exchange", "path", "rule"),
    [
        (made({**NEW, "author": "x"}), "$.author", "field-undeclared"),
        (made({**NEW, "pages": 0}), "$.pages", "field-constraint"),
        (made({"pages": 412}), "$.title", "field-missing"),
        (made(b'{"title": "dune", "title": "dune", "pages": 412}'), "$", "body-malformed"),
        (
            answered("/books", BOOK, status=201, method="POST", asked=NEW, asked_headers=JSON),
            "header Idempotency-Key",
            "header-missing",
        ),
        (
            answered(
                "/books",
                BOOK,
                status=201,
                method="POST",
                asked=NEW,
                asked_headers={**IDEMPOTENT, "Content-Type": "text/plain"},
            ),
            "header Content-Type",
            "content-type",
        ),
        (answered("/pages?page=two", {"page": 2}), "query page", "parameter-value"),
        (answered("/pages?page=1&page=1", {"page": 1}), "query page", "parameter-value"),
        (answered("/pages?side=2", {"page": 2}), "query side", "parameter-undeclared"),
        (answered("/health?loud=1", b""), "query loud", "parameter-undeclared"),
        (answered("/health", b"", asked=b"x"), "$", "body-unexpected"),
    ],
)
def test_a_break_in_the_request_is_found(exchange: Exchange, path: str, rule: str) -> None:
    assert ("request", path, rule) in rules(exchange)


@pytest.mark.parametrize(
    "request_",
    [
        Request("PUT", "https://library.example/v1/books"),
        Request("GET", "https://library.example/v1/boks"),
        Request("GET", "https://library.example/books/dune"),
        Request("GET", "https://library.example/v1/books/dune/"),
        Request("GET", "https://library.example/v1"),
    ],
)
def test_a_wrong_path_or_verb_is_an_unknown_operation(request_: Request) -> None:
    [found] = LIBRARY.judge(Exchange(request_, Response(200)))

    assert (found.side, found.path, found.rule) == ("request", "path", "operation-unknown")


def test_an_unknown_path_is_shown_without_what_may_be_a_secret() -> None:
    [found] = LIBRARY.judge(answered("/boks/s3cr3t-T0ken?key=hunter2", b""))

    assert found.operation == "GET /boks/…"


def test_an_answer_that_refuses_a_broken_request_is_not_an_alarm() -> None:
    exchange = made(asked={**NEW, "pages": 0}, body={"error": "no pages"}, status=422)

    assert LIBRARY.judge(exchange) == ()


def test_a_refusal_is_judged_itself() -> None:
    exchange = made(asked={**NEW, "pages": 0}, body={"trouble": "no pages"}, status=422)

    assert rules(exchange) == [("response", "$.error", "field-missing")]


def test_rules_over_both_sides_do_not_read_a_broken_answer() -> None:
    assert rules(made(body={"id": 7, "title": "emma"})) == [("response", "$.pages", "field-missing")]


def test_a_field_that_the_request_left_out_asks_for_no_echo() -> None:
    assert LIBRARY.judge(answered("/pages", {"page": 5})) == ()


class Size(Payload, source="a test"):
    size: Safe[float]


@pytest.mark.parametrize(
    ("sent", "came", "expected"),
    [
        (b'{"size": 25.0}', b'{"size": 25}', []),
        (b'{"size": 25}', b'{"size": 25.0}', []),
        (b'{"size": 25.5}', b'{"size": 25}', ["echo-differs"]),
    ],
)
def test_a_whole_number_comes_back_with_a_fraction_of_nothing(
    sent: bytes, came: bytes, expected: list[str]
) -> None:
    api = Api("sizes", server="https://sizes.example")
    api.put("/size", body=Size, responses={200: Size}, echoes=(Echo("$.size", "$.size"),))
    json_headers = Headers.of({"Content-Type": "application/json"})
    request = Request("PUT", "https://sizes.example/size", json_headers, sent)

    found = api.judge(Exchange(request, Response(200, json_headers, came)))

    assert [each.rule for each in found] == expected


def test_a_finding_names_its_operation() -> None:
    [found] = LIBRARY.judge(answered("/books/dune", BOOK))

    assert found.operation == "GET /books/{book}"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/books/new", "newest"),
        ("/books/newer", "get_books_book"),
        ("/books/a/pages/2", "page"),
        ("/v2/projects/p/books/b", "google_style"),
    ],
)
def test_the_most_literal_operation_is_meant(path: str, name: str) -> None:
    found = LIBRARY.find("GET", f"https://library.example/v1{path}")

    assert found is not None
    assert found[0].name == name


def test_path_parameters_are_named() -> None:
    found = LIBRARY.find("GET", "https://library.example/v1/books/a%2Fb/pages/2?x=1")

    assert found is not None
    assert found[1] == {"book": "a%2Fb", "page": "2"}


def test_a_path_below_another_origin_has_no_base() -> None:
    assert LIBRARY.find("GET", "https://uploads.example/books/new") is not None


@pytest.mark.parametrize("name", ["pages", "GET /pages"])
def test_an_operation_is_found_by_name_or_label(name: str) -> None:
    assert LIBRARY.named(name).path == "/pages"


def test_an_unknown_operation_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean 'page', 'pages'"):
        LIBRARY.named("pagse")


@pytest.mark.parametrize(("method", "path", "name"), [("GET", "/pages", "other"), ("GET", "/other", "pages")])
def test_an_operation_cannot_be_declared_twice(method: str, path: str, name: str) -> None:
    with pytest.raises(ContractProblem, match="declared twice"):
        library().operation(method, path, responses={200: Empty}, name=name)


def test_put_and_patch_are_operations_that_write() -> None:
    api = Api("pens", server="https://pens.example")

    assert [api.put("/a", responses={200: Empty}).label, api.patch("/a", responses={200: Empty}).name] == [
        "PUT /a",
        "patch_a",
    ]
    assert not any(operation.safe for operation in api.operations)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        pytest.param("get_a", ["get_a"], id="the very name alone"),
        pytest.param("get_a_", ["get_a_b"], id="a part"),
        pytest.param("/A/B", ["get_a_b"], id="a part of the label"),
        pytest.param("get*b", ["get_a_b"], id="a glob"),
        pytest.param("post /a", ["post_a"], id="the very label"),
        pytest.param("a", ["get_a", "get_a_b", "post_a"], id="a part of all"),
    ],
)
def test_operations_are_found_by_what_they_are_like(name: str, found: list[str]) -> None:
    api = Api("shop", server="https://shop.example")
    api.get("/a", responses={200: Empty})
    api.get("/a/b", responses={200: Empty})
    api.post("/a", responses={200: Empty})

    assert [operation.name for operation in api.like(name)] == found


def test_an_operation_like_none_is_an_error() -> None:
    with pytest.raises(UnknownName, match="operation of library"):
        LIBRARY.like("no_such")


def test_a_scenario_is_declared_on_its_api() -> None:
    @LIBRARY.scenario("a book is read", given="dune is there", writes=True)
    def reads(server: Server) -> None:
        assert server.url

    assert (reads.name, reads.given, reads.writes, reads.api) == (
        "a book is read",
        State("dune is there"),
        True,
        LIBRARY,
    )


def test_a_selected_form_can_be_widened_for_documents() -> None:
    form = Selected(Book, by="fields", default=("id",), within=Shelf)

    assert judge_value(form.widest(), {"books": [{}, {"pages": 1}]}) == ()


def test_the_widest_form_still_knows_its_fields() -> None:
    form = Selected(Book, by="fields", default=("id",))

    assert [problem.path for problem in judge_value(form.widest(), {"pages": "1"})] == ["$.pages"]
