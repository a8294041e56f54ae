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
from providers.pachca.fake import assemble
from providers.pachca.states import states
from providers.pachca.world import GENERAL, TEAM
from troth.outside import Outside
from troth.provider import Provider, ProviderOptions
from troth.states import MODELLED_PATH

VERSION = "pachca-fake 1"
SIGNING_VARIABLE = "PACHCA_SIGNING_SECRET"
KNOWN_SECRET = "pachca-fake-signing-secret"
DELIVERY_SECONDS = 10.0
"""For one try of a delivery; the vendor does not say its own."""


def create(options: ProviderOptions) -> Provider:
    """A bot and its chats, in memory."""
    outside = Outside(options.callback_hosts, timeout=DELIVERY_SECONDS)
    token, signing = secrets.token_urlsafe(32), _signing_secret(options)
    fake = assemble(time.time, token, signing, Courier(outside))
    return Provider(
        app=build_app(fake),
        version=VERSION,
        reset=fake.reset,
        states=states(fake),
        close=fake.close,
        credentials={"valid": token, "signing": signing},
        notes=_notes(options),
    )


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
