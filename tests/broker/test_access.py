"""Which broker, and with what credential."""

from __future__ import annotations

import base64

import pytest

from troth.broker.access import access
from troth.cli.broker import open_broker
from troth.cli.output import Output
from troth.errors import UsageProblem
from troth.workspace import BrokerSettings

FLAG, VARIABLE, SETTING = "https://flag.example", "https://variable.example", "https://setting.example"


@pytest.mark.parametrize(
    ("named", "variable", "setting", "taken"),
    [
        (FLAG, VARIABLE, SETTING, FLAG),
        (None, VARIABLE, SETTING, VARIABLE),
        (None, "", SETTING, SETTING),
        ("", "", SETTING, SETTING),
    ],
)
def test_the_call_comes_before_the_environment_and_that_before_the_workspace(
    named: str | None, variable: str, setting: str, taken: str
) -> None:
    assert access(named, setting, {"PACT_BROKER_BASE_URL": variable}).url == taken


def test_without_any_it_is_told_how_to_name_one() -> None:
    with pytest.raises(UsageProblem, match="no Pact Broker is named") as caught:
        access(None, "", {})

    assert "--broker URL, PACT_BROKER_BASE_URL or [tool.troth.broker] url" in caught.value.hint


def test_a_slash_at_the_end_is_dropped_and_a_base_path_kept() -> None:
    assert access("https://host.example/pacts/", "", {}).url == "https://host.example/pacts"


@pytest.mark.parametrize(
    "url",
    [
        "broker.example",
        "ftp://broker.example",
        "https://",
        "https://broker.example:port",
        "https://broker.example:0",
        "https://broker.example:99999",
        "https://broker.example?x=1",
        "https://broker.example#x",
        "https://broker.example/a b",
        "https://broker.example\\@evil.example",
        "https://[broker.example",
        "https://brøker.example",
    ],
)
def test_what_is_no_url_of_a_broker_is_refused(url: str) -> None:
    with pytest.raises(UsageProblem, match="--broker"):
        access(url, "", {})


def test_a_credential_in_the_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageProblem, match="holds a credential") as caught:
        access(None, "", {"PACT_BROKER_BASE_URL": "https://me:s3cret-word@broker.example"})

    assert "s3cret-word" not in str(caught.value)


def test_a_token_is_a_bearer_token() -> None:
    assert access(FLAG, "", {"PACT_BROKER_TOKEN": "abc.def\n"}).authorization == "Bearer abc.def"


@pytest.mark.parametrize("password", ["pa:ss wörd", ""])
def test_a_name_and_a_password_are_basic_credentials(password: str) -> None:
    found = access(FLAG, "", {"PACT_BROKER_USERNAME": "ada", "PACT_BROKER_PASSWORD": password})

    scheme, _, encoded = found.authorization.partition(" ")
    assert scheme == "Basic"
    assert base64.b64decode(encoded).decode() == f"ada:{password}"


def test_without_a_credential_none_is_sent() -> None:
    assert access(FLAG, "", {}).authorization == ""


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"PACT_BROKER_TOKEN": "abcdef", "PACT_BROKER_USERNAME": "ada"}, "one request carries one"),
        ({"PACT_BROKER_TOKEN": "abcdef", "PACT_BROKER_PASSWORD": "word"}, "one request carries one"),
        ({"PACT_BROKER_PASSWORD": "a-pass-word"}, "without PACT_BROKER_USERNAME"),
        ({"PACT_BROKER_TOKEN": "abc\r\nX-Evil: 1"}, "no header can carry"),
        ({"PACT_BROKER_TOKEN": "tökén"}, "no header can carry"),
    ],
)
def test_a_credential_that_cannot_be_sent_is_told_without_it(environment: dict[str, str], told: str) -> None:
    with pytest.raises(UsageProblem, match=told) as caught:
        access(FLAG, "", environment)

    assert not any(value in str(caught.value) for value in environment.values())


@pytest.mark.parametrize("name", ["PACT_BROKER_TOKEN", "PACT_BROKER_USERNAME"])
def test_a_credential_is_not_in_the_text_of_the_value(name: str) -> None:
    assert "s3cret-word" not in repr(access(FLAG, "", {name: "s3cret-word"}))


@pytest.mark.parametrize(
    ("url", "exposed"),
    [
        ("http://broker.example", True),
        ("https://broker.example", False),
        ("http://127.0.0.1:9292", False),
        ("http://localhost:9292", False),
    ],
)
def test_a_credential_in_clear_is_known(url: str, *, exposed: bool) -> None:
    assert access(url, "", {"PACT_BROKER_TOKEN": "abcdef"}).exposed is exposed
    assert access(url, "", {}).exposed is False


def test_who_sends_a_credential_in_clear_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PACT_BROKER_TOKEN", "abcdef")
    output = Output()

    open_broker("http://broker.example", BrokerSettings(), output)
    output.close()

    assert "the credential goes to http://broker.example in clear" in capsys.readouterr().err
