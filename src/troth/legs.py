"""The origins behind a proxy, and their URLs on three sides: the client's, the service's, the contract's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from troth.rewrite import UrlMap
from troth.upstream import Upstream


class Leg:
    """One origin: where it is reached, and where the contract says it is."""

    def __init__(self, url: str, public: str, ca_bundle: Path | None, timeout: float) -> None:
        self.url = url
        self.public = public
        self.path = urlsplit(url).path
        self.upstream = Upstream(url, ca_bundle=ca_bundle, timeout=timeout)


@dataclass(frozen=True, slots=True)
class Maps:
    """The URLs of three sides: the client's (the proxy), the service's, and the contract's."""

    asked: UrlMap
    """client to contract"""
    sent: UrlMap
    """client to service"""
    recorded: UrlMap
    """service to contract"""
    shown: UrlMap
    """contract to client"""

    @classmethod
    def of(cls, legs: Mapping[str, Leg], inbox: tuple[str, str] | None) -> Maps:
        """``inbox`` is where webhooks go: as consumers name it, and as the service must call it."""
        sent, recorded = ({inbox[0]: inbox[1]}, {inbox[1]: inbox[0]}) if inbox is not None else ({}, {})
        return cls(
            UrlMap({base: leg.public for base, leg in legs.items()}),
            UrlMap({base: leg.url for base, leg in legs.items()} | sent),
            UrlMap({leg.url: leg.public for leg in legs.values()} | recorded),
            UrlMap({leg.public: base for base, leg in legs.items()}),
        )
