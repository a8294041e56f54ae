"""What the contract of Pachca says of handing a file over, at the store's own host."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from urllib3.filepost import encode_multipart_formdata

from contracts.pachca.operations import pachca
from tests.contracts.pachca.exchanges import FOLDER, UPLOAD, call, places, sent, told, without
from troth.exchange import Exchange, Headers, Request, Response
from troth.jsontext import Json
from troth.redact import redact

URL = "https://uploads.pachca.example/direct_url"
FORM = [(name, str(value)) for name, value in without(UPLOAD, "direct_url").items()]
TEXT = ("отчёт.txt", "квартальный отчёт".encode(), "text/plain")
PICTURE = ("отчёт.png", bytes(range(256)) * 20, "image/png")
DENIED = b"<Error><Code>AccessDenied</Code></Error>"

_File = tuple[str, bytes, str]


def uploaded(
    parts: Sequence[tuple[str, str | _File]], *, status: int = 204, headers: Sequence[tuple[str, str]] = ()
) -> Exchange:
    """A file was handed over, or not."""
    body, content_type = encode_multipart_formdata(parts)
    request = Request("POST", URL, Headers((("Content-Type", content_type), *headers)), body)
    answer = (
        (Headers.of({"Content-Type": "application/xml"}), DENIED) if status >= 400 else (Headers(()), b"")
    )
    return Exchange(request, Response(status, *answer))


def changed(name: str, value: str | None) -> list[tuple[str, str | _File]]:
    """The form with another part; None leaves it out."""
    form = [(each, value if each == name else text) for each, text in FORM]
    return [*((each, text) for each, text in form if text is not None), ("file", TEXT)]


@pytest.mark.parametrize("status", [204, 400, 403, 503])
@pytest.mark.parametrize("file", [TEXT, PICTURE], ids=["text", "picture"])
def test_an_upload_holds(file: _File, status: int) -> None:
    assert places(uploaded([*FORM, ("file", file)], status=status)) == []


@pytest.mark.parametrize(
    ("parts", "path", "rule"),
    [
        pytest.param(changed("policy", None), "$.policy", "field-missing", id="no policy"),
        pytest.param(changed("x-amz-signature", None), '$["x-amz-signature"]', "field-missing"),
        pytest.param(changed("x-amz-date", "yesterday"), '$["x-amz-date"]', "field-constraint"),
        pytest.param(changed("key", f"{FOLDER}/a.txt"), "$.key", "field-constraint", id="a key of its own"),
        pytest.param(FORM, "$.file", "field-missing", id="no file"),
        pytest.param([*FORM, ("file", "text")], "$", "field-invalid", id="a file without a name"),
        pytest.param([*FORM, ("size", "1"), ("file", TEXT)], "$.size", "field-undeclared", id="one more"),
    ],
)
def test_an_upload_that_breaks(parts: list[tuple[str, str | _File]], path: str, rule: str) -> None:
    assert ("POST /direct_url", path, rule) in told(uploaded(parts))


def test_a_file_before_the_form() -> None:
    found = told(uploaded([("file", TEXT), *FORM]))

    assert [operation for operation, _, _ in found] == ["POST /direct_url"]


def test_a_form_in_json() -> None:
    exchange = uploaded([*FORM, ("file", TEXT)])
    request = Request("POST", URL, Headers.of({"Content-Type": "application/json"}), b"{}")

    found = places(Exchange(request, exchange.response))

    assert ("request", "header Content-Type", "content-type") in found


def test_a_credential_that_goes_to_the_store() -> None:
    found = told(uploaded([*FORM, ("file", TEXT)], headers=[("Authorization", "Bearer a-token")]))

    assert found == [("POST /direct_url", "header Authorization", "credential-strayed")]


@pytest.mark.parametrize("file", [TEXT, PICTURE], ids=["text", "picture"])
def test_a_recording_lets_nobody_upload_and_fits_together(file: _File) -> None:
    name = file[0]
    written: Json = {"key": f"{FOLDER}/{name}", "name": name, "file_type": "file", "size": len(file[1])}
    exchanges = [
        call("POST", "/uploads", None, UPLOAD, 201),
        uploaded([*FORM, ("file", file)]),
        sent({"files": [written]}),
    ]

    shown = redact(pachca, exchanges).exchanges

    bodies = b"".join(each.request.body + each.response.body for each in shown)
    secrets = (file[1], name.encode(), b"e354fd79", b"87e8f3ba", b"eyJleHB", b"286471")
    assert [secret for secret in secrets if secret in bodies] == []
    assert [places(each) for each in shown] == [[], [], []]
    assert shown[0].response.body.count(b"/${filename}") == 1
