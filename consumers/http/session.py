"""A session that takes from the environment what it should and no more, and what may be given to it."""

from __future__ import annotations

import ipaddress
import os
from urllib.parse import urlsplit

import requests


class OwnSession(requests.Session):
    """A session that reads nothing from the environment by itself, and knows no redirects.

    With ``trust_env`` a .netrc would add credentials of its own, and a proxy variable would send requests
    to this very machine elsewhere. Even where a redirect is not followed, requests would read the whole
    answer to see where it leads.
    """

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - as its base
        return None


def environment_proxies(url: str) -> dict[str, str]:
    """The proxies that the environment names for ``url``; none for this very machine."""
    if _is_loopback(urlsplit(url).hostname or ""):
        return {}
    return dict(requests.utils.get_environ_proxies(url, no_proxy=None))


def environment_bundle() -> str | None:
    """The file of certificates that the environment names."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost" or host.lower().endswith(".localhost")


def service_url(whose: str, url: str) -> str:
    """``url`` without its last slash; ``whose`` it is, for the message.

    Raises:
        ValueError: it is no URL of a service, or holds what must not be written down.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"the URL of {whose} must begin with http:// or https:// and name a host")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError(f"the URL of {whose} must hold no credentials, query or fragment")
    return url.rstrip("/")


def header_value(what: str, value: str) -> str:
    """``value``, if a header can hold it. The error of ``requests`` would show it.

    Raises:
        ValueError: it cannot.
    """
    if not value.isascii() or not value.isprintable() or value != value.strip():
        raise ValueError(f"{what} holds characters that a header may not have")
    return value
