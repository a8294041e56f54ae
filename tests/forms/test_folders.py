"""A file lies where its upload was given leave to lie: ``${filename}`` of a key stands for its name."""

from __future__ import annotations

import json
from typing import Annotated

import pytest

from troth.api import Api, Empty
from troth.exchange import Exchange, Headers, Request, Response
from troth.fields import Parts, Payload
from troth.links import filled, find_links, taken
from troth.pacts.generate import Recorded, exchange_of, generate
from troth.pacts.model import Interaction
from troth.scenario import State

JSON = Headers.of({"Content-Type": "application/json"})
GIVEN = "files/7f/abcd-1/${filename}"


class Given(Payload, source="assumed"):
    """Leave to upload."""

    key: str


class Sent(Payload, source="assumed"):
    """A message with a file."""

    key: Annotated[str, Parts(r"(.+)/([^/]+)")]


def given(key: str = GIVEN) -> Exchange:
    return Exchange(
        Request("POST", "https://post.example/uploads"),
        Response(201, JSON, json.dumps({"key": key}).encode()),
    )


def sent(key: str = "files/7f/abcd-1/письмо.png") -> Exchange:
    body = json.dumps({"key": key}).encode()
    return Exchange(Request("POST", "https://post.example/messages", JSON, body), Response(201))


def post_api() -> Api:
    api = Api("post", server="https://post.example")
    api.post("/uploads", name="ask", responses={201: Given})
    api.post("/messages", name="send", body=Sent, responses={201: Empty})
    return api


def test_the_folder_of_a_key_is_linked_to_the_file_in_it() -> None:
    [link] = find_links([given(), sent()])

    assert (link.name, link.where, link.value) == ("step1.key.folder", ("key",), "files/7f/abcd-1")


def test_the_key_itself_is_linked_as_a_whole() -> None:
    [link] = find_links([given(), sent(GIVEN)])

    assert (link.name, link.folder) == ("step1.key", False)


@pytest.mark.parametrize(
    "key", ["files/7f/other/письмо.png", "files/7f/abcd-1/in/письмо.png", "письмо.png", "files/7f/abcd-1"]
)
def test_a_file_elsewhere_is_not_linked(key: str) -> None:
    assert find_links([given(), sent(key)]) == ()


@pytest.mark.parametrize("key", ["files/7f/abcd-1/${name}", "${filename}", "ab/${filename}", "x${filename}"])
def test_another_key_names_no_folder(key: str) -> None:
    links = find_links([given(key), sent(key.rpartition("/")[0] + "/письмо.png")])

    assert [link for link in links if link.folder] == []


def test_the_folder_of_this_time_is_taken_for_the_name() -> None:
    [link] = find_links([given(), sent()])

    value = taken(given("files/00/new/${filename}"), link)
    request = filled(sent().request, [link], {link.name: value})

    assert json.loads(request.body) == {"key": "files/00/new/письмо.png"}


def test_a_key_that_names_no_folder_any_more_gives_nothing() -> None:
    [link] = find_links([given(), sent()])

    with pytest.raises(LookupError):
        taken(given("files"), link)


def test_pact_puts_the_folder_before_the_name() -> None:
    api = post_api()
    recorded = Recorded(
        "a file is sent", State(), (given("redacted-1/${filename}"), sent("redacted-1/redacted-2"))
    )

    interaction = generate(api, recorded)[1]

    assert isinstance(interaction, Interaction)
    assert interaction.request.generators == {
        "body": {
            "$.key": {
                "type": "ProviderState",
                "expression": "${step1.key.folder}/redacted-2",
                "dataType": "STRING",
            }
        }
    }
    # The name is the client's own, so that any file in any folder fits the form of the key.
    assert "$.key" in json.dumps(interaction.request.matchingRules)
    assert exchange_of(api, interaction).request.body == b'{"key":"redacted-1/redacted-2"}'
