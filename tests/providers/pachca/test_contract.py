"""Whatever the fake answers, in any state, is as the contract has it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from contracts.pachca import pachca as api
from providers.pachca.fake import Fake
from tests.providers.pachca.tour import Seen, tour


def differences(seen: Sequence[Seen]) -> list[str]:
    """What the contract says of the answers; what it says of wrong requests is no matter here."""
    return [
        f"{it.state}: {mismatch}"
        for it in seen
        for mismatch in api.judge(it.exchange)
        if mismatch.side == "response"
    ]


def test_every_answer_holds(seen: Sequence[Seen]) -> None:
    assert sorted(set(differences(seen))) == []


def test_the_tour_goes_everywhere(seen: Sequence[Seen]) -> None:
    succeeded = {it.ask.operation for it in seen if it.status < 300}

    asked = {operation.label for operation in api.operations if not operation.inbound}
    assert asked - succeeded == {"POST /direct_url"}


def test_a_broken_answer_is_found(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("providers.pachca.documents.link", lambda it: it.id)

    assert "POST /messages response $.data.url" in str(differences(list(tour(fake, "a message"))))
