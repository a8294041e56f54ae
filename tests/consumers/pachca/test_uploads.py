"""Files go to the storage that the service names: without our credential, and with the file last."""

from __future__ import annotations

import io
import json
from contextlib import closing
from dataclasses import dataclass

import pytest
import requests
import responses
from werkzeug.formparser import parse_form_data

from consumers.pachca.client import PachcaClient
from consumers.pachca.errors import NotAllowed, OutcomeUnknown, RateLimited, Unreadable, UploadRefused
from consumers.pachca.uploads import UploadedFile
from tests.consumers.pachca.support import (
    SECRET,
    STORAGE,
    FakeTime,
    answers,
    asked,
    client,
    message,
    sent,
    unauthorised,
)
from troth.exchange import Headers, Request, Response
from troth.jsontext import Json
from troth.loopback import LoopbackServer

NAME = "отчёт за май.pdf"
DATA = b"%PDF-1.7\r\n--boundary\r\n\x00\xff"


def session_with_credentials() -> requests.Session:
    """What a caller may hand over that sends its credentials to everybody."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {SECRET}"
    session.cookies.set("session", SECRET)
    return session


def permission(url: str = STORAGE) -> dict[str, Json]:
    """What the service answers to the wish to upload."""
    return {
        "Content-Disposition": "attachment",
        "acl": "private",
        "policy": "s3cret-policy",
        "x-amz-credential": "AKIA/20310501/eu/s3/aws4_request",
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-date": "20310501T120000Z",
        "x-amz-signature": "s3cret-signature",
        "key": "attaches/files/1/e3b0c442/${filename}",
        "direct_url": url,
    }


@dataclass(frozen=True)
class Form:
    """The parts of an upload, as a server reads them."""

    texts: dict[str, str]
    filename: str | None
    content_type: str | None
    data: bytes


def form(request: requests.PreparedRequest) -> Form:
    """What the storage was sent."""
    body = request.body
    assert isinstance(body, bytes)
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": request.headers["Content-Type"],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    _, texts, files = parse_form_data(environ)
    with closing(files["file"]) as file:
        return Form(texts.to_dict(), file.filename, file.content_type, file.read())


@responses.activate
def test_a_file_that_was_stored_is_named_by_its_key() -> None:
    answers("POST", "/uploads", permission(), status=201)
    responses.post(STORAGE, status=204)

    made = client().upload(NAME, DATA, file_type="file")

    assert made == UploadedFile(f"attaches/files/1/e3b0c442/{NAME}", NAME, "file", len(DATA))


@responses.activate
def test_the_storage_gets_the_file_byte_by_byte_and_every_field_of_the_permission() -> None:
    answers("POST", "/uploads", permission(), status=201)
    responses.post(STORAGE, status=204)

    client().upload(NAME, DATA, content_type="application/pdf")

    texts = {name: str(text) for name, text in permission().items() if name != "direct_url"}
    assert form(asked()[1]) == Form(texts, NAME, "application/pdf", DATA)


@responses.activate
def test_the_file_comes_last() -> None:
    answers("POST", "/uploads", permission(), status=201)
    responses.post(STORAGE, status=204)

    client().upload("a.txt", b"a")

    body = asked()[1].body
    assert isinstance(body, bytes)
    names = [part.split(b'"')[1].decode() for part in body.split(b"form-data; name=")[1:]]
    assert names == [*(name for name in permission() if name != "direct_url"), "file"]


@responses.activate
@pytest.mark.parametrize(
    "session", [None, session_with_credentials()], ids=["its own session", "a session of the caller"]
)
def test_no_credential_reaches_the_storage(session: requests.Session | None) -> None:
    answers("POST", "/uploads", permission(), status=201)
    responses.post(STORAGE, status=204)

    client(session=session).upload("a.txt", b"a")

    headers = asked()[1].headers
    assert ("Authorization" in asked()[0].headers, "Authorization" in headers) == (True, False)
    assert SECRET not in str(headers)


def test_a_netrc_file_adds_none_on_a_real_socket(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    seen: list[Request] = []
    service = Service(seen)

    with LoopbackServer(service) as server, client(url=server.url, session=requests.Session()) as pachca:
        service.url = server.url
        pachca.upload("a.txt", b"a")

    assert [request.headers.get("Authorization") for request in seen] == [f"Bearer {SECRET}", None]


class Service:
    """The service and its storage, on one socket."""

    def __init__(self, seen: list[Request]) -> None:
        self.url = ""
        self._seen = seen

    def __call__(self, request: Request) -> Response:
        self._seen.append(request)
        if not request.url.endswith("/uploads"):
            return Response(204, Headers(), b"")
        body = json.dumps(permission(f"{self.url}/direct_url")).encode()
        return Response(201, Headers.of({"Content-Type": "application/json"}), body)


@responses.activate
def test_what_was_uploaded_goes_into_a_message() -> None:
    answers("POST", "/uploads", permission(), status=201)
    responses.post(STORAGE, status=204)
    answers("POST", "/messages", {"data": message()}, status=201)
    pachca = client()

    pachca.send(1, "see", files=[pachca.upload("cat.png", b"png", file_type="image")])

    assert sent(2)["message"]["files"] == [
        {"key": "attaches/files/1/e3b0c442/cat.png", "name": "cat.png", "file_type": "image", "size": 3}
    ]


@pytest.mark.parametrize("name", ["", " ", "a/b.txt", "a\\b.txt", 'a".txt', "a\r\nX: 1", "a\x00"])
def test_a_name_that_the_storage_would_change_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name of a file"):
        client().upload(name, b"a")


@responses.activate
@pytest.mark.parametrize("status", [400, 403, 404, 413])
def test_a_permission_that_has_expired(status: int) -> None:
    answers("POST", "/uploads", permission(), status=201)
    responses.post(STORAGE, status=status, body="<Error><Message>s3cret-policy</Message></Error>")

    with pytest.raises(UploadRefused, match=str(status)) as caught:
        client().upload("a.txt", b"a")

    assert caught.value.status == status
    assert "s3cret" not in f"{caught.value} {caught.value!r}"


@responses.activate
def test_the_right_to_upload_is_told_apart() -> None:
    answers("POST", "/uploads", unauthorised("insufficient_scope", "uploads:write"), status=403)

    with pytest.raises(NotAllowed, match="uploads:write"):
        client().upload("a.txt", b"a")


@responses.activate
@pytest.mark.parametrize("trouble", [requests.ReadTimeout(), requests.ConnectionError("reset")], ids=str)
def test_an_upload_whose_answer_was_lost_is_not_sent_again(trouble: Exception) -> None:
    answers("POST", "/uploads", permission(), status=201)
    responses.post(STORAGE, body=trouble)

    with pytest.raises(OutcomeUnknown):
        client().upload("a.txt", b"a")

    assert len(asked()) == 2


@responses.activate
def test_a_storage_that_redirects_is_not_followed() -> None:
    answers("POST", "/uploads", permission(), status=201)
    responses.post(STORAGE, status=307, headers={"Location": "https://elsewhere.example/"})

    with pytest.raises(Unreadable, match="307"):
        client().upload("a.txt", b"a")

    assert len(asked()) == 2


@responses.activate
def test_throttling_is_told_apart() -> None:
    answers("POST", "/uploads", {}, status=429, headers={"Retry-After": "600"})

    with pytest.raises(RateLimited):
        client(FakeTime()).upload("a.txt", b"a")


@responses.activate
@pytest.mark.parametrize("url", ["http://storage.example/direct_url", "https://me:s3cret@storage.example/x"])
def test_a_storage_that_is_not_safe_gets_nothing(url: str) -> None:
    answers("POST", "/uploads", permission(url), status=201)

    with pytest.raises(Unreadable, match="https address") as caught:
        client().upload("a.txt", b"a")

    assert len(asked()) == 1
    assert "s3cret" not in str(caught.value)


def test_an_answer_cannot_name_a_file_of_this_machine() -> None:
    def service(_: Request) -> Response:
        body = json.dumps(permission("file:///etc/passwd")).encode()
        return Response(201, Headers.of({"Content-Type": "application/json"}), body)

    with (
        LoopbackServer(service) as server,
        PachcaClient(server.url, SECRET) as pachca,
        pytest.raises(Unreadable, match="direct_url"),
    ):
        pachca.upload("a.txt", b"a")
