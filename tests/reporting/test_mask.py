"""No credential in a report."""

from __future__ import annotations

import base64
import gzip
from dataclasses import replace

import pytest

from tests.support.facts import UNCHECKED, seen, step
from troth.acceptance import Accepted
from troth.api import Api, HeaderToken
from troth.canary import leaks
from troth.evidence import Finding
from troth.reporting.mask import Mask

SECRET = "s3cret/with+signs"


@pytest.fixture
def mask() -> Mask:
    made = Mask({"WEATHER_KEY": SECRET})
    made.learn([Api("weather", server="https://w.example", auth=(HeaderToken("X-Key", env="WEATHER_KEY"),))])
    return made


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(SECRET, id="plain"),
        pytest.param("s3cret%2Fwith%2Bsigns", id="URL-encoded"),
        pytest.param("s3cret%2fwith%2bsigns", id="URL-encoded in lower case"),
        pytest.param("s3cret\\/with+signs", id="escaped as JSON"),
        pytest.param(SECRET.encode().hex(), id="hexadecimal"),
        pytest.param("czNjcmV0L3dpdGgrc2lnbnM=", id="base64"),
    ],
)
def test_a_credential_is_shown_by_the_name_of_its_variable(mask: Mask, form: str) -> None:
    assert mask.text(f"curl -H 'X-Key: {form}'") == "curl -H 'X-Key: $WEATHER_KEY'"


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(base64.b64encode(f"user:{SECRET}".encode()).decode(), id="Basic credentials"),
        pytest.param(base64.b64encode(gzip.compress(SECRET.encode(), mtime=0)).decode(), id="gzip in base64"),
    ],
)
def test_a_credential_is_hidden_where_it_is_packed(mask: Mask, packed: str) -> None:
    assert leaks(mask.text(f"Authorization: Basic {packed}"), {"key": SECRET}) == ()


@pytest.mark.parametrize(
    "field",
    ["message", "scenario", "operation", "path", "expected", "actual", "place", "reproduce"],
)
def test_no_text_of_a_finding_is_left_out(mask: Mask, field: str) -> None:
    texts = (SECRET,) * 7
    finding = Finding("leaks", SECRET, "weather", *texts)

    masked = mask.result(step(finding)).findings[0]

    assert getattr(masked, field) == "$WEATHER_KEY"


@pytest.mark.parametrize("field", ["operation", "scenario", "place"])
def test_no_text_of_evidence_is_left_out(mask: Mask, field: str) -> None:
    evidence = seen(SECRET, scenario=SECRET, place=SECRET)

    masked = mask.result(step(evidence=(evidence,))).evidence[0]

    assert getattr(masked, field) == "$WEATHER_KEY"


def test_an_accepted_finding_is_masked_as_well(mask: Mask) -> None:
    accepted = mask.accepted(Accepted(replace(UNCHECKED, message=SECRET), f"because {SECRET}"))

    assert (accepted.finding.message, accepted.reason) == ("$WEATHER_KEY", "because $WEATHER_KEY")


def test_a_variable_that_is_not_set_hides_nothing() -> None:
    mask = Mask({})
    mask.learn([Api("weather", server="https://w.example", auth=(HeaderToken("X-Key", env="WEATHER_KEY"),))])

    assert mask.text("as it was") == "as it was"


def test_of_two_secrets_the_longer_is_replaced_first() -> None:
    mask = Mask({})
    mask.hide("SHORT", "abcd")
    mask.hide("LONG", "abcdef")

    assert mask.text("abcdef abcd") == "$LONG $SHORT"
