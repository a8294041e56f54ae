"""The fake of Pachca as a provider.

What the vendor does not say is decided here: how often a webhook is tried again, when it is given up, what a
full limit answers with (its ApiError), and that a chat which is not there is a 422 for who sends to it.
"""

from __future__ import annotations

import os
import secrets
import time

from providers.pachca.app import build_app
from providers.pachca.courier import Courier
from providers.pachca.fake import Fake, assemble
from providers.pachca.states import states
from providers.pachca.world import GENERAL, TEAM
from troth.outside import Outside
from troth.provider import Provider, ProviderOptions
from troth.states import MODELLED_PATH

VERSION = "pachca-fake 1"
SIGNING_VARIABLE = "PACHCA_SIGNING_SECRET"
KNOWN_SECRET = "pachca-fake-signing-secret"
KNOWN_TOKEN = "pachca-fake-token-of-nobody-outside"
"""Of a fake that generated requests reach, in its own process."""
STANDING = 1_767_225_600.0
"""Seconds since 1970."""
DELIVERY_SECONDS = 10.0
"""For one try of a delivery; the vendor does not say its own."""


def create(options: ProviderOptions) -> Provider:
    """A bot and its chats, in memory."""
    courier = Courier(Outside(options.callback_hosts, timeout=DELIVERY_SECONDS))
    fake, token, signing = _known(courier) if options.generated else _drawn(courier, options)
    return Provider(
        app=build_app(fake),
        version=VERSION,
        reset=fake.reset,
        states=states(fake),
        close=fake.close,
        credentials={"valid": token, "signing": signing},
        notes=_notes(options),
    )


def _drawn(courier: Courier, options: ProviderOptions) -> tuple[Fake, str, str]:
    """The fake, its token and the secret of its webhooks."""
    token, signing = secrets.token_urlsafe(32), _signing_secret(options)
    return assemble(time.time, token, signing, courier), token, signing


def _known(courier: Courier) -> tuple[Fake, str, str]:
    """What is generated learns from answers, so that it repeats only where they do: the time stands still."""
    fake = assemble(lambda: STANDING, KNOWN_TOKEN, KNOWN_SECRET, courier, KNOWN_SECRET.encode())
    return fake, KNOWN_TOKEN, KNOWN_SECRET


def _signing_secret(options: ProviderOptions) -> str:
    """Strangers have to know it beforehand: their receiver is set up with it."""
    return os.environ.get(SIGNING_VARIABLE) or (
        KNOWN_SECRET if options.strangers else secrets.token_urlsafe(32)
    )


def _notes(options: ProviderOptions) -> tuple[str, ...]:
    if not options.strangers:
        return ()
    if os.environ.get(SIGNING_VARIABLE):
        signed = f"webhooks are signed with the secret in {SIGNING_VARIABLE}"
    else:
        signed = f"webhooks are signed with {KNOWN_SECRET!r}; {SIGNING_VARIABLE} sets another"
    return (
        f"the bot is in chat {GENERAL} «Общий» and chat {TEAM} «Разработка»; everything is in memory",
        signed,
        f"GET {MODELLED_PATH} lists which operations are here",
    )
