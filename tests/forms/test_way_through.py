"""A form on its whole way, with values that differ each time: recorded, proved, verified, mocked, served."""

from __future__ import annotations

import contextlib

import pytest
from pact import Verifier

from tests.support.workspaces import Team
from troth.canary import leaks
from troth.cassettes.read import load
from troth.evidence import Counts
from troth.loopback import direct_loopback
from troth.multipart import Part, form_of
from troth.pacts.engine import silent_output
from troth.pacts.files import committed
from troth.pacts.freshness import check_pacts
from troth.pacts.generate import exchange_of
from troth.pacts.verify import verify
from troth.serve.run import ServeOptions, serve_provider
from troth.target import open_fake, open_proxy, run_scenario

UPLOADED = "a picture is uploaded"
CASSETTE = "cassettes/album/a_picture_is_uploaded.yaml"
PACT = "contracts/album/pacts/album-app-album.json"
PROVIDER = "providers/album/provider.py"
CLIENT = "consumers/album/client.py"
PUT = "POST /pictures"


def test_a_cassette_holds_the_form_without_its_secrets(album_team: Team) -> None:
    request = load(album_team.root / CASSETTE).exchanges[1].request

    assert form_of(request).parts == (
        Part("key", b"00000000-0000-4000-8000-000000000001"),
        Part("x-signature", b"redacted-2"),
        Part("title", "Море".encode()),
        Part("file", b"redacted-4", "redacted-3", "image/png"),
    )
    assert request.headers.get("Content-Type") == "multipart/form-data; boundary=troth-boundary"


def test_a_second_recording_changes_nothing(album_team: Team) -> None:
    before = album_team.read(CASSETTE)

    ran = album_team.troth("record", "album", "--yes")

    assert (ran.status, album_team.read(CASSETTE)) == (0, before)


def test_the_fake_gets_the_values_of_its_own_answers(album_team: Team) -> None:
    """The signature is another one each time, and the fake takes no other."""
    workspace = album_team.workspace()
    with open_fake(workspace, workspace.api("album")) as target:
        result = verify(workspace, workspace.api("album"), target, scenarios=[UPLOADED])

    assert (result.findings, result.counts) == ((), Counts(3, 3, 3))


@pytest.mark.parametrize(
    ("old", "new", "code", "operation", "path"),
    [
        ('{"key": key, "size": len(file', '{"key": "k", "size": len(file', "field-constraint", PUT, "$.key"),
        ('request.form["x-signature"]', '"another"', "status-undeclared", PUT, "status"),
        ('= request.form.get("title")', "= 7", "field-type", "GET /pictures/{key}", "$.caption"),
    ],
)
def test_a_break_of_the_fake_is_named(
    album_team: Team, old: str, new: str, code: str, operation: str, path: str
) -> None:
    album_team.edit(PROVIDER, old, new)
    album_team.edit(
        "contracts/album/operations.py",
        'responses={201: Stored, 403: Problem},\n    echoes=(Echo("$.key"',
        'responses={201: Stored},\n    echoes=(Echo("$.key"',
    )
    workspace = album_team.workspace()
    with open_fake(workspace, workspace.api("album")) as target:
        result = verify(workspace, workspace.api("album"), target, scenarios=[UPLOADED])

    assert (code, operation, path) in {(each.code, each.operation, each.path) for each in result.findings}


def test_a_bare_verifier_replays_the_form(album_team: Team) -> None:
    workspace = album_team.workspace()
    with (
        serve_provider(workspace, workspace.api("album"), ServeOptions(states=True)) as serving,
        direct_loopback(),
        silent_output(),
    ):
        verifier = Verifier("album", host="127.0.0.1")
        verifier.add_transport(url=serving.url).add_source(workspace.root / PACT)
        verifier.state_handler(f"{serving.url}/_troth/state?token={serving.states_token}", body=True)
        # troth: ignore[Q304] other interactions may fail here: what this one came to is looked at below
        with contextlib.suppress(RuntimeError):
            verifier.verify()

    found = {each["description"]: each["result"] for each in verifier.results["interactionResults"]}
    assert found[f"{UPLOADED} / 2. put_picture answers 201"] == "OK"


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('"title": title', '"title": title + "!"', "$.title"),
        ("ticket.signature,", '"a signature of my own",', '$["x-signature"]'),
        ('"image/png"', '"image/jpeg"', "$.file.content_type"),
    ],
)
def test_a_client_that_sends_another_form_does_not_prove_the_pact(
    album_team: Team, old: str, new: str, path: str
) -> None:
    text = album_team.read(CLIENT)
    upload = text[text.index("def upload") :]
    album_team.write(CLIENT, text.replace(upload, upload.replace(old, new, 1)))
    workspace = album_team.workspace()

    result = check_pacts(workspace, workspace.api("album"))

    assert [(each.code, each.scenario, each.path) for each in result.findings] == [
        ("pact-not-proven", UPLOADED, path)
    ]


def test_a_client_that_sends_the_file_first_is_found_as_it_is_recorded(album_team: Team) -> None:
    album_team.edit(
        CLIENT,
        "data=form, files=files,",
        "files=[*files.items(), *((name, (None, value)) for name, value in form.items())],",
    )
    workspace = album_team.workspace()
    album = workspace.api("album")
    with open_fake(workspace, album) as target, open_proxy(album, target) as proxy:
        ran = run_scenario(workspace.scenario(album, UPLOADED), target, proxy)

    found = [mismatch for judged in ran.judged for mismatch in judged.mismatches]
    assert [(each.operation, each.path, each.rule) for each in found] == [(PUT, "$.file", "part-order")]


def test_the_file_of_the_client_is_nowhere_in_the_workspace(album_team: Team) -> None:
    written = [album_team.root / CASSETTE, album_team.root / PACT]
    workspace = album_team.workspace()
    [interaction] = [
        each
        for each in committed(written[1]).pact.of(UPLOADED)
        if each.description.endswith("put_picture answers 201")
    ]

    kept = exchange_of(workspace.api("album"), interaction).request

    assert kept.body == load(written[0]).exchanges[1].request.body
    assert [leaks(path.read_bytes(), {"name": "отпуск.png"}) for path in written] == [(), ()]
