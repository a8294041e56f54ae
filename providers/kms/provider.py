"""The fake of Cloud KMS as a provider.

A version that is made is ENABLED at once, while the real service may answer PENDING_GENERATION for a
while: the state "a signing key in generation" shows that. Any project and location is there.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from providers.kms.app import build_app
from providers.kms.conditions import Conditions
from providers.kms.disk import FILE
from providers.kms.states import states
from providers.kms.world import World, system_clock
from troth.provider import Provider, ProviderOptions

VERSION = "kms-fake 1"
KNOWN_TOKEN = "kms-fake-token-of-nobody-outside"
"""Of a fake that generated requests reach, in its own process. They learn from answers, and so repeat only
where these do: its time stands still as well. Keys, signatures and ciphertexts are random all the same."""


def create(options: ProviderOptions) -> Provider:
    """A world of keys: in memory, or kept in the folder of ``--data``.

    Raises:
        UsageProblem: that folder cannot be used.
    """
    world = World(options.data, _standing_clock if options.generated else system_clock)
    conditions = Conditions()
    token = KNOWN_TOKEN if options.generated else secrets.token_urlsafe(24)

    def reset() -> None:
        world.reset()
        conditions.reset()

    return Provider(
        app=build_app(world, conditions, token),
        version=VERSION,
        reset=reset,
        states=states(world, conditions),
        close=world.close,
        credentials={"valid": token},
        notes=_notes(options),
        data=options.data,
    )


def _standing_clock() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def _notes(options: ProviderOptions) -> tuple[str, ...]:
    if options.data is None:
        return ("keys are in memory, and gone at the end",)
    return (f"keys are kept in {options.data / FILE}, not encrypted: use them for tests only",)
