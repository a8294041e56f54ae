"""A tiny API for tests of the ways that lead to a service: a shop with things in it."""

from __future__ import annotations

from troth.api import Answer, Anything, Api, Empty, HeaderToken
from troth.exchange import Headers, Request, Response
from troth.fields import Payload, Safe

SERVER = "https://shop.example/api"
UPLOADS = "https://uploads.example"
SECRET = "s3cr3t/Token+of=the shop"


class Thing(Payload, source="assumed"):
    """Something on the shelf."""

    name: Safe[str]


class Order(Payload, source="assumed"):
    """What is wanted."""

    thing: Safe[str]


def shop_api() -> Api:
    """The contract, new each time."""
    api = Api(
        "shop",
        server=SERVER,
        auth=(HeaderToken("X-Shop-Token", env="SHOP_TOKEN"),),
        origins={"uploads": UPLOADS},
    )
    api.get("/things", name="list_things", responses={200: Thing, 401: Empty})
    api.post("/orders", name="order", body=Order, responses={201: Thing, 400: Empty, 302: Answer(Anything())})
    api.get("/raw", name="raw", responses={200: Anything, 302: Anything})
    return api


def answer(body: bytes = b'{"name":"cup"}', *pairs: tuple[str, str], status: int = 200) -> Response:
    """A JSON response with further headers."""
    return Response(status, Headers((("Content-Type", "application/json"), *pairs)), body)


class Service:
    """A handler that remembers what it got and answers everything with ``response``."""

    def __init__(self, response: Response | None = None) -> None:
        self.got: list[Request] = []
        self.response = response or answer()

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        self.got.append(request)
        return self.response
