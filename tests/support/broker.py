"""A Pact Broker in memory: what a client sees of a real one, in its HAL."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from troth.exchange import Headers, Request, Response
from troth.line import Answered
from troth.loopback import LoopbackServer, Tls

Document: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Publication:
    """A pact as it was published. ``day`` is when."""

    consumer: str
    provider: str
    version: str
    branch: str
    tags: tuple[str, ...]
    content: Document
    day: str = "2026-01-01"

    @property
    def sha(self) -> str:
        """The name of the content, the same for the same."""
        return hashlib.sha1(json.dumps(self.content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Published:
    """A result of verification."""

    sha: str
    version: str
    success: bool


@dataclass
class StubBroker:
    """Its world, what it was asked, and how it misbehaves."""

    credential: str = ""
    """What the header Authorization must hold; anything if it is empty."""
    base: str = ""
    """The path below which it stands."""
    url: str = ""
    pacts: list[Publication] = field(default_factory=list)
    results: list[Published] = field(default_factory=list)
    branches: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """Versions of a pacticipant on a branch."""
    environments: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    """What is deployed where: pacticipants with their versions."""
    asked: list[Request] = field(default_factory=list)
    struck: dict[str, Callable[[Request], Answered]] = field(default_factory=dict)
    """What answers in the broker's place where this stands in method and path."""

    def publish(
        self,
        content: Document,
        version: str = "1",
        branch: str = "main",
        tags: tuple[str, ...] = (),
        day: str = "2026-01-01",
    ) -> Publication:
        """Publish a pact, as its consumer would."""
        consumer, provider = content["consumer"]["name"], content["provider"]["name"]
        made = Publication(consumer, provider, version, branch, tags, content, day)
        self.pacts.append(made)
        self.branches.setdefault((consumer, branch), []).append(version)
        return made

    def strike(self, where: str, status: int, document: object = None, **headers: str) -> None:
        """Answer with ``status`` wherever ``where`` stands in ``METHOD /path``."""
        answer = Response(status, Headers.of(headers), json.dumps(document or {}).encode())
        self.struck[where] = lambda _: answer

    def paths(self, method: str = "") -> list[str]:
        """What was asked for, decoded and without queries."""
        return [unquote(each.path) for each in self.asked if method in ("", each.method)]

    def bodies(self, where: str) -> list[Document]:
        """The documents that were sent to paths with ``where`` in them."""
        return [json.loads(each.body) for each in self.asked if where in each.path and each.body]

    def __call__(self, request: Request) -> Answered:
        """Answer one request."""
        self.asked.append(request)
        path = request.path.removeprefix(self.base)
        for where, answer in self.struck.items():
            if where in f"{request.method} {path}":
                return answer(request)
        if self.credential and request.headers.get("Authorization") != self.credential:
            return _json(401, {"error": "unauthorized"})
        parts = [unquote(part) for part in path.strip("/").split("/")]
        match request.method, parts:
            case "GET", [""]:
                return _json(200, {"_links": self._index()})
            case "POST", ["contracts", "publish"]:
                return self._contracts(json.loads(request.body))
            case "GET", ["pacts", "provider", _, "for-verification"]:
                return _json(200, {"_links": {"self": self._link(path)}})
            case "POST", ["pacts", "provider", provider, "for-verification"]:
                return self._for_verification(provider, json.loads(request.body))
            case "GET", ["pacts", "provider", _, "consumer", _, "pact-version", sha, *_]:
                return self._pact(sha)
            case "POST", ["pacts", "provider", _, "consumer", _, "pact-version", sha, "verification-results"]:
                return self._result(sha, json.loads(request.body))
            case "GET", ["pacticipants", name]:
                branch_version = f"/pacticipants/{quote(name)}/branches/{{branch}}/versions/{{version}}"
                return _json(200, {"name": name, "_links": {"pb:branch-version": self._link(branch_version)}})
            case "PUT", ["pacticipants", name, "branches", branch, "versions", version]:
                self.branches.setdefault((name, branch), []).append(version)
                return _json(201, {"_links": {}})
            case "GET", ["matrix"]:
                return self._matrix(dict(parse_qsl(urlsplit(request.url).query)))
        return _json(404, {"error": "not found"})

    def _link(self, path: str) -> Document:
        return {"href": f"{self.url}{path}", "templated": "{" in path}

    def _index(self) -> Document:
        return {
            "self": self._link(""),
            "pb:provider-pacts-for-verification": self._link("/pacts/provider/{provider}/for-verification"),
            "pb:publish-contracts": self._link("/contracts/publish"),
            "pb:pacticipant-branch-version": self._link(
                "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}"
            ),
        }

    def _contracts(self, asked: Document) -> Response:
        [contract] = asked["contracts"]
        content = json.loads(base64.b64decode(contract["content"], validate=True))
        name, version = asked["pacticipantName"], asked["pacticipantVersionNumber"]
        for known in self.pacts:
            if (known.consumer, known.version) == (name, version) and known.content != content:
                said = f"Cannot change the content of the pact for {name} version {version}"
                notices = [{"type": "error", "text": said}]
                return _json(409, {"notices": notices, "errors": {"contracts": [said]}})
        self.publish(content, version, asked.get("branch", ""), tuple(asked.get("tags", ())))
        notices = [{"type": "success", "text": f"Pact successfully published for {name} version {version}"}]
        return _json(200, {"notices": notices, "_links": {"pb:contracts": []}})

    def _for_verification(self, provider: str, asked: Document) -> Response:
        own = [each for each in self.pacts if each.provider == provider]
        if not own:
            return _json(404, {"error": "No provider with this name"})
        branch = asked.get("providerVersionBranch", "")
        chosen = [each for each in own if self._selected(each, asked["consumerVersionSelectors"], branch)]
        found = {each.sha: (each, False) for each in chosen}
        since = asked.get("includeWipPactsSince", "")
        for each in own if since else ():
            if each.day >= since and self._newest(each) and self._is_pending(each, branch):
                found.setdefault(each.sha, (each, True))
        pending = asked["includePendingStatus"]
        pacts = [self._entry(each, branch, pending=pending, wip=wip) for each, wip in found.values()]
        return _json(200, {"_embedded": {"pacts": pacts}, "_links": {}})

    def _entry(self, each: Publication, branch: str, *, pending: bool, wip: bool) -> Document:
        path = f"/pacts/provider/{quote(each.provider)}/consumer/{quote(each.consumer)}"
        href = f"{path}/pact-version/{each.sha}/metadata/Y3ZuPTE"
        name = f"Pact between {each.consumer} ({each.version}) and {each.provider}"
        said: Document = {
            "notices": [
                {"when": "before_verification", "text": f"It is the pact of version {each.version}"},
                {"when": "after_verification:success_true_published_false", "text": "Told by nobody"},
            ]
        }
        said |= {"pending": self._is_pending(each, branch)} if pending else {}
        said |= {"wip": True} if wip else {}
        own = {**self._link(href), "name": name, "templated": False}
        return {"shortDescription": "", "verificationProperties": said, "_links": {"self": own}}

    def _selected(self, each: Publication, selectors: list[Document], branch: str) -> bool:
        return any(self._fits(each, selector, branch) for selector in selectors)

    def _fits(self, each: Publication, selector: Document, branch: str) -> bool:
        if selector.get("consumer", each.consumer) != each.consumer:
            return False
        match selector:
            case {"mainBranch": True}:
                return each.branch == "main" and self._newest(each)
            case {"matchingBranch": True}:
                return each.branch == branch and self._newest(each)
            case {"branch": name}:
                return each.branch == name and self._newest(each)
            case {"tag": name}:
                return name in each.tags
            case {"deployed": True, "environment": where}:
                return (each.consumer, each.version) in self.environments.get(where, ())
            case {"deployed": True} | {"deployedOrReleased": True}:
                return any((each.consumer, each.version) in there for there in self.environments.values())
            case {"latest": True}:
                return each is [one for one in self.pacts if one.consumer == each.consumer][-1]
        return False

    def _newest(self, each: Publication) -> bool:
        alike = [one for one in self.pacts if (one.consumer, one.branch) == (each.consumer, each.branch)]
        return each is alike[-1]

    def _is_pending(self, each: Publication, branch: str) -> bool:
        versions = self.branches.get((each.provider, branch), ())
        held = {(result.sha, result.version) for result in self.results if result.success}
        return not any((each.sha, version) in held for version in versions)

    def _pact(self, sha: str) -> Response:
        found = next((each for each in self.pacts if each.sha == sha), None)
        if found is None:
            return _json(404, {"error": "No pact with this version"})
        path = f"/pacts/provider/{quote(found.provider)}/consumer/{quote(found.consumer)}/pact-version/{sha}"
        links = {
            "pb:provider": self._link(f"/pacticipants/{quote(found.provider)}"),
            "pb:publish-verification-results": self._link(f"{path}/verification-results"),
        }
        # A broker gives each interaction a name.
        interactions = [{"_id": f"{number:040x}", **each} for number, each in _interactions(found.content)]
        content = {**found.content, "interactions": interactions} if interactions else found.content
        return _json(200, {**content, "createdAt": f"{found.day}T00:00:00+00:00", "_links": links})

    def _result(self, sha: str, asked: Document) -> Response:
        self.results.append(Published(sha, asked["providerApplicationVersion"], asked["success"]))
        return _json(201, {"_links": {}})

    def _matrix(self, asked: Mapping[str, str]) -> Response:
        name, version = asked["q[][pacticipant]"], asked["q[][version]"]
        if name not in {party for each in self.pacts for party in (each.consumer, each.provider)}:
            return _json(400, {"errors": [f"Pacticipant {name} not found"]})
        if asked["environment"] not in self.environments:
            return _json(400, {"errors": [f"No environment with name '{asked['environment']}' found"]})
        rows = [*self._rows(name, version, self.environments[asked["environment"]])]
        outcomes = [row["verificationResult"] and row["verificationResult"]["success"] for row in rows]
        deployable = False if False in outcomes else None if None in outcomes else True
        reasons = {
            True: "All required verification results are published and successful",
            False: f"The verification for the pact of {name} ({version}) failed",
            None: f"There is no verified pact between {name} ({version}) and what is deployed",
        }
        summary = {"deployable": deployable, "reason": reasons[deployable], "unknown": outcomes.count(None)}
        return _json(200, {"summary": summary, "matrix": rows})

    def _rows(self, name: str, version: str, there: set[tuple[str, str]]) -> Iterator[Document]:
        for each in self.pacts:
            if (each.consumer, each.version) == (name, version):
                yield from (
                    self._row(each, other) for party, other in sorted(there) if party == each.provider
                )
            elif each.provider == name and (each.consumer, each.version) in there:
                yield self._row(each, version)

    def _row(self, each: Publication, provider_version: str) -> Document:
        found = [one for one in self.results if (one.sha, one.version) == (each.sha, provider_version)]
        return {
            "consumer": {"name": each.consumer, "version": {"number": each.version}},
            "provider": {"name": each.provider, "version": {"number": provider_version}},
            "verificationResult": {"success": found[-1].success} if found else None,
        }


def _interactions(content: Document) -> Iterator[tuple[int, Document]]:
    found = content.get("interactions")
    return enumerate(found if isinstance(found, list) else ())


def _json(status: int, document: Document) -> Response:
    headers = Headers.of({"Content-Type": "application/hal+json;charset=utf-8"})
    return Response(status, headers, json.dumps(document).encode())


@contextlib.contextmanager
def brokering(
    stub: StubBroker, *, tls: Tls | None = None, names: tuple[str, ...] = ()
) -> Iterator[StubBroker]:
    """Serve ``stub`` on loopback, also under ``names``."""
    with LoopbackServer(stub, tls=tls, names=names) as server:
        stub.url = f"{server.url}{stub.base}"
        yield stub
