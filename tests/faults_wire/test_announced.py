"""What ``troth serve`` says of faults at its start."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults_wire.conftest import Serve
from troth.cli.serve import announced
from troth.faults.catalogue import CATALOGUE
from troth.serve.listen import Listening
from troth.serve.run import Serving
from troth.workspace import Settings, Workspace


def said(served: Listening, folder: Path) -> list[str]:
    return list(announced(Workspace(folder, Settings()), Serving(served, "letters 1", (), {}, {})))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("http_503", "fault http_503, every call: 503 Service Unavailable"),
        ("http_503:read_letter", "fault http_503, every call of read_letter: 503 Service Unavailable"),
        (
            "http_503:read_letter:2",
            "fault http_503, the first 2 calls of read_letter: 503 Service Unavailable",
        ),
        ("http_503::1", "fault http_503, the first call: 503 Service Unavailable"),
        ("tls_expired:1", "fault tls_expired, the first connection: the certificate has expired"),
        ("connection_refused", "fault connection_refused, every connection: nothing listens on the port"),
        ("field_null:$.size", "fault field_null:$.size, every call: null where the contract allows none"),
    ],
)
def test_it_says_which_faults_are_on(serve: Serve, tmp_path: Path, written: str, told: str) -> None:
    assert f"  {told}" in said(serve(written), tmp_path)


@pytest.mark.parametrize(("options", "scheme"), [({}, "http"), ({"tls": True}, "https")])
def test_it_gives_a_url_that_does_not_resolve(
    serve: Serve, tmp_path: Path, options: dict[str, bool], scheme: str
) -> None:
    served = serve("dns_failure", **options)
    port = served.url.rpartition(":")[2]

    told = "fault dns_failure: has no form on a port; give your client"
    assert f"  {told} {scheme}://letters.invalid:{port}" in said(served, tmp_path)


def test_it_names_the_authority_as_a_person_in_the_folder_would(serve: Serve, tmp_path: Path) -> None:
    served = serve(tls=True)
    port = served.url.rpartition(":")[2]

    [line] = [line for line in said(served, tmp_path) if "TLS" in line]
    assert f"--cacert .troth/served/{port}-ca.pem https://127.0.0.1:{port}/" in line


def test_it_always_says_how_faults_are_switched(serve: Serve, tmp_path: Path) -> None:
    served = serve()

    assert any(
        line.startswith(f"  faults: {served.switch_url}; GET lists") for line in said(served, tmp_path)
    )


def test_every_fault_can_be_on_at_once(serve: Serve, tmp_path: Path) -> None:
    lines = said(serve(*(each.name for each in CATALOGUE)), tmp_path)

    assert len([line for line in lines if line.startswith("  fault ")]) == len(CATALOGUE)
