"""Who is not Python sees the same: curl, by its exit status."""

from __future__ import annotations

import subprocess

import pytest

from tests.faults_wire.conftest import Serve
from troth.serve.listen import Listening

pytestmark = pytest.mark.needs("curl")


def curl(served: Listening, *options: str) -> subprocess.CompletedProcess[str]:
    trusted = [] if served.authority is None else ["--cacert", str(served.authority)]
    return subprocess.run(
        ["curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", "0.4", *trusted, *options],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("connection_refused", 7),
        ("connect_timeout", 28),
        ("tls_expired", 60),
        ("tls_self_signed", 60),
        ("tls_wrong_host", 60),
        ("read_timeout", 28),
        ("body_drips", 28),
        ("reset_before_headers", 56),
        ("reset_mid_body", 56),
        ("body_short", 18),
    ],
)
def test_curl_fails_as_on_a_network(serve: Serve, name: str, status: int) -> None:
    served = serve(name)

    assert curl(served, f"{served.url}/letters/7").returncode == status


@pytest.mark.parametrize(("name", "status"), [("http_429", "429"), ("http_502_html", "502")])
def test_curl_gets_the_status(serve: Serve, name: str, status: str) -> None:
    served = serve(name)

    assert curl(served, "--write-out", " %{http_code}", f"{served.url}/letters/7").stdout.endswith(status)


def test_curl_follows_a_loop_to_its_own_end(serve: Serve) -> None:
    served = serve("redirect_loop")

    assert curl(served, "--location", f"{served.url}/letters/7").returncode == 47


def test_with_tls_curl_is_served(serve: Serve) -> None:
    served = serve(tls=True)

    assert curl(served, f"{served.url}/letters/7").returncode == 0
