"""No key material, no token and no plaintext in what is written or said, looked for from the other side."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from consumers.kms import scenarios
from consumers.kms.connection import Connection, Patience, access_token
from consumers.kms.errors import KmsError
from consumers.kms.secrecy import Box, Mac
from contracts.kms.operations import kms
from contracts.kms.texts import crc32c
from providers.kms.material import Maker, Material
from tests.consumers.kms.workspace import SCENARIOS, WORKSPACE
from tests.pacts.breaks import changed_provider, put, unchanged
from troth.canary import base64_cores, leaks
from troth.cassettes.record import Recorder, Taken
from troth.cassettes.write import dump
from troth.events import silent
from troth.pacts.generate import Recorded, generate
from troth.target import open_proxy, run_scenario

PLAINTEXT, CONTEXT, PAYLOAD = "canary-plaintext-7d1", "canary-context-81c", "canary-payload-b33"
PLAINTEXT_OF_THE_STATE = "an answer that only the key reveals"
SECRETS = {
    "plaintext": PLAINTEXT,
    "context": CONTEXT,
    "signed or authenticated": PAYLOAD,
    "plaintext of the state": PLAINTEXT_OF_THE_STATE,
    "project": "example-project",
    "key ring": "example-ring",
    "key": "example-key",
}


@dataclass(frozen=True)
class Written:
    """What a recording of every scenario leaves: cassettes and pacts, as one text."""

    text: str
    token: str
    keys: tuple[bytes, ...]


def _secret_part(material: Material) -> bytes:
    """What makes the key a secret, as bytes."""
    if isinstance(material, bytes):
        return material
    if isinstance(material, rsa.RSAPrivateKey):
        exponent = material.private_numbers().d
        return exponent.to_bytes((exponent.bit_length() + 7) // 8)
    if isinstance(material, ec.EllipticCurvePrivateKey):
        return material.private_numbers().private_value.to_bytes(66).lstrip(b"\0")
    return material.private_bytes_raw()


def _texts(taken: Sequence[Taken]) -> Iterator[str]:
    """The cassettes of what was recorded, and the pacts that they give."""
    assert [each.findings for each in taken if each.findings] == []
    cassettes = [each.cassette for each in taken if each.cassette is not None]
    yield from map(dump, cassettes)
    for cassette in cassettes:
        given = next(scenario.given for scenario in SCENARIOS if scenario.name == cassette.scenario)
        recorded = Recorded(cassette.scenario, given, cassette.exchanges, cassette.provenance.values)
        yield from (json.dumps(interaction.document()) for interaction in generate(kms, recorded))


@pytest.fixture(scope="module")
def written() -> Written:
    """Every scenario is recorded with canaries for payloads."""
    keys: list[bytes] = []
    make = Maker.make

    def spied(self: Maker, scheme: object) -> Material:
        material = make(self, scheme)  # type: ignore[arg-type]
        keys.append(_secret_part(material))
        return material

    with pytest.MonkeyPatch.context() as patch, changed_provider(WORKSPACE, kms, unchanged) as target:
        patch.setattr(Maker, "make", spied)
        for name, canary in (("PLAINTEXT", PLAINTEXT), ("CONTEXT", CONTEXT), ("PAYLOAD", PAYLOAD)):
            patch.setattr(scenarios, name, canary.encode())
        recorder = Recorder(WORKSPACE, kms, target, datetime(2031, 5, 1, tzinfo=UTC), silent, twice=False)
        taken = recorder.take(SCENARIOS)
    return Written("\n".join(_texts(taken)), target.secrets["valid"], tuple(keys))


def test_no_plaintext_and_no_name_is_written(written: Written) -> None:
    assert leaks(written.text, SECRETS) == ()


def test_no_token_is_written(written: Written) -> None:
    assert leaks(written.text, {"token": written.token}) == ()


def test_no_key_material_is_written(written: Written) -> None:
    content = written.text.encode()
    forms = [(key.hex().encode(), base64.b64encode(key), *base64_cores(key)) for key in written.keys]

    assert len(written.keys) > 20
    assert [form for key in forms for form in key if form in content] == []


def test_no_checksum_of_a_plaintext_is_written(written: Written) -> None:
    checksums = {text: str(crc32c(text.encode())) for text in (PLAINTEXT, CONTEXT, PAYLOAD)}

    assert [text for text, checksum in checksums.items() if checksum in written.text] == []


@pytest.mark.parametrize("name", ["what was encrypted is decrypted", "a MAC holds"])
def test_a_finding_holds_no_plaintext(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenarios, "PLAINTEXT", PLAINTEXT.encode())
    monkeypatch.setattr(scenarios, "PAYLOAD", PAYLOAD.encode())
    scenario = next(each for each in SCENARIOS if each.name == name)

    with (
        changed_provider(WORKSPACE, kms, put("protectionLevel", "x")) as target,
        open_proxy(kms, target) as proxy,
    ):
        ran = run_scenario(scenario, target, proxy)

    said = "\n".join(str(mismatch) for judged in ran.judged for mismatch in judged.mismatches)
    assert "$.protectionLevel" in said
    assert leaks(f"{said}\n{ran.error!r}", {**SECRETS, "token": target.secrets["valid"]}) == ()


def test_neither_an_error_nor_a_log_holds_a_plaintext_or_a_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with changed_provider(WORKSPACE, kms, unchanged) as target:
        assert target.states is not None
        values = target.states.set(scenarios.missing.given)
        credentials = access_token(target.secrets["valid"])
        with (
            Connection(credentials, url=target.url, patience=Patience(deadline=0)) as connection,
            pytest.raises(KmsError) as caught,
        ):
            Box(connection, f"{values['key_ring']}/cryptoKeys/none").encrypt(PLAINTEXT.encode())

    said = f"{caught.value!r} {caught.value} {caplog.text}"
    assert leaks(said, {"plaintext": PLAINTEXT, "token": target.secrets["valid"]}) == ()


def test_a_mac_does_not_show_itself() -> None:
    assert "canary" not in repr(Mac(b"canary", "projects/p"))
