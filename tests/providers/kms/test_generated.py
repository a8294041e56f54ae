"""The fake for generated requests: it answers alike each time, as far as keys allow it."""

from __future__ import annotations

from providers.kms.provider import KNOWN_TOKEN, create
from tests.providers.kms.stage import LOCATION, Json, Kms, client_of
from troth.provider import ProviderOptions


def made(*, generated: bool) -> tuple[str, Json]:
    """The token, and a key ring that was just made."""
    provider = create(ProviderOptions(generated=generated))
    kms = Kms(client_of(provider), provider.credentials["valid"])
    return kms.token, kms.post(f"{LOCATION}/keyRings", {}, keyRingId="ring")


def test_it_answers_alike_each_time() -> None:
    assert made(generated=True) == made(generated=True)


def test_its_token_is_known() -> None:
    token, _ = made(generated=True)

    assert token == KNOWN_TOKEN


def test_the_token_of_another_fake_is_drawn() -> None:
    token, _ = made(generated=False)

    assert token != KNOWN_TOKEN


def test_another_fake_has_a_clock() -> None:
    _, standing = made(generated=True)
    _, going = made(generated=False)

    assert going["createTime"] != standing["createTime"]
