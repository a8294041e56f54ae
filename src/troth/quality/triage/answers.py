"""Which errors of an API nobody tests: declared by its contract, in no evidence, and made by no test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from troth.api import Api, Operation
from troth.evidence import Evidence, Verdict
from troth.quality.triage.suite import Reply, Suite


@dataclass(frozen=True, slots=True)
class Unreached:
    """An error answer that no test reaches. ``operation`` is a label, ``POST /submissions``."""

    api: str
    operation: str
    name: str
    status: int


def unreached(apis: Iterable[Api], evidence: Iterable[Evidence], suite: Suite) -> tuple[Unreached, ...]:
    """Every declared answer of 400 or more without evidence that held, in the order of the contracts.

    A test that replies so itself, or strikes the operation with that fault, reaches it as well.
    """
    held = {(each.api, each.operation, each.status) for each in evidence if each.verdict is Verdict.PROVEN}
    made = {reply for test in suite.tests for reply in test.replies}
    return tuple(
        Unreached(api.name, operation.label, operation.name, status)
        for api in apis
        for operation in api.everything
        for status in sorted(operation.answers)
        if status >= 400
        and (api.name, operation.label, status) not in held
        and not made & set(_replies(api.name, operation, status))
    )


def _replies(api: str, operation: Operation, status: int) -> Iterator[Reply]:
    """Every way in which a test may spell that it makes the answer."""
    for name in (operation.name, operation.label):
        yield Reply(api, name, status)
        yield Reply("", name, status)
