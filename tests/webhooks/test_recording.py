"""Recording: webhooks among the steps, in the cassette's own key, and back."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
import requests
import vcr  # type: ignore[import-untyped]

from tests.support.workspaces import Team
from troth.cassettes import read
from troth.cassettes.meaning import changes
from troth.cassettes.read import load, parse
from troth.cassettes.write import dump
from troth.errors import BrokenFile
from troth.exchange import Exchange
from troth.serve.run import ServeOptions, serve_provider

TOLD = "cassettes/bell/a_ring_is_told.yaml"
REFUSED = "cassettes/bell/a_ring_that_another_secret_signed_is_refused.yaml"
PACT = "contracts/bell/pacts/porter-app-bell.json"
PROVIDER = "providers/bell/provider.py"
SCENARIOS = "consumers/bell/scenarios.py"
SECRET = "bell-signing-secret-of-the-fake"
RECORD = ("record", "bell", "--yes")


def steps(team: Team, path: str) -> list[tuple[str, int]]:
    """What was recorded, by where it was sent, and how it was answered."""
    return [
        (each.request.url.rpartition("/")[2][:10], each.response.status)
        for each in load(team.root / path).exchanges
    ]


def test_a_webhook_stands_where_the_scenario_took_it(bell_team: Team) -> None:
    assert steps(bell_team, TOLD) == [
        ("hook", 204),
        ("rings", 201),
        ("webhook:ri", 200),
        ("00000000-0", 200),
    ]


def test_the_answer_is_the_one_that_the_scenario_gave(bell_team: Team) -> None:
    assert steps(bell_team, REFUSED)[2] == ("webhook:ri", 401)


def test_the_file_keeps_webhooks_under_troth(bell_team: Team) -> None:
    text = bell_team.read(TOLD)

    assert "  webhooks:\n  - after: 2\n    webhook: 'ring_event'\n" in text
    assert "webhook:" not in text.partition("\ntroth:\n")[0]
    assert text.endswith("    answer: 200\n")


def test_a_delivery_names_the_public_inbox(bell_team: Team) -> None:
    text = bell_team.read(TOLD)

    assert (
        json.loads(load(bell_team.root / TOLD).exchanges[0].request.body)["url"]
        == "https://porter.example/bell"
    )
    assert "127.0.0.1" not in text


@pytest.mark.parametrize("path", [TOLD, REFUSED])
def test_both_readers_agree(bell_team: Team, path: str) -> None:
    file = bell_team.root / path
    text = file.read_text(encoding="utf-8")

    quick, whole = read._quick(text, file), read._through_yaml(text, file)

    assert quick is not None
    assert quick == whole


@pytest.mark.parametrize("path", [TOLD, REFUSED])
def test_what_was_read_is_written_as_it_was(bell_team: Team, path: str) -> None:
    assert dump(load(bell_team.root / path)) == bell_team.read(path)


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\x00", "it's \u2028 \n ünïcode".encode()])
def test_any_body_is_read_as_it_was_written(bell_team: Team, body: bytes) -> None:
    cassette = load(bell_team.root / TOLD)
    before, hook = cassette.exchanges[:2], cassette.exchanges[2]
    odd = replace(hook, request=replace(hook.request, body=body))
    text = dump(replace(cassette, exchanges=(odd, *before, odd, odd)).sealed())

    found = parse(text, cassette.path)

    assert [each.request.body for each in found.exchanges if each.inbound] == [body] * 3
    assert [each.inbound for each in found.exchanges] == [True, False, False, True, True]
    assert not found.edited


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("after: 2", "after: 1"),
        ("answer: 200", "answer: 204"),
        ("webhook: 'ring_event'", "webhook: 'silence_event'"),
        ('"note": "redacted-1"}, "sent"', '"note": "redacted-2"}, "sent"'),
        ("X-Signature: ['", "X-Signature: ['0"),
    ],
)
def test_a_webhook_that_was_edited_by_hand_is_told(bell_team: Team, old: str, new: str) -> None:
    bell_team.edit(TOLD, old, new)

    ran = bell_team.troth("check")

    assert ran.status == 1
    assert "cassette-edited" in ran.out


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("after: 2", "after: -1", "troth.webhooks.0.after"),
        ("after: 2", "after: '2'", "troth.webhooks.0.after"),
        ("webhook: 'ring_event'", "webhook: 'Ring/event'", "troth.webhooks.0.webhook"),
        ("answer: 200", "answer: 20", "troth.webhooks.0.answer"),
        ("answer: 200", "answered: 200", "troth.webhooks.0.answer"),
    ],
)
def test_a_broken_entry_is_named_with_its_line(bell_team: Team, old: str, new: str, place: str) -> None:
    bell_team.edit(TOLD, old, new)
    lines = bell_team.read(TOLD).splitlines()

    with pytest.raises(BrokenFile, match=place) as told:
        load(bell_team.root / TOLD)

    assert told.value.line is not None
    assert new in "\n".join(lines[told.value.line - 1 : told.value.line + 6])


@pytest.mark.parametrize("text", ["ring", "{}", "[ring]", "[[]]"])
def test_webhooks_that_are_no_list_of_entries_are_refused(bell_team: Team, text: str) -> None:
    written = bell_team.read(TOLD).partition("  webhooks:\n")[0]
    bell_team.write(TOLD, f"{written}  webhooks: {text}\n")

    with pytest.raises(BrokenFile, match=r"troth\.webhooks"):
        load(bell_team.root / TOLD)


def test_vcrpy_replays_the_calls_of_the_file(bell_team: Team) -> None:
    file = bell_team.root / TOLD
    with vcr.use_cassette(str(file), record_mode="none") as played, requests.Session() as session:
        rung = session.post("https://bell.example/v1/rings", json={"note": "redacted-1"}, timeout=5)

    assert (rung.status_code, played.play_count, len(played)) == (201, 1, 3)


# Recording again


def test_recording_again_writes_nothing(bell_team: Team) -> None:
    before = [bell_team.read(path) for path in (TOLD, REFUSED, PACT)]

    ran = bell_team.troth("record", "bell", "--yes")

    assert "2 cassettes say the same as before\n" in ran.out
    assert [bell_team.read(path) for path in (TOLD, REFUSED, PACT)] == before


def test_recording_at_another_time_is_silent_too(bell_team: Team) -> None:
    bell_team.edit(PROVIDER, '"sent": int(time.time())', '"sent": int(time.time()) - 30')

    ran = bell_team.troth("record", "bell", "--dry-run")

    assert "2 cassettes say the same as before\n" in ran.out


@pytest.mark.parametrize(
    ("file", "old", "new", "shown"),
    [
        (
            PROVIDER,
            '"sent": int(time.time())}',
            '"sent": int(time.time()), "loud": True}',
            "3 request $.loud: new",
        ),
        (
            SCENARIOS,
            "server.inbox.receive(porter.receive)",
            "server.inbox.receive(lambda d: porter.receive(d) + 2)",
            "new: webhook ring_event answers 202",
        ),
        (
            SCENARIOS,
            "    event = porter.heard[0]\n",
            "    event = porter.heard[0]\n    client.find(event.ring.id)\n",
            "new: GET /rings/{id} answers 200",
        ),
    ],
)
def test_a_change_of_meaning_is_shown(bell_team: Team, file: str, old: str, new: str, shown: str) -> None:
    bell_team.edit(file, old, new)

    ran = bell_team.troth("record", "bell", "--dry-run")

    assert shown in ran.out


def changed(team: Team, **headers: str) -> list[str]:
    """What differs in meaning, if the recorded webhook had these headers."""
    api = team.workspace().api("bell")
    old = load(team.root / TOLD).exchanges
    pairs = old[2].request.headers
    for name, value in headers.items():
        pairs = pairs.with_(name.replace("_", "-"), value)
    new: list[Exchange] = list(old)
    new[2] = replace(old[2], request=replace(old[2].request, headers=pairs))
    return [str(each) for each in changes(api, old, new)]


def test_another_signature_is_no_change_but_none_is(bell_team: Team) -> None:
    assert changed(bell_team, X_Signature="0" * 64) == []
    assert changed(bell_team, Content_Type="text/json") == [
        "3 request header content-type: application/json becomes text/json"
    ]


# What is not recorded


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"ring": ring, "sent"', '"rung": ring, "sent"', "field-missing"),
        ("SECRET.encode(), body", 'b"another", body', "signature-invalid"),
        ('"type": "ring"', '"type": "bang"', "operation-unknown"),
        ('"X-Signature": signature', '"X-Sign": signature', "header-missing"),
    ],
)
def test_a_break_of_a_delivery_is_named_and_not_recorded(
    bell_team: Team, old: str, new: str, code: str
) -> None:
    before = bell_team.read(TOLD)
    bell_team.edit(PROVIDER, old, new)
    bell_team.edit(
        SCENARIOS, "server.inbox.receive(porter.receive)", "server.inbox.receive(lambda _: 200)\n    return"
    )

    ran = bell_team.troth("record", "bell", "a ring is told", "--yes")

    assert (ran.status, bell_team.read(TOLD)) == (1, before)
    assert code in ran.out


def test_a_scenario_that_waits_in_vain_says_so(bell_team: Team) -> None:
    bell_team.edit(PROVIDER, "if self._hook:", "if False:")
    bell_team.edit(SCENARIOS, "receive(porter.receive)", "receive(porter.receive, timeout=0.1)")

    ran = bell_team.troth("record", "bell", "a ring is told", "--yes")

    assert ran.status == 1
    assert "scenario-failed" in ran.out
    assert "scenarios.py:16: server.inbox.receive(porter.receive, timeout=0.1)" in ran.out
    assert "(a webhook was not delivered within 0.1 s)" in ran.out


# Secrets


CANARY = "canary-4c1d7e90b2f84b6d"


def files(root: Path) -> dict[str, str]:
    """What the workspace holds of what was seen, by path."""
    folders = [root / "cassettes", root / "contracts" / "bell" / "pacts", root / ".troth"]
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {os.fspath(path.relative_to(root)): path.read_text(encoding="utf-8") for path in found}


def test_the_secret_and_its_signatures_stand_nowhere(bell_team: Team) -> None:
    bell_team.edit(PROVIDER, SECRET, CANARY)
    bell_team.edit(
        PROVIDER,
        '"X-Signature": signature}\n',
        '"X-Signature": signature, "X-Debug": SECRET}\n            SIGNED.write(signature + "\\n")\n',
    )
    bell_team.edit(PROVIDER, "ROUTES = Map", 'SIGNED = open("signed.txt", "a", buffering=1)\n\nROUTES = Map')
    bell_team.edit(PROVIDER, '"note": json.loads', '"key": SECRET, "note": json.loads')
    bell_team.remove("cassettes")

    reports = [
        bell_team.troth(*RECORD),
        bell_team.troth("check", "--format", "json"),
        bell_team.troth("matrix"),
    ]

    real = bell_team.read("signed.txt").split()
    seen = "".join([*files(bell_team.root).values(), *(each.out + each.err for each in reports)])
    assert reports[0].status == 0, reports[0].out + reports[0].err
    assert len(real) >= 4
    assert [each for each in (CANARY, *real) if each in seen] == []


def test_a_report_of_a_break_holds_no_secret(bell_team: Team) -> None:
    bell_team.edit(PROVIDER, SECRET, CANARY)
    bell_team.edit(PROVIDER, '"sent": int(time.time())}', '"sent": SECRET}')

    ran = bell_team.troth("check", "--format", "json", env={"BELL_SIGNING_SECRET": CANARY})

    assert ran.status == 1
    assert CANARY not in ran.out + ran.err
    assert "{{secret:signing}}" in ran.out


def test_a_signing_secret_in_a_cassette_is_a_leak(bell_team: Team) -> None:
    ran = bell_team.troth("check", env={"BELL_SIGNING_SECRET": "00000000-0000-4000-8000-000000000002"})

    assert ran.status == 1
    assert "it holds the credential that $BELL_SIGNING_SECRET holds" in ran.out


def test_a_served_fake_is_recorded_without_its_secret(bell_team: Team) -> None:
    bell_team.edit(PROVIDER, SECRET, CANARY)
    bell_team.remove("cassettes")
    workspace = bell_team.workspace()
    with serve_provider(workspace, workspace.api("bell"), ServeOptions(states=True)) as serving:
        ran = bell_team.troth(*RECORD, "--url", serving.url, "--states-token", serving.states_token)

    assert (ran.status, ran.err) == (0, "")
    assert steps(bell_team, TOLD)[2] == ("webhook:ri", 200)
    assert CANARY not in "".join(files(bell_team.root).values()) + ran.out
