"""One request of the API, read as far as every operation needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from providers.kms.messages import Message, read_message
from providers.kms.target import Target

_M = TypeVar("_M", bound=Message)


@dataclass(frozen=True, slots=True)
class Call:
    target: Target
    query: Mapping[str, str]
    body: bytes

    @property
    def name(self) -> str:
        """The resource that is meant, or the one in which something is made or listed."""
        return self.target.name

    def message(self, kind: type[_M]) -> _M:
        """
        Raises:
            Refused: the body is not that message.
        """
        return read_message(kind, self.body)
