"""Real credentials in the place of ``{{secret:role}}``, and the placeholders back in their place.

Scenarios, cassettes and pacts only know placeholders. The real text stands in what is sent to the one
origin that it belongs to, and nowhere else.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from troth.exchange import Headers, Request, placeholder
from troth.scrub import repacked

_ROLE = r"([\w.-]+?)"
PLACEHOLDER = re.compile(r"\{\{secret:" + _ROLE + r"\}\}")
WRONG_SECRET = re.compile(r"troth-wrong-([\w.-]+)$")
_QUOTED = re.compile(r"(?:\{\{|%7[Bb]%7[Bb])secret(?::|%3[Aa])" + _ROLE + r"(?:\}\}|%7[Dd]%7[Dd])")
_BASIC = re.compile(r"(?i)(basic )([A-Za-z0-9+/]+=*)")
_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/_-]{8,}={0,2}")
_SHORTEST_CORE = 8


def wrong_secret(role: str) -> str:
    """What is sent for a role that nobody holds."""
    return f"troth-wrong-{role}"


class Credentials:
    """The secrets of one service, by role."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._secrets = {role: secret for role, secret in secrets.items() if secret}
        hidden = {role: secret for role, secret in self._secrets.items() if secret != placeholder(role)}
        self._hidden = sorted(hidden, key=lambda role: len(hidden[role]), reverse=True)
        spelled = b"|".join(b"(%s)" % _spelled(hidden[role]) for role in self._hidden)
        self._any = re.compile(spelled) if spelled else None
        self._cores = tuple(core for secret in hidden.values() for core in _cores(secret.encode()))

    @property
    def roles(self) -> frozenset[str]:
        """The roles whose credential is known."""
        return frozenset(self._secrets)

    def of(self, role: str) -> str:
        """The real credential of ``role``, or the wrong one."""
        return self._secrets.get(role, wrong_secret(role))

    def reveal(self, request: Request) -> Request:
        """``request`` as its receiver must see it."""
        url = _QUOTED.sub(lambda found: quote(self.of(found[1]), safe=""), request.url)
        headers = Headers(tuple((name, self._header(value)) for name, value in request.headers))
        return Request(request.method, url, headers, self._body(request))

    def _header(self, value: str) -> str:
        revealed = PLACEHOLDER.sub(lambda found: self.of(found[1]), value)
        basic = _BASIC.fullmatch(revealed)
        return revealed if basic is None else basic[1] + repacked(basic[2], self._plain)

    def _plain(self, text: bytes) -> bytes:
        return PLACEHOLDER.sub(lambda found: self.of(found[1]), text.decode("latin-1")).encode("latin-1")

    def _body(self, request: Request) -> bytes:
        if b"secret" not in request.body:
            return request.body
        media = (request.headers.get("Content-Type") or "").lower()
        text = request.body.decode("latin-1")
        if "json" in media:
            text = PLACEHOLDER.sub(lambda found: json.dumps(self.of(found[1]))[1:-1], text)
        elif "urlencoded" in media:
            text = _QUOTED.sub(lambda found: quote(self.of(found[1]), safe=""), text)
        else:
            text = PLACEHOLDER.sub(lambda found: self.of(found[1]), text)
        return text.encode("latin-1")

    def conceal(self, data: bytes) -> bytes:
        """``data`` with every credential replaced by its placeholder.

        Found as it is, percent-encoded in whole or in part, escaped as JSON, and within base64.
        """
        if self._any is None:
            return data
        data = self._any.sub(self._stand, data)
        if any(core in data for core in self._cores):
            data = _BASE64_RUN.sub(self._conceal_run, data)
        return data

    def _stand(self, found: re.Match[bytes]) -> bytes:
        """The placeholder, percent-encoded where the credential was."""
        role = self._hidden[(found.lastindex or 1) - 1]
        stand = placeholder(role)
        encoded = found[0].count(b"%") > self._secrets[role].count("%")
        return (quote(stand, safe="") if encoded else stand).encode()

    def _conceal_run(self, found: re.Match[bytes]) -> bytes:
        run = found[0]
        held = [core for core in self._cores if core in run]
        if not held:
            return run
        concealed = repacked(run.decode(), self.conceal).encode()
        for core in held:
            # Not base64 of its own, but of a longer text that was cut or escaped.
            concealed = concealed.replace(core, b"redacted")
        return concealed

    def conceal_text(self, text: str) -> str:
        """``conceal`` for a URL or the value of a header."""
        return self.conceal(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")

    def roles_in(self, request: Request) -> frozenset[str]:
        """The roles whose placeholders stand in ``request``."""
        texts = [request.url, *(value for _, value in request.headers), request.body.decode("latin-1")]
        return frozenset(role for text in texts for role in _QUOTED.findall(text))


def _spelled(secret: str) -> bytes:
    """A pattern for ``secret`` in which each character stands as it is or escaped, as encoders do."""
    return b"".join(map(_character, secret))


def _character(character: str) -> bytes:
    raw = character.encode()
    if re.fullmatch(rb"[\w.~-]", raw):
        return re.escape(raw)
    percent = b"".join(b"(?i:%%%02x)" % byte for byte in raw)
    forms: set[bytes] = {re.escape(raw), percent, re.escape(json.dumps(character)[1:-1].encode())}
    forms |= {b"\\+"} if character == " " else {rb"\\/"} if character == "/" else set()
    longest_first: list[bytes] = sorted(forms, key=len, reverse=True)
    return b"(?:%s)" % b"|".join(longest_first)


def _cores(secret: bytes) -> Iterator[bytes]:
    """What base64 of any text with ``secret`` in it must contain, for each of three alignments."""
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + secret)
        end = (shift + len(secret)) * 8 // 6
        core = encoded[(0, 2, 3)[shift] : end]
        if len(core) >= _SHORTEST_CORE:
            yield core
            if (url_safe := core.translate(bytes.maketrans(b"+/", b"-_"))) != core:
                yield url_safe
