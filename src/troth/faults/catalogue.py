"""The faults, by name: what each looks like to a client, and what it tells of the request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from troth.errors import UnknownName, UsageProblem
from troth.exchange import Request, Response

FAULT = "fault "
"""Begins the place of what a fault struck, an exchange or evidence; its name follows."""


class Kind(StrEnum):
    """What a client can know when a fault has struck."""

    UNREACHED = "unreached"
    """No connection."""
    UNTRUSTED = "untrusted"
    """No connection that may be trusted."""
    NO_ANSWER = "no answer"
    """The request was sent; no whole answer came back."""
    RATE_LIMITED = "rate limited"
    """Refused: too many requests."""
    UNAVAILABLE = "unavailable"
    """The provider, or something before it, says that it cannot."""
    UNREADABLE = "unreadable"
    """An answer that is none: not JSON, far too long, nowhere."""
    OFF_CONTRACT = "off contract"
    """JSON that the contract does not allow."""


class Processed(StrEnum):
    """Whether the provider has acted on a request that a fault struck."""

    NEVER = "never"
    PERHAPS = "perhaps"
    SURELY = "surely"


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to misbehave. ``looks``: what a client sees of it, in one line."""

    name: str
    kind: Kind
    looks: str
    processed: Processed
    place: str = ""
    """Where in the answer it strikes (``$.status.id``); empty for the first place that it can."""
    lasts: bool = False
    """It would keep a client waiting that sets no timeout of its own."""

    @property
    def full_name(self) -> str:
        """The name with its place: ``field_missing:$.status.id``."""
        return f"{self.name}:{self.place}" if self.place else self.name

    @property
    def answers(self) -> bool:
        """Whether a whole answer comes, although a wrong one."""
        return self.kind not in (Kind.UNREACHED, Kind.UNTRUSTED, Kind.NO_ANSWER)

    @property
    def has_places(self) -> bool:
        """Whether it may name a place in the answer."""
        return self.kind is Kind.OFF_CONTRACT


DRIP_PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0)
"""Seconds between the bytes of ``body_drips``; after the last one the connection ends."""


@dataclass(frozen=True, slots=True)
class Struck:
    """What of an answer goes over the connection when a fault has struck.

    ``response`` has its headers as they are sent, without Content-Length: that is the length of its body,
    except with ``padding``, whose length is not said beforehand.
    """

    response: Response
    padding: int = 0
    """Bytes of white space that follow the body."""
    breaks_after: int | None = None
    """Bytes of the body after which it goes wrong, as the fault says; None where the whole body comes."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One call that ``fault`` strikes, and ``good``, what would have been answered.

    ``struck`` is what comes instead; None where nothing does. ``answers.hit`` makes it.
    """

    fault: Fault
    good: Response
    request: Request
    struck: Struck | None = None


CATALOGUE: tuple[Fault, ...] = (
    Fault("dns_failure", Kind.UNREACHED, "the host's name does not resolve", Processed.NEVER),
    Fault("connection_refused", Kind.UNREACHED, "nothing listens on the port", Processed.NEVER),
    Fault(
        "connect_timeout",
        Kind.UNREACHED,
        "the connection is never accepted",
        Processed.NEVER,
        lasts=True,
    ),
    Fault("tls_expired", Kind.UNTRUSTED, "the certificate has expired", Processed.NEVER),
    Fault("tls_self_signed", Kind.UNTRUSTED, "the certificate is signed by nobody known", Processed.NEVER),
    Fault("tls_wrong_host", Kind.UNTRUSTED, "the certificate is for another host", Processed.NEVER),
    Fault(
        "read_timeout",
        Kind.NO_ANSWER,
        "the request is taken, and then there is silence",
        Processed.PERHAPS,
        lasts=True,
    ),
    Fault(
        "reset_before_headers",
        Kind.NO_ANSWER,
        "the connection is reset before the answer begins",
        Processed.PERHAPS,
    ),
    Fault(
        "reset_mid_body",
        Kind.NO_ANSWER,
        "the connection is reset in the middle of the body",
        Processed.PERHAPS,
    ),
    Fault(
        "body_short",
        Kind.NO_ANSWER,
        "the connection ends before the body is as long as Content-Length says",
        Processed.PERHAPS,
    ),
    Fault(
        "body_drips",
        Kind.NO_ANSWER,
        "the body comes byte by byte, with pauses that grow from 0.1 s to 30 s, and never ends",
        Processed.PERHAPS,
        lasts=True,
    ),
    Fault("http_429", Kind.RATE_LIMITED, "429 with Retry-After in seconds", Processed.NEVER),
    Fault("http_429_date", Kind.RATE_LIMITED, "429 with Retry-After as a date", Processed.NEVER),
    Fault("http_429_bare", Kind.RATE_LIMITED, "429 that does not say for how long", Processed.NEVER),
    Fault("http_500", Kind.UNAVAILABLE, "500 Internal Server Error", Processed.PERHAPS),
    Fault("http_502_html", Kind.UNAVAILABLE, "502 with a gateway's page in HTML", Processed.PERHAPS),
    Fault("http_503", Kind.UNAVAILABLE, "503 Service Unavailable", Processed.PERHAPS),
    Fault("http_504", Kind.UNAVAILABLE, "504 Gateway Timeout", Processed.PERHAPS),
    Fault("malformed_json", Kind.UNREADABLE, "JSON that breaks off in the middle", Processed.SURELY),
    Fault("empty_body", Kind.UNREADABLE, "no body where one is due", Processed.SURELY),
    Fault("wrong_content_type", Kind.UNREADABLE, "a page in HTML under the right status", Processed.PERHAPS),
    Fault("invalid_utf8", Kind.UNREADABLE, "JSON with bytes in it that are not UTF-8", Processed.SURELY),
    Fault(
        "body_too_large", Kind.UNREADABLE, "the right JSON, and white space up to 16 MiB", Processed.SURELY
    ),
    Fault(
        "gzip_bomb",
        Kind.UNREADABLE,
        "64 KiB of gzip that unpack to 64 MiB",
        Processed.SURELY,
    ),
    Fault("redirect_loop", Kind.UNREADABLE, "302 to itself, again and again", Processed.PERHAPS),
    Fault("field_missing", Kind.OFF_CONTRACT, "a required field is left out", Processed.SURELY),
    Fault("field_null", Kind.OFF_CONTRACT, "null where the contract allows none", Processed.SURELY),
    Fault("field_retyped", Kind.OFF_CONTRACT, "a value of another kind of JSON", Processed.SURELY),
    Fault("enum_unknown", Kind.OFF_CONTRACT, "a value that the enum does not have", Processed.SURELY),
)
"""Every fault, by kind: from what never reaches the provider to what the provider says wrongly."""


def fault(name: str) -> Fault:
    """The fault of that name, which may carry a place: ``field_missing:$.status.id``.

    Raises:
        UnknownName: there is none.
        UsageProblem: a place where the fault has none, or one that is no JSON path.
    """
    plain, _, place = name.partition(":")
    found = next((each for each in CATALOGUE if each.name == plain), None)
    if found is None:
        known = (each.name for each in CATALOGUE)
        raise UnknownName("fault", plain, known, hint="troth faults lists them all")
    if not place and ":" not in name:
        return found
    if not found.has_places:
        raise UsageProblem(
            f"{name!r}: the fault {plain} strikes a whole call, not a place in the answer",
            hint=f"name it alone: {plain}",
        )
    if not place.startswith("$"):
        raise UsageProblem(f"{name!r}: {place!r} is no place in an answer", hint=f"such as {plain}:$.id")
    return replace(found, place=place)
