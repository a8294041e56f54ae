"""A Pact Broker, spoken to in the HAL of its own API: what is asked of it, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlencode, urlsplit

from troth.broker.access import PASSWORD, TOKEN, USERNAME, Access
from troth.broker.hal import Hal
from troth.broker.said import Clean, complaints
from troth.broker.wire import Answer, Patience, Wire
from troth.errors import CouldNotCheck
from troth.jsontext import Json, NotJson, read

FOR_VERIFICATION = "pb:provider-pacts-for-verification"
PUBLISH = "pb:publish-contracts"
BRANCH_VERSION = "pb:pacticipant-branch-version"
RESULTS = "pb:publish-verification-results"
_MOST_PACTS = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pacts a provider is to verify, as the broker is asked for them."""

    selectors: Sequence[Mapping[str, Json]]
    branch: str = ""
    """The provider's; what is pending is pending for it."""
    pending: bool = False
    wip_since: str = ""

    def document(self) -> dict[str, Json]:
        """The body of the request."""
        asked: dict[str, Json] = {
            "consumerVersionSelectors": [dict(each) for each in self.selectors],
            "includePendingStatus": self.pending or bool(self.wip_since),
        }
        if self.branch:
            asked["providerVersionBranch"] = self.branch
        if self.wip_since:
            asked["includeWipPactsSince"] = self.wip_since
        return asked


@dataclass(frozen=True, slots=True)
class Listed:
    """A pact that the broker wants verified, by the path of its document."""

    target: str
    name: str
    pending: bool
    wip: bool
    notices: tuple[str, ...]


class BrokerRefused(CouldNotCheck):
    """The broker answered, and not with what it was asked for. ``lines`` are what it said."""

    def __init__(self, status: int, message: str, lines: tuple[str, ...], *, hint: str = "") -> None:
        super().__init__(
            ": ".join((message, *lines[:1])), hint="\n  ".join((*lines[1:], *filter(None, [hint])))
        )
        self.status = status
        self.lines = lines


