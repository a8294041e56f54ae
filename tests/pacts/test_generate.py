from __future__ import annotations

import json

import pytest

from tests.pacts.library import LENT, LOAN, SERVER, exchange, library_api, recorded
from troth.exchange import Exchange
from troth.pacts.generate import NotGenerated, exchange_of, generate
from troth.pacts.model import Interaction, Pact
from troth.provider import JsonScalar


def calls(*steps: Exchange, values: dict[str, JsonScalar] | None = None) -> list[Interaction]:
    """The interactions of these steps, none of which is a webhook."""
    made = generate(library_api(), recorded(*steps, values=values))
    return [each for each in made if isinstance(each, Interaction)]


def only(one: Exchange, values: dict[str, JsonScalar] | None = None) -> Interaction:
    (interaction,) = calls(one, values=values)
    return interaction


def test_each_step_has_its_name() -> None:
    names = [each.description for each in generate(library_api(), recorded(*LENT))]

    assert names == [
        "reading / 1. lend answers 201",
        "reading / 2. loan answers 200",
        "reading / 3. list_loans answers 200",
        "reading / 4. end answers 204",
    ]


def test_each_step_has_both_states() -> None:
    second = generate(library_api(), recorded(*LENT))[1]

    assert second.document()["providerStates"] == [
        {"name": "a card is valid", "params": {"days": 3}},
        {
            "name": "the scenario's earlier steps have run",
            "params": {"scenario": "reading", "step": 2, "links": {"step1.id": "step 1 $.id"}},
        },
    ]


def test_what_an_earlier_step_gave_is_a_generator() -> None:
    made = calls(*LENT)

    assert made[1].request.generators == {
        "path": {"type": "ProviderState", "expression": "/loans/${step1.id}", "dataType": "STRING"}
    }
    assert made[2].request.generators == {
        "query": {"ids": {"type": "ProviderState", "expression": "${step1.id}", "dataType": "STRING"}}
    }


def test_a_linked_value_is_asked_for_exactly() -> None:
    second = calls(*LENT)[1]

    assert (second.request.path, second.request.matchingRules) == (f"/loans/{LOAN}", None)


def test_a_value_of_the_provider_state_is_a_generator() -> None:
    made = only(exchange("GET", "/shelves/4711", 200, came=[]), {"shelf": 4711})

    assert made.request.generators == {
        "path": {"type": "ProviderState", "expression": "/shelves/${shelf}", "dataType": "STRING"}
    }
    assert made.place is not None
    assert made.place.values == {"shelf": 4711}


def test_the_path_is_below_the_base_path_of_the_server() -> None:
    assert only(exchange("GET", "/shelves/7", 200, came=[])).request.path == "/shelves/7"


def test_what_redaction_replaced_is_asked_for_by_its_form() -> None:
    first = calls(*LENT)[0]

    assert first.request.matchingRules is not None
    assert first.request.matchingRules["body"] == {
        "$.reader": {"combine": "AND", "matchers": [{"match": "type"}]}
    }


def test_a_hidden_value_in_a_path_or_a_query_is_asked_for_by_its_form() -> None:
    in_path = only(exchange("GET", f"/loans/{LOAN}", 404))
    in_query = only(exchange("GET", f"/loans?ids={LOAN}&order=title", 200, came=[]))

    assert in_path.request.matchingRules == {
        "path": {"combine": "AND", "matchers": [{"match": "regex", "regex": "/loans/[^/]+"}]}
    }
    assert in_query.request.matchingRules is not None
    assert in_query.request.matchingRules.keys() == {"query"}
    assert in_query.request.query == {"ids": [LOAN], "order": ["title"]}


def test_an_empty_body_is_asserted() -> None:
    assert only(exchange("GET", f"/loans/{LOAN}", 404)).document()["response"] == {
        "status": 404,
        "body": {"content": ""},
    }


def test_any_body_is_left_open() -> None:
    assert only(exchange("GET", "/motto", 302)).response.body is None


def test_a_text_is_matched_by_its_pattern() -> None:
    made = only(exchange("GET", "/motto", 200, came=b"Read", answered={"Content-Type": "text/plain"}))

    assert made.response.body is not None
    assert made.response.body.content == "Read"
    assert made.response.matchingRules is not None
    assert made.response.matchingRules["body"] == {
        "$": {"combine": "AND", "matchers": [{"match": "regex", "regex": "[A-Z].*"}]}
    }


def test_a_header_that_the_contract_names_is_matched_by_its_pattern() -> None:
    made = only(exchange("GET", "/busy", 503, answered={"retry-after": "3", "X-Other": "1"}))

    assert made.response.headers == {"Retry-After": ["3"]}
    assert made.response.matchingRules == {
        "header": {"Retry-After": {"combine": "AND", "matchers": [{"match": "regex", "regex": r"\d+"}]}}
    }


def test_a_body_that_is_no_json_is_kept_byte_for_byte() -> None:
    made = only(exchange("POST", "/loans", 400, sent=b'{"shelf": '))

    assert exchange_of(library_api(), made).request.body == b'{"shelf": '


def test_only_headers_that_are_agreed_are_asked_for() -> None:
    made = only(exchange("GET", "/shelves/7", 200, came=[], headers={"User-Agent": "reader"}))

    assert made.request.headers == {"X-Card": ["{{secret:valid}}"]}


def test_the_example_is_the_exchange() -> None:
    example = exchange_of(library_api(), generate(library_api(), recorded(*LENT))[0])

    assert (example.request.method, example.request.url) == ("POST", f"{SERVER}/loans")
    assert json.loads(example.request.body) == json.loads(LENT[0].request.body)
    assert json.loads(example.response.body) == json.loads(LENT[0].response.body)


def test_the_same_recording_gives_the_same_text() -> None:
    texts = {
        Pact("reader", "library", generate(library_api(), recorded(*LENT))).text(),
        Pact("reader", "library", generate(library_api(), recorded(*LENT))).text(),
    }

    assert len(texts) == 1


@pytest.mark.parametrize(
    "broken",
    [
        exchange("GET", "/nowhere", 200),
        exchange("GET", "/shelves/7", 418),
        exchange("GET", "/shelves/7", 200, came=b"[{"),
    ],
)
def test_what_the_contract_does_not_know_gives_no_pact(broken: Exchange) -> None:
    with pytest.raises(NotGenerated):
        only(broken)
