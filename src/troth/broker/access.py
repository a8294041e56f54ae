"""Which Pact Broker a run may reach, and with what credential."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from troth.errors import UsageProblem
from troth.loopback import LOOPBACK_NAMES

URL_VARIABLE = "PACT_BROKER_BASE_URL"
TOKEN, USERNAME, PASSWORD = "PACT_BROKER_TOKEN", "PACT_BROKER_USERNAME", "PACT_BROKER_PASSWORD"
_SETTING = "[tool.troth.broker] url"


@dataclass(frozen=True)
class Access:
    """A broker's base URL, without a slash at its end, and what is sent to it and nowhere else."""

    url: str
    authorization: str = field(default="", repr=False)
    """The value of the header; empty where no credential is known."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What must never be shown, by the name of its variable."""

    @property
    def exposed(self) -> bool:
        """Whether the credential would cross a network in clear."""
        parts = urlsplit(self.url)
        return bool(self.authorization) and parts.scheme == "http" and parts.hostname not in LOOPBACK_NAMES


def access(named: str | None, setting: str, environment: Mapping[str, str]) -> Access:
    """The broker that was ``named`` on the command line, else by PACT_BROKER_BASE_URL, else by the workspace.

    Raises:
        UsageProblem: none of them names one, its URL cannot be used, or its credential cannot.
    """
    found = [(named, "--broker"), (environment.get(URL_VARIABLE), URL_VARIABLE), (setting, _SETTING)]
    for url, source in found:
        if url:
            return Access(_usable(url, source), _authorization(environment), _secrets(environment))
    raise UsageProblem(
        "no Pact Broker is named", hint=f"name it with --broker URL, {URL_VARIABLE} or {_SETTING}"
    )


def _usable(url: str, source: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageProblem(f"the URL of {source} cannot be read", hint=_form(source)) from error
    if "@" in parts.netloc:
        # Such a URL is never repeated: what stands before the @ is a secret.
        raise UsageProblem(
            f"the URL of {source} holds a credential", hint=f"leave it out; {_credentials()} hold it"
        )
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or not plain:
        raise UsageProblem(f"{url!r} of {source} is no broker", hint=_form(source))
    if parts.query or parts.fragment:
        raise UsageProblem(f"the URL of {source} has a query or a fragment", hint=_form(source))
    return url.rstrip("/")


def _form(source: str) -> str:
    return f"write {source} as https://host[:port][/base]"


def _credentials() -> str:
    return f"{TOKEN}, or {USERNAME} and {PASSWORD},"


def _authorization(environment: Mapping[str, str]) -> str:
    token, name, password = (_value(environment, each) for each in (TOKEN, USERNAME, PASSWORD))
    if token and (name or password):
        raise UsageProblem(
            f"{TOKEN} and {USERNAME} or {PASSWORD} are set, and one request carries one credential",
            hint="unset the one that the broker does not take",
        )
    if password and not name:
        raise UsageProblem(f"{PASSWORD} is set without {USERNAME}", hint=f"set {USERNAME} as well")
    if token:
        return f"Bearer {token}"
    return f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}" if name else ""


def _value(environment: Mapping[str, str], name: str) -> str:
    """A value as a header may carry it; who read it from a file may have read a line break as well."""
    value = environment.get(name, "").strip()
    if name == TOKEN and not (value.isascii() and value.isprintable()):
        raise UsageProblem(f"{name} holds what no header can carry", hint="it must be printable ASCII")
    return value


def _secrets(environment: Mapping[str, str]) -> Mapping[str, str]:
    named = {name: environment.get(name, "").strip() for name in (TOKEN, PASSWORD, USERNAME)}
    return {name: value for name, value in named.items() if value}
