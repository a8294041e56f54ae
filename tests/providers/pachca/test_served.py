"""``troth serve pachca``, as people use it: any client, with no credentials."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
import requests
from werkzeug.test import Client

from contracts.pachca import pachca as api
from providers.pachca.provider import create
from tests.providers.pachca.stage import GENERAL, Receiver
from troth.loopback import direct_loopback
from troth.provider import ProviderOptions
from troth.serve.run import ServeOptions, Serving, serve_provider
from troth.workspace import Workspace

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ROOT = Path(__file__).parents[3]
HELLO = {"message": {"entity_id": GENERAL, "content": "Привет, мир 👋"}}


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serving]:
    monkeypatch.delenv("PACHCA_SIGNING_SECRET", raising=False)
    monkeypatch.delenv("PACHCA_TOKEN", raising=False)
    with direct_loopback(), serve_provider(Workspace.find(ROOT), api, ServeOptions()) as serving:
        yield serving


def post(serving: Serving, path: str, body: object = None) -> requests.Response:
    return requests.post(serving.url + path, json=body, timeout=10)


def get(serving: Serving, path: str) -> requests.Response:
    return requests.get(serving.url + path, timeout=10)


def test_who_tries_it_out_is_let_in_as_the_bot(served: Serving) -> None:
    sent = post(served, "/messages", HELLO)

    assert (sent.status_code, sent.json()["data"]["content"]) == (201, "Привет, мир 👋")
    assert sent.json()["data"]["user_id"] == get(served, "/profile").json()["data"]["id"]


def test_a_wrong_token_is_refused(served: Serving) -> None:
    answer = requests.get(served.url + "/profile", headers={"Authorization": "Bearer another"}, timeout=10)

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


def test_the_limit_can_be_met_with_forty_quick_messages(served: Serving) -> None:
    with requests.Session() as session:
        answers = [session.post(f"{served.url}/messages", json=HELLO, timeout=10) for _ in range(80)]

    counted = Counter(answer.status_code for answer in answers)
    assert set(counted) == {201, 429}
    assert counted[201] >= 30
    assert {answer.headers.get("Retry-After") for answer in answers} == {None, "1"}


def test_what_is_modelled_can_be_asked_without_a_token(served: Serving) -> None:
    answer = get(served, "/_troth/modelled")

    assert (answer.status_code, "POST /messages" in answer.json()["modelled"]) == (200, True)


def test_a_file_is_uploaded_as_a_form(served: Serving) -> None:
    form = post(served, "/uploads").json()
    url = form.pop("direct_url")

    answer = requests.post(url, data=form, files={"file": ("report.txt", b"text")}, timeout=10)

    file = {"key": form["key"].replace("${filename}", "report.txt"), "name": "report.txt"}
    body = {"message": {**HELLO["message"], "files": [{**file, "file_type": "file", "size": 4}]}}
    assert (answer.status_code, post(served, "/messages", body).status_code) == (204, 201)


def test_a_webhook_is_signed_with_the_secret_that_everybody_knows(
    served: Serving, receiver: Receiver
) -> None:
    webhook = {"webhook": {"outgoing_url": receiver.url}}
    requests.put(f"{served.url}/bot/webhook", json=webhook, timeout=10)
    post(served, "/messages", HELLO)

    it = receiver.take()

    expected = hmac.new(b"pachca-fake-signing-secret", it.body, hashlib.sha256).hexdigest()
    assert it.headers["Pachca-Signature"] == expected


def test_the_notes_say_where_to_begin(served: Serving) -> None:
    notes = " ".join(served.notes)

    assert [word in notes for word in ("chat 1", "chat 2", "PACHCA_SIGNING_SECRET", "/_troth/modelled")] == [
        True
    ] * 4


@pytest.mark.parametrize("strangers", [True, False])
def test_a_secret_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch, *, strangers: bool) -> None:
    monkeypatch.setenv("PACHCA_SIGNING_SECRET", "from-outside")

    provider = create(ProviderOptions(strangers=strangers))
    provider.close()

    assert provider.credentials["signing"] == "from-outside"
    assert "from-outside" not in " ".join(provider.notes)


def test_scenarios_have_a_secret_and_a_token_that_nobody_can_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PACHCA_SIGNING_SECRET", raising=False)
    first, second = (create(ProviderOptions()) for _ in range(2))
    first.close()
    second.close()

    secrets = {*first.credentials.values(), *second.credentials.values()}
    assert (sorted(first.credentials), len(secrets)) == (["signing", "valid"], 4)


def an_answer_to_what_is_generated() -> tuple[object, bytes]:
    """The credentials of a fake for generated requests, and one of its answers."""
    provider = create(ProviderOptions(generated=True))
    token = provider.credentials["valid"]
    provider.states["a busy workspace"]({})
    app = cast("WSGIApplication", provider.app)
    answer = Client(app).post("/uploads", headers={"Authorization": f"Bearer {token}"})
    provider.close()
    return provider.credentials, answer.data


def test_to_what_is_generated_every_fake_answers_alike() -> None:
    first = an_answer_to_what_is_generated()

    again = an_answer_to_what_is_generated()

    assert b'"policy":' in first[1]
    assert again == first


def test_closing_ends_the_threads(receiver: Receiver) -> None:
    provider = create(ProviderOptions())
    provider.states["a bot with a webhook"]({"url": receiver.url})
    provider.states["events in the history"]({})
    receiver.takes(3)

    provider.close()

    assert "pachca-webhooks" not in {thread.name for thread in threading.enumerate()}
