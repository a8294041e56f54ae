"""Where an API lives: its server, and the further origins that its responses hand out.

On our side everything has one origin. What stands at a further one, such as an upload host, is answered
below ``/_origins/<name>`` of the API's own base: by a fake, by the proxy before it, and in a pact's paths.
The real service keeps its own origins, and recordings name those.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from troth.errors import ContractProblem

FOLDER = "/_origins"
"""Below it stands, on our side, what lives at a further origin."""

_PORTS = {"http": ":80", "https": ":443"}
_NAME = re.compile(r"[a-z][a-z0-9_-]*")


class Spot(NamedTuple):
    """Where a URL leads: the name of a further origin, or ``""``, and the path below its base, encoded."""

    origin: str
    path: str


@dataclass(frozen=True, slots=True)
class _Base:
    """Scheme, host and port of an origin, and its base path."""

    place: tuple[str, str]
    path: str

    @classmethod
    def of(cls, url: str) -> _Base:
        return cls(_place(url), urlsplit(url).path.rstrip("/"))

    def holds(self, place: tuple[str, str], path: str) -> bool:
        return self.place == place and (path + "/").startswith(self.path + "/")


class Origins:
    """The server of an API and its further origins, by name. URLs may have a base path.

    Raises:
        ContractProblem: a name cannot stand in a path, a URL is none, or two lead to one place.
    """

    def __init__(self, server: str, further: Mapping[str, str]) -> None:
        for name, url in further.items():
            _refuse_unusable(name, url)
        self.urls = {"": server.rstrip("/")} | {name: url.rstrip("/") for name, url in further.items()}
        bases = {name: _Base.of(url) for name, url in self.urls.items()}
        self._server = bases[""]
        # The longest base path first: it is the one that a URL below it means.
        self._bases = sorted(bases.items(), key=lambda pair: len(pair[1].path), reverse=True)
        if len(set(bases.values())) < len(bases):
            raise ContractProblem(f"two origins of {server} are the same place")

    def spot(self, url: str) -> Spot:
        """Where ``url`` leads. A host that is none of the API's is taken for that of its server."""
        path = urlsplit(url).path or "/"
        if len(self._bases) > 1:
            place = _place(url)
            for name, base in self._bases:
                if base.holds(place, path):
                    return Spot(name, path[len(base.path) :] or "/")
        base_path = self._server.path
        inside = base_path and path.startswith(base_path + "/")
        return Spot("", path.removeprefix(base_path) if inside else path)

    def beside(self, url: str) -> bool:
        """Whether ``url`` is on the server's host, and not below its base path."""
        if not self._server.path or _place(url) != self._server.place:
            return False
        return not urlsplit(url).path.startswith(self._server.path + "/")

    def local_path(self, url: str) -> str:
        """The path of ``url`` on our side, still encoded: ``/direct_url`` of the origin ``uploads`` is
        ``/_origins/uploads/direct_url``."""
        origin, path = self.spot(url)
        return f"{local_base(origin)}{path}"

    def url_of(self, local_path: str) -> str:
        """The real service's URL of a path on our side; what ``local_path`` undoes."""
        for name, url in self.urls.items():
            base = local_base(name)
            if name and (local_path + "/").startswith(base + "/"):
                return url + local_path.removeprefix(base)
        return self.urls[""] + local_path


def local_base(origin: str) -> str:
    """Where an origin begins on our side: ``/_origins/uploads``; ``""`` for the server itself."""
    return f"{FOLDER}/{origin}" if origin else ""


def is_further(local_path: str) -> bool:
    """Whether a path on our side is one of a further origin."""
    return local_path.startswith(f"{FOLDER}/")


def _refuse_unusable(name: str, url: str) -> None:
    if not _NAME.fullmatch(name):
        raise ContractProblem(
            f"an origin cannot be named {name!r}", hint="it stands in paths: use a-z, 0-9, _, -"
        )
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or parts.query or "@" in parts.netloc:
        raise ContractProblem(f"the origin {name} has no usable URL", hint="write it as https://host[/base]")


def _place(url: str) -> tuple[str, str]:
    """Scheme and host, with the port where it is not the scheme's own."""
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), parts.netloc.rpartition("@")[2].lower()
    return scheme, host.removesuffix(_PORTS.get(scheme, " "))
