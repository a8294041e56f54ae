"""What a client takes from the environment, and which URLs and headers it may be given."""

from __future__ import annotations

import re

import pytest

from consumers.http.session import environment_bundle, environment_proxies, header_value, service_url


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> str:
    """Everything goes through a proxy, says the environment."""
    proxy = "http://proxy.example:3128"
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    monkeypatch.setenv("HTTP_PROXY", proxy)
    return proxy


def test_another_machine_is_reached_through_the_proxy(proxied: str) -> None:
    assert environment_proxies("https://service.example/v1")["https"] == proxied


@pytest.mark.usefixtures("proxied")
@pytest.mark.parametrize(
    "host", ["127.0.0.1:9", "127.9.9.9", "[::1]:9", "localhost", "LOCALHOST:9", "a.localhost"]
)
def test_this_machine_is_reached_directly(host: str) -> None:
    assert environment_proxies(f"http://{host}/v1") == {}


@pytest.mark.parametrize(
    ("variables", "bundle"),
    [
        ({}, None),
        ({"REQUESTS_CA_BUNDLE": ""}, None),
        ({"CURL_CA_BUNDLE": "curl.pem"}, "curl.pem"),
        ({"REQUESTS_CA_BUNDLE": "ours.pem", "CURL_CA_BUNDLE": "curl.pem"}, "ours.pem"),
    ],
)
def test_certificates_are_those_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], bundle: str | None
) -> None:
    monkeypatch.setattr("os.environ", variables)

    assert environment_bundle() == bundle


def test_a_url_loses_its_last_slash() -> None:
    assert service_url("the judge", "https://judge.example/v1/") == "https://judge.example/v1"


@pytest.mark.parametrize(
    "url",
    [
        "judge.example",
        "ftp://judge.example",
        "https://",
        "https://me:s3cret@judge.example",
        "https://judge.example/?key=s3cret",
        "https://judge.example/#s3cret",
    ],
)
def test_a_url_that_cannot_be_used_is_not_shown(url: str) -> None:
    with pytest.raises(ValueError, match=r"^the URL of the judge must") as refused:
        service_url("the judge", url)

    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("value", ["s3cret\n", "s3cr\r\net", " s3cret", "s3crét", "s3cret\0"])
def test_what_a_header_cannot_hold_is_not_shown(value: str) -> None:
    with pytest.raises(
        ValueError, match=re.escape("the token holds characters that a header may not have")
    ) as refused:
        header_value("the token", value)

    assert "s3cr" not in str(refused.value)