class Broker:
    """The broker of ``access``."""

    def __init__(self, access: Access, patience: Patience | None = None) -> None:
        self.access = access
        self.clean = Clean(access.secrets, access.authorization)
        self._wire = Wire(access, patience or Patience())
        self._index: Hal | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wire.close()

    def place(self, target: str) -> str:
        """The URL of ``target``, for people."""
        return self.clean(f"{self._wire.origin}{urlsplit(target).path.partition('/metadata/')[0]}")

    def index(self) -> Hal:
        """The links that the broker begins with.

        Raises:
            CouldNotCheck: what answers is no broker.
        """
        if self._index is None:
            self._index = self.ask("GET", urlsplit(self.access.url).path or "/", "its index")
        return self._index

    def listed(self, provider: str, wanted: Wanted) -> tuple[Listed, ...]:
        """The pacts that ``provider`` is to verify; none for a provider that the broker does not know.

        Raises:
            CouldNotCheck: the broker does not say.
        """
        target = self.index().link(FOR_VERIFICATION, provider=provider)
        try:
            found = self.ask("POST", target, "the pacts to verify", wanted.document())
        except BrokerRefused as refusal:
            if refusal.status == 404:
                return ()
            raise
        return self._entries(found)

    def pact(self, listed: Listed) -> Hal:
        """The document of a pact, with the broker's own links in it."""
        return self.ask("GET", listed.target, listed.name)

    def publish(self, document: Mapping[str, Json]) -> Hal:
        """Publish contracts; to do it twice is to do it once.

        Raises:
            BrokerRefused: with status 409, the version has other contracts already.
            CouldNotCheck: they were not published.
        """
        return self.ask("POST", self.index().link(PUBLISH), "the publication", document)

    def put_on_branch(self, pacticipant: str, branch: str, version: str) -> None:
        """Make ``version`` one of ``branch``.

        Raises:
            CouldNotCheck: it was not made.
        """
        target = self.index().link(BRANCH_VERSION, pacticipant=pacticipant, branch=branch, version=version)
        self.ask("PUT", target, f"version {version} on branch {branch}", {})

    def put_result(self, pact: Hal, *, success: bool, version: str, verifier: str) -> None:
        """Publish whether ``version`` of the provider holds ``pact``. Sent once: each counts as one more.

        Raises:
            CouldNotCheck: it was not published.
        """
        document: dict[str, Json] = {
            "success": success,
            "providerApplicationVersion": version,
            "verifiedBy": {"implementation": "troth", "version": verifier},
        }
        self.ask("POST", pact.link(RESULTS), "the result", document, again=False)

    def matrix(self, pacticipant: str, version: str, environment: str) -> Hal:
        """What is known of ``version`` beside what is in ``environment``.

        Raises:
            CouldNotCheck: the broker does not know one of them, or does not say.
        """
        asked = [
            ("q[][pacticipant]", pacticipant),
            ("q[][version]", version),
            ("latestby", "cvp"),
            ("environment", environment),
        ]
        base = quote(urlsplit(self.access.url).path, safe="/%:@!$&'()*+,;=~")
        return self.ask("GET", f"{base}/matrix?{urlencode(asked)}", "its matrix")

    def ask(self, method: str, target: str, what: str, document: object = None, *, again: bool = True) -> Hal:
        """The JSON object that the broker answers.

        Raises:
            BrokerRefused: it answers with another status than a good one.
            CouldNotCheck: it does not answer, or not with JSON.
        """
        answer = self._wire.send(method, target, document, again=again)
        url = f"{self._wire.origin}{target}"
        if answer.status not in (200, 201):
            raise self._refusal(answer, what)
        found = _document(answer.body)
        if found is None:
            raise CouldNotCheck(
                f"{self._wire.origin} answers with something that is no JSON object, asked for {what}",
                hint="is the URL that of a Pact Broker?",
            )
        return Hal(url, found)

    def _refusal(self, answer: Answer, what: str) -> BrokerRefused:
        status, where = answer.status, self._wire.origin
        lines = self.clean.lines(complaints(_document(answer.body) or {}))
        hint = ""
        if status in (401, 403):
            hint = self._credential_hint()
        elif 300 <= status < 400:
            away = Hal(f"{where}/", {"_links": {"there": {"href": answer.location}}})
            lines, hint = (self._redirect(away),), "name the address that it leads to, if you trust it"
        elif status == 404:
            hint = "is the URL that of a Pact Broker, with its base path?"
        return BrokerRefused(status, f"{where} answers {status}, asked for {what}", lines, hint=hint)

    def _redirect(self, away: Hal) -> str:
        try:
            return f"it redirects to {self.place(away.link('there'))}"
        except CouldNotCheck:
            return "it redirects to another host"

    def _credential_hint(self) -> str:
        if not self.access.authorization:
            return f"no credential was sent: set {TOKEN}, or {USERNAME} and {PASSWORD}"
        name = TOKEN if TOKEN in self.access.secrets else f"{USERNAME} and {PASSWORD}"
        return f"the credential of {name} is not accepted"

    def _entries(self, found: Hal) -> tuple[Listed, ...]:
        embedded = found.document.get("_embedded")
        pacts = embedded.get("pacts") if isinstance(embedded, dict) else None
        if not isinstance(pacts, list) or not all(isinstance(each, dict) for each in pacts):
            raise CouldNotCheck("the broker's answer has no list of pacts to verify")
        if len(pacts) > _MOST_PACTS:
            raise CouldNotCheck(f"the broker wants {len(pacts)} pacts verified at once", hint="select fewer")
        return tuple(self._entry(Hal(found.url, each)) for each in pacts if isinstance(each, dict))

    def _entry(self, each: Hal) -> Listed:
        properties = each.document.get("verificationProperties")
        said = properties if isinstance(properties, dict) else {}
        links = each.document.get("_links")
        own = links.get("self") if isinstance(links, dict) else None
        name = own.get("name") if isinstance(own, dict) else None
        return Listed(
            each.link("self"),
            self.clean(name) if isinstance(name, str) and name else "a pact",
            pending=said.get("pending") is True,
            wip=said.get("wip") is True,
            notices=self.clean.lines(_notices(said.get("notices"))),
        )


def _notices(said: Json) -> list[str]:
    """What is to be told before a pact is verified."""
    found = [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []
    return [str(each.get("text", "")) for each in found if each.get("when") == "before_verification"]


def _document(body: bytes) -> dict[str, Json] | None:
    try:
        found = read(body)
    except NotJson:
        return None
    return found if isinstance(found, dict) else None
