"""A form in a pact: kept as it is, compared part by part, filled when it is replayed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import requests

from tests.forms.stage import LETTER, PNG, Parts, changed, sent, without
from tests.forms.test_mock import TICKET, api_with_tickets, ticketed
from troth.exchange import Exchange, Request, Response
from troth.links import filled, find_links
from troth.multipart import body_document, form_of
from troth.pacts.generate import Recorded, exchange_of, generate
from troth.pacts.keep import still_holds
from troth.pacts.model import Interaction
from troth.pacts.relay import Proof, prove
from troth.redact import redact
from troth.scenario import Scenario, Server, State
from troth.steps import Recording, Steps

LINKED = (ticketed(), sent(changed("key", TICKET)))


def recorded(*exchanges: Exchange) -> Recorded:
    """What the cassette of these exchanges holds."""
    return Recorded("a letter", State(), redact(api_with_tickets(), exchanges).exchanges)


def test_a_pact_keeps_the_form_byte_for_byte() -> None:
    held = recorded(*LINKED)

    interaction = generate(api_with_tickets(), held)[1]

    again = exchange_of(api_with_tickets(), interaction)
    assert again.request.body == held.exchanges[1].request.body
    assert interaction.document()["request"]["body"]["contentType"] == "multipart/form-data"  # type: ignore[index,call-overload]


def test_any_boundary_fits_the_pact() -> None:
    document = json.dumps(generate(api_with_tickets(), recorded(*LINKED))[1].document())

    assert r"(?i)multipart/form\\-data(\\s*;.*)?" in document


def test_the_part_that_an_earlier_answer_gave_is_told_and_not_left_to_pact() -> None:
    interaction = generate(api_with_tickets(), recorded(*LINKED))[1]

    assert isinstance(interaction, Interaction)
    assert interaction.place is not None
    assert interaction.place.links == {"step1.key": "step 1 $.key"}
    assert interaction.request.generators is None


def test_the_old_examples_of_a_form_still_hold() -> None:
    api, held = api_with_tickets(), recorded(*LINKED)

    assert still_holds(api, generate(api, held), generate(api, held), held)


# The proof


def proven(first: Parts, *, key: str | None = None) -> Proof:
    """A scenario that takes a ticket and sends a form with its key, or with ``key``."""

    def run(server: Server) -> None:
        found = requests.post(f"{server.url}/tickets", timeout=5).json()["key"]
        parts = [(name, (key or found) if name == "key" else value) for name, value in first]
        request = sent(parts, boundary="of-the-client").request
        requests.post(
            f"{server.url}/letters", data=request.body, headers=dict(request.headers), timeout=5
        ).raise_for_status()

    api = api_with_tickets()
    scenario = Scenario(api, "a letter", run, State())
    return prove(scenario, generate(api, recorded(*LINKED)), consumer="writer")


@pytest.mark.parametrize(
    "parts", [LETTER, changed("x-secret", "another"), changed("file", ("b.png", b"new" * 999, "image/png"))]
)
def test_a_form_that_means_the_same_proves_the_pact(parts: Parts) -> None:
    assert proven(parts).findings == ()


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        (changed("title", "Пока"), "$.title"),
        (changed("kind", "sea"), "$.kind"),
        (without("title"), "$.title"),
        (changed("file", ("a.gif", PNG, "image/gif")), "$.file.content_type"),
    ],
)
def test_a_part_that_differs_is_named(parts: Parts, path: str) -> None:
    assert [(each.code, each.path) for each in proven(parts).findings] == [("pact-not-proven", path)]


def test_a_hidden_part_that_an_earlier_answer_gave_must_be_that_one() -> None:
    other = "00000000-0000-4000-8000-0000000000bb"

    assert [(each.code, each.path) for each in proven(LETTER, key=other).findings] == [
        ("pact-not-proven", "$.key")
    ]


def test_parts_in_a_wrong_order_are_found_by_the_judge() -> None:
    found = proven((LETTER[4], *LETTER[:4])).findings

    assert len(found) == 1
    assert "part-order" in found[0].message


# Links


def test_a_value_of_an_answer_is_linked_to_the_part_that_takes_it() -> None:
    [link] = find_links(LINKED)

    assert (link.name, link.place, link.where) == ("step1.key", "body", ("key",))


def test_a_link_is_filled_in_a_form_that_stays() -> None:
    request = filled(LINKED[1].request, find_links(LINKED), {"step1.key": "another-key"})

    document = body_document(request)
    assert document == {**body_document(LINKED[1].request), "key": "another-key"}  # type: ignore[dict-item]
    assert form_of(request).parts[-1].content == PNG


def steps() -> Steps:
    return Steps(lambda _: Recording(LINKED))


def test_earlier_steps_send_the_form_with_the_value_of_this_time() -> None:
    got: list[Request] = []
    later = replace(LINKED[0], request=replace(LINKED[0].request))

    def send(request: Request) -> Response:
        got.append(request)
        return ticketed("00000000-0000-4000-8000-0000000000cc").response if len(got) == 1 else Response(201)

    Steps(lambda _: Recording((*LINKED, later))).run("a letter", 3, send)

    assert body_document(got[1]) == {
        **body_document(LINKED[1].request),  # type: ignore[dict-item]
        "key": "00000000-0000-4000-8000-0000000000cc",
    }


def test_the_request_of_a_step_is_filled_on_its_way() -> None:
    request = steps().form("a letter", 2, LINKED[1].request, {"step1.key": "new"})

    assert form_of(request).document()["key"] == "new"


def test_a_request_that_is_no_form_goes_on_as_it_is() -> None:
    request = replace(LINKED[1].request, body=b"no form")

    assert steps().form("a letter", 2, request, {"step1.key": "new"}) == request
