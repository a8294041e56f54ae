"""The parts of the fake, which every operation works with."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field

from providers.pachca.conditions import Conditions
from providers.pachca.courier import Courier
from providers.pachca.hooks import Hooks
from providers.pachca.limits import Clock, Limits
from providers.pachca.signing import UploadSigner
from providers.pachca.world import World


@dataclass(frozen=True, slots=True)
class Fake:
    """``lock`` is held by a request from its first look at the world to its answer, so that requests happen
    one after another."""

    world: World
    limits: Limits
    conditions: Conditions
    hooks: Hooks
    signer: UploadSigner
    lock: threading.RLock = field(default_factory=threading.RLock)

    def reset(self) -> None:
        with self.lock:
            self.world.reset()
            self.limits.reset()
            self.conditions.reset()
            self.hooks.reset()

    def close(self) -> None:
        self.hooks.close()


def assemble(clock: Clock, token: str, signing: str, courier: Courier, forms: bytes = b"") -> Fake:
    """``token`` is the one that is accepted, ``signing`` the secret of the webhooks, ``forms`` that of the
    uploads, drawn by default."""
    world = World(clock, token)
    signer = UploadSigner(forms or secrets.token_bytes(32))
    return Fake(world, Limits(clock), Conditions(), Hooks(world, courier, signing), signer)
