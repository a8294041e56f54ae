"""A pact as a value: what its V4 file holds, less what troth never writes."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from troth.jsontext import canonical
from troth.states import EARLIER_STEPS

PACT_VERSION = "4.0"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Body(_Part):
    """``content`` is JSON, text, or base64 as ``encoded`` says. Empty text alone: there is no body."""

    content: JsonValue
    contentType: str | None = None
    encoded: Literal["base64", "json"] | bool | None = None


class RequestPart(_Part):
    """The request of an interaction."""

    method: str
    path: str
    query: dict[str, list[str]] | None = None
    headers: dict[str, list[str]] | None = None
    body: Body | None = None
    matchingRules: dict[str, JsonValue] | None = None
    generators: dict[str, JsonValue] | None = None


class ResponsePart(_Part):
    """The response of an interaction."""

    status: int
    headers: dict[str, list[str]] | None = None
    body: Body | None = None
    matchingRules: dict[str, JsonValue] | None = None


class ProviderState(_Part):
    """A state with its parameters."""

    name: str
    params: dict[str, JsonValue] | None = None


class StepParams(_Part):
    """The parameters of the state that the scenario's earlier steps have run."""

    scenario: str
    step: int
    links: dict[str, str] = {}
    """Each value that the request takes from an earlier response, and where it comes from."""
    values: dict[str, str | int | float | bool | None] = {}
    """Each value that the request takes from the provider state before, as it stands in the example."""


class _Step(_Part):
    """What the interactions of both kinds say."""

    description: str
    pending: bool = False
    providerStates: list[ProviderState] = []
    comments: dict[str, JsonValue] | None = None

    @functools.cached_property
    def place(self) -> StepParams | None:
        """Which step of which scenario it is; None for an interaction that troth did not write."""
        for state in self.providerStates:
            if state.name == EARLIER_STEPS and state.params is not None:
                return StepParams.model_validate(state.params)
        return None

    @property
    def scenario(self) -> str:
        """The scenario's name; empty for an interaction that troth did not write."""
        place = self.place
        return place.scenario if place is not None else ""

    @property
    def step(self) -> int:
        """The step, counted from 1; 0 for an interaction that troth did not write."""
        place = self.place
        return place.step if place is not None else 0


class Interaction(_Step):
    """One step of a scenario: a request and its answer."""

    type: Literal["Synchronous/HTTP"] = "Synchronous/HTTP"
    request: RequestPart
    response: ResponsePart

    def document(self) -> dict[str, JsonValue]:
        """The interaction as its file has it."""
        found: dict[str, JsonValue] = self.model_dump(mode="json", exclude_none=True)
        _keep_nulls(found, self)
        return found


def _keep_nulls(document: dict[str, JsonValue], interaction: Interaction) -> None:
    """Put back the bodies, in which null means null and not that nothing was said."""
    for name, part in (("request", interaction.request), ("response", interaction.response)):
        side = document[name]
        if part.body is not None and isinstance(side, dict) and isinstance(side["body"], dict):
            side["body"]["content"] = part.body.content


class Message(_Step):
    """One step of a scenario that the provider took: a webhook that it delivered."""

    type: Literal["Asynchronous/Messages"] = "Asynchronous/Messages"
    contents: Body
    metadata: dict[str, JsonValue] = {}
    matchingRules: dict[str, JsonValue] | None = None

    @property
    def webhook(self) -> str:
        """The name of the webhook in the contract."""
        return str((self.comments or {}).get("webhook", ""))

    @property
    def answer(self) -> int:
        """The status that the consumer answered when it was recorded."""
        said = (self.comments or {}).get("answer")
        return said if isinstance(said, int) else 200

    def document(self) -> dict[str, JsonValue]:
        """The interaction as its file has it."""
        found: dict[str, JsonValue] = self.model_dump(mode="json", exclude_none=True)
        contents = found["contents"]
        if isinstance(contents, dict):
            contents["content"] = self.contents.content  # in which null means null
        return found


AnyInteraction: TypeAlias = "Interaction | Message"


class Party(_Part):
    """A consumer or provider."""

    name: str


class Metadata(BaseModel):
    """``digest`` is over the interactions: a pact edited by hand is told by it."""

    model_config = ConfigDict(frozen=True)
    pactSpecification: dict[str, str] = Field(default_factory=lambda: {"version": PACT_VERSION})
    troth: dict[str, str] = {}


@dataclass(frozen=True)
class Pact:
    """The agreement of one consumer with one API."""

    consumer: str
    provider: str
    interactions: tuple[AnyInteraction, ...]

    def text(self) -> str:
        """The whole file; the same pact is always the same text."""
        documents = [interaction.document() for interaction in self.interactions]
        whole = {
            "consumer": {"name": self.consumer},
            "interactions": documents,
            "metadata": {
                "pactSpecification": {"version": PACT_VERSION},
                "troth": {"digest": digest(documents)},
            },
            "provider": {"name": self.provider},
        }
        return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"

    def values(self, scenario: str) -> dict[str, str | int | float | bool | None]:
        """What the provider state gave when the examples of the scenario were made."""
        return example_values(self.of(scenario))

    def of(self, scenario: str) -> tuple[AnyInteraction, ...]:
        """The interactions of one scenario."""
        return self._by_scenario.get(scenario, ())

    @functools.cached_property
    def _by_scenario(self) -> Mapping[str, tuple[AnyInteraction, ...]]:
        found: dict[str, list[AnyInteraction]] = {}
        for each in self.interactions:
            found.setdefault(each.scenario, []).append(each)
        return {name: tuple(steps) for name, steps in found.items()}


def example_values(interactions: Sequence[AnyInteraction]) -> dict[str, str | int | float | bool | None]:
    """The values of the provider state that stand in the examples of one scenario."""
    places = [place for each in interactions if (place := each.place) is not None]
    return {name: value for place in places for name, value in place.values.items()}


class PactDocument(BaseModel):
    """A pact file that troth wrote."""

    model_config = ConfigDict(frozen=True)
    consumer: Party
    provider: Party
    interactions: list[Annotated[Interaction | Message, Field(discriminator="type")]]
    metadata: Metadata


def digest(documents: Sequence[JsonValue]) -> str:
    """``sha256:…`` over the interactions."""
    text = canonical(list(documents))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
