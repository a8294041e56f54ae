"""A form on its way through the judging proxy: every byte arrives, credentials on the far side only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests

from tests.forms.stage import LETTER, PNG, changed, post_api, sent
from tests.support.shop import Service
from troth.exchange import Request, Response, SourceKind
from troth.loopback import LoopbackServer
from troth.multipart import form_of
from troth.proxy import JudgingProxy

SECRET = "the-real-token/+="


@contextmanager
def proxied(fill: Callable[[Request], Request] | None = None) -> Iterator[tuple[Service, JudgingProxy]]:
    """A post office, and the proxy before it."""
    service = Service(Response(201))
    with (
        LoopbackServer(service) as server,
        JudgingProxy(
            post_api(), server.url, secrets={"valid": SECRET}, kind=SourceKind.LIVE, fill=fill
        ) as proxy,
    ):
        yield service, proxy


def post(proxy: JudgingProxy, request: Request) -> None:
    requests.post(f"{proxy.url}/letters", data=request.body, headers=dict(request.headers), timeout=10)


def test_a_form_arrives_byte_for_byte() -> None:
    request = sent(LETTER, boundary="of-the-client").request

    with proxied() as (service, proxy):
        post(proxy, request)

    assert service.got[0].body == request.body
    assert service.got[0].headers.get("Content-Type") == request.headers.get("Content-Type")
    assert [judged.mismatches for judged in proxy.seen] == [()]


def test_a_credential_in_a_part_is_real_on_the_far_side_alone() -> None:
    request = sent(changed("x-secret", "{{secret:valid}}")).request

    with proxied() as (service, proxy):
        post(proxy, request)

    assert form_of(service.got[0]).document()["x-secret"] == SECRET
    assert form_of(proxy.seen[0].exchange.request).document()["x-secret"] == "{{secret:valid}}"


def test_a_form_that_breaks_the_contract_is_found_on_its_way() -> None:
    with proxied() as (service, proxy):
        post(proxy, sent((LETTER[4], *LETTER[:4])).request)

    assert [each.rule for each in proxy.seen[0].mismatches] == ["part-order"]
    assert form_of(service.got[0]).parts[0].content == PNG


def test_what_fills_a_request_is_seen_and_sent() -> None:
    other = sent(changed("title", "Пока")).request

    with proxied(lambda request: Request(request.method, request.url, other.headers, other.body)) as (
        service,
        proxy,
    ):
        post(proxy, sent(LETTER).request)

    assert form_of(service.got[0]).document()["title"] == "Пока"
    assert form_of(proxy.seen[0].exchange.request).document()["title"] == "Пока"
