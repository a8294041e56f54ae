"""What lives at a further origin, on its whole way: recorded, agreed, proved, verified, mocked, served."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from pact import Verifier

from tests.support.workspaces import Team
from troth.api import Api
from troth.cassettes.read import load
from troth.errors import UnknownName
from troth.evidence import Counts, Verdict
from troth.exchange import SourceKind
from troth.loopback import direct_loopback
from troth.mock import ApiMock, Dispatcher, Library
from troth.openapi import document
from troth.pacts.engine import silent_output
from troth.pacts.freshness import check_pacts
from troth.pacts.verify import verify
from troth.scenario import Server
from troth.serve.run import ServeOptions, serve_provider
from troth.serve.stub import serve_stub
from troth.target import Target, live_target, open_fake, open_proxy, run_scenario, url_target
from troth.workspace import Workspace

UPLOADED = "a caption is uploaded"
PICTURE = "a picture is uploaded"
REFUSED = "an upload with another signature is refused"
CASSETTE = "cassettes/album/a_caption_is_uploaded.yaml"
PACT = "contracts/album/pacts/album-app-album.json"
PROVIDER = "providers/album/provider.py"
CLIENT = "consumers/album/client.py"
PUT = "PUT /captions/{key}"


@pytest.fixture
def workspace(album_team: Team) -> Workspace:
    return album_team.workspace()


@pytest.fixture
def album(workspace: Workspace) -> Api:
    return workspace.api("album")


# Recorded and agreed


def test_a_cassette_names_the_real_origins(album_team: Team) -> None:
    exchanges = load(album_team.root / CASSETTE).exchanges

    assert [each.request.url.partition("0000")[0] for each in exchanges] == [
        "https://album.example/v1/uploads",
        "https://uploads.example/store/captions/",
        "https://album.example/v1/pictures/",
    ]
    assert json.loads(exchanges[0].response.body)["url"] == "https://uploads.example/store"


def test_the_signature_of_a_url_is_redacted_as_the_contract_says(album_team: Team) -> None:
    exchanges = load(album_team.root / CASSETTE).exchanges

    assert exchanges[1].request.query == (("signature", "redacted-2"),)
    assert json.loads(exchanges[0].response.body)["signature"] == "redacted-2"


def test_no_credential_goes_to_a_further_origin(album_team: Team) -> None:
    exchanges = load(album_team.root / CASSETTE).exchanges

    assert [each.request.headers.get("Authorization") for each in exchanges] == [
        "Bearer {{secret:valid}}",
        None,
        "Bearer {{secret:valid}}",
    ]


def test_a_pact_names_the_path_on_our_side(album_team: Team) -> None:
    interactions = json.loads(album_team.read(PACT))["interactions"]

    assert [each["request"]["path"].partition("0000")[0] for each in interactions] == [
        "/uploads",
        "/_origins/uploads/captions/",
        "/pictures/",
        "/uploads",
        "/_origins/uploads/pictures",
        "/pictures/",
        "/uploads",
        "/_origins/uploads/captions/",
    ]


def test_a_scenario_proves_its_pact_on_both_origins(workspace: Workspace, album: Api) -> None:
    result = check_pacts(workspace, album)

    assert (result.findings, result.counts) == ((), Counts(8, 8, 8))


def test_a_pact_of_another_origin_is_not_proven(album_team: Team) -> None:
    album_team.edit(PACT, "/_origins/uploads/captions/", "/captions/")

    result = check_pacts(album_team.workspace(), album_team.workspace().api("album"))

    assert result.verdict is Verdict.BROKEN


def test_the_document_names_the_server_of_an_operation(album: Api) -> None:
    found: Any = document(album)["paths"]

    assert found["/captions/{key}"]["put"]["servers"] == [{"url": "https://uploads.example/store"}]
    assert found["/captions/{key}"]["put"]["security"] == []
    assert "servers" not in found["/uploads"]["post"]


# Verified


def test_the_fake_is_verified_on_both_origins(workspace: Workspace, album: Api) -> None:
    with open_fake(workspace, album) as target:
        result = verify(workspace, album, target)

    assert (result.findings, result.counts) == ((), Counts(8, 8, 8))


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ('"size": len(text.encode())', '"size": "14"', "field-type", "$.size"),
        (
            '_answer(201, {"key": key, "size"',
            '_answer(200, {"key": key, "size"',
            "status-undeclared",
            "status",
        ),
        ('{"key": key, "size"', '{"key": str(uuid.uuid4()), "size"', "echo-differs", "$.key"),
    ],
)
def test_a_break_of_a_further_origin_is_named(
    album_team: Team, old: str, new: str, code: str, path: str
) -> None:
    album_team.edit(PROVIDER, old, new)
    workspace = album_team.workspace()
    with open_fake(workspace, workspace.api("album")) as target:
        result = verify(workspace, workspace.api("album"), target, scenarios=[UPLOADED])

    assert (code, PUT, path) in {(each.code, each.operation, each.path) for each in result.findings}


def test_a_served_fake_is_verified_by_its_url(workspace: Workspace, album: Api) -> None:
    with serve_provider(workspace, album, ServeOptions(states=True)) as serving:
        target = url_target(workspace, album, serving.url, serving.states_token)
        result = verify(workspace, album, target)

    assert (result.findings, result.counts) == ((), Counts(8, 8, 8))


def bare_results(workspace: Workspace, album: Api) -> list[str]:
    """What Pact's own verifier says of each interaction, without troth's proxy."""
    with (
        serve_provider(workspace, album, ServeOptions(states=True)) as serving,
        direct_loopback(),
        silent_output(),
    ):
        verifier = Verifier("album", host="127.0.0.1")
        verifier.add_transport(url=serving.url).add_source(workspace.root / PACT)
        verifier.state_handler(f"{serving.url}/_troth/state?token={serving.states_token}", body=True)
        with contextlib.suppress(RuntimeError):
            verifier.verify()
    return [each["result"] for each in verifier.results["interactionResults"]]


def test_a_bare_verifier_passes_on_the_pact(workspace: Workspace, album: Api) -> None:
    assert bare_results(workspace, album) == ["OK"] * 8


def test_a_bare_verifier_sees_a_break_of_a_further_origin(album_team: Team) -> None:
    album_team.edit(PROVIDER, '"size": len(text.encode())', '"size": "14"')
    workspace = album_team.workspace()

    results = bare_results(workspace, workspace.api("album"))

    assert [number for number, result in enumerate(results) if result != "OK"] == [1]


# A client that breaks the rules


def test_a_credential_that_the_client_sends_along_is_found_and_kept_back(album_team: Team) -> None:
    album_team.edit(CLIENT, 'json={"text": text},', 'json={"text": text}, headers=self._headers,')
    workspace = album_team.workspace()
    album = workspace.api("album")
    with open_fake(workspace, album) as target, open_proxy(album, target) as proxy:
        ran = run_scenario(workspace.scenario(album, UPLOADED), target, proxy)

    assert ran.error is None  # the fake refuses an upload with a credential, so it got none
    assert [each.rule for judged in ran.judged for each in judged.mismatches] == ["credential-strayed"]


# Mocked and served


@pytest.fixture
def mocked(workspace: Workspace, album: Api) -> Iterator[ApiMock]:
    with Dispatcher() as dispatcher:
        made = ApiMock(album, dispatcher, Library(workspace))
        yield made
        made.close()


@pytest.mark.usefixtures("socket_disabled")
@pytest.mark.parametrize("name", [UPLOADED, PICTURE, REFUSED])
def test_a_mock_plays_both_origins(workspace: Workspace, album: Api, mocked: ApiMock, name: str) -> None:
    mocked.play(name)

    workspace.scenario(album, name).run(mocked.server)

    assert {each.request.origin for each in mocked.calls} == {
        "https://album.example",
        "https://uploads.example",
    }


@pytest.mark.usefixtures("socket_disabled")
def test_an_upload_that_was_never_recorded_is_a_miss(mocked: ApiMock) -> None:
    mocked.play(UPLOADED)

    with pytest.raises(requests.ConnectionError, match="no mock answers album"):
        requests.put("https://uploads.example/store/nothing", timeout=5)


@pytest.mark.usefixtures("socket_disabled")
def test_a_reply_by_hand_answers_at_the_further_origin(album: Api, mocked: ApiMock) -> None:
    mocked.reply(album.named("put_caption"), 403, {"error": "expired"})

    key = "00000000-0000-4000-8000-000000000001"
    url = f"https://uploads.example/store/captions/{key}?signature=s"
    reply = requests.put(url, json={"text": "Море"}, timeout=5)

    assert (reply.status_code, reply.json()) == (403, {"error": "expired"})


@pytest.mark.parametrize("name", [UPLOADED, PICTURE, REFUSED])
def test_a_mock_plays_both_origins_on_sockets(
    workspace: Workspace, album: Api, mocked: ApiMock, name: str
) -> None:
    """For clients that are not intercepted; the URLs that are handed out lead to a socket as well."""
    mocked.play(name)

    workspace.scenario(album, name).run(Server(mocked.url))

    assert len(mocked.calls) == len(load(workspace.cassette_path(workspace.scenario(album, name))).exchanges)


def test_a_stub_plays_both_origins(workspace: Workspace, album: Api) -> None:
    with serve_stub(workspace, album, ServeOptions()) as stub:
        target = Target(stub.url, {"valid": "any"}, SourceKind.SIMULATED, "the stub", held=frozenset([""]))
        with open_proxy(album, target) as proxy:
            ran = run_scenario(workspace.scenario(album, UPLOADED), target, proxy)

    assert ran.error is None
    assert len(ran.judged) == 3


@pytest.mark.parametrize(("title", "status"), [("Море", 201), ("Берег", 501)])
def test_a_stub_knows_a_form_by_its_parts(workspace: Workspace, album: Api, title: str, status: int) -> None:
    with serve_stub(workspace, album, ServeOptions()) as stub:
        headers = {"X-Troth-Scenario": PICTURE}
        ticket = requests.post(f"{stub.url}/uploads", headers=headers, timeout=5).json()
        reply = requests.post(
            f"{ticket['url']}/pictures",
            data={"key": ticket["key"], "x-signature": ticket["signature"], "title": title},
            files={"file": ("mine.png", b"drawn by me", "image/png")},
            headers=headers,
            timeout=5,
        )

    assert (ticket["url"], reply.status_code) == (f"{stub.url}/_origins/uploads", status)


def test_who_tries_the_fake_out_gets_no_credential_for_the_further_origin(
    workspace: Workspace, album: Api
) -> None:
    with serve_provider(workspace, album, ServeOptions()) as serving:
        ticket = requests.post(f"{serving.url}/uploads", timeout=5).json()
        reply = requests.put(
            f"{ticket['url']}/captions/{ticket['key']}",
            params={"signature": ticket["signature"]},
            json={"text": "Берег"},
            timeout=5,
        )

    # The fake refuses whoever sends a credential there.
    assert (ticket["url"], reply.status_code) == (f"{serving.url}/_origins/uploads", 201)


# Live


def test_live_settings_name_where_an_origin_is_reached(album_team: Team) -> None:
    album_team.append(
        "pyproject.toml", '\n[tool.troth.live.album.origins]\nuploads = "https://uploads.staging.example"\n'
    )
    workspace = album_team.workspace()

    assert live_target(workspace, workspace.api("album")).origins == {
        "uploads": "https://uploads.staging.example"
    }


def test_live_settings_of_an_origin_that_is_not_there_are_refused(album_team: Team) -> None:
    album_team.append(
        "pyproject.toml", '\n[tool.troth.live.album.origins]\nfiles = "https://files.example"\n'
    )
    workspace = album_team.workspace()

    with pytest.raises(UnknownName, match="origin of album"):
        live_target(workspace, workspace.api("album"))
