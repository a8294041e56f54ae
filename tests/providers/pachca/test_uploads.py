"""Uploads: the signed form, and the host that takes it."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from werkzeug.test import TestResponse

from providers.pachca.fake import Fake
from tests.providers.pachca.conftest import Enter
from tests.providers.pachca.stage import Clock, Pachca

Fields = list[tuple[str, str]]
HOST = "/_origins/uploads/direct_url"
BOUNDARY = "a-boundary"
FILE = ("report.txt", b"\x00\xff content\r\n")


@pytest.fixture
def form(pachca: Pachca) -> Fields:
    """The fields to send, in their order, and without the URL."""
    signed = pachca.post("/uploads")
    return [(name, str(value)) for name, value in signed.items() if name != "direct_url"]


@pytest.fixture
def upload(pachca: Pachca) -> Callable[..., TestResponse]:
    """Post a form as bytes, so that the order of its parts is that of the test."""

    def upload(
        fields: Fields, file: tuple[str, bytes] | None = FILE, after: Fields | None = None
    ) -> TestResponse:
        parts = [_part(f'name="{name}"', value.encode()) for name, value in fields]
        if file is not None:
            parts.append(_part(f'name="file"; filename="{file[0]}"', file[1]))
        parts += [_part(f'name="{name}"', value.encode()) for name, value in after or []]
        body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
        return pachca.client.post(HOST, data=body, content_type=f"multipart/form-data; boundary={BOUNDARY}")

    return upload


def _part(disposition: str, content: bytes) -> bytes:
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
    return head.encode() + content + b"\r\n"


def changed(fields: Fields, name: str, value: str) -> Fields:
    return [(known, value if known == name else text) for known, text in fields]


def code(response: TestResponse) -> tuple[int, str | None]:
    assert response.content_type == "application/xml"
    return response.status_code, ElementTree.fromstring(response.text).findtext("Code")


def test_what_is_to_be_sent_comes_bare(pachca: Pachca) -> None:
    signed = pachca.post("/uploads")

    assert list(signed) == [
        "Content-Disposition",
        "acl",
        "x-amz-credential",
        "x-amz-algorithm",
        "x-amz-date",
        "policy",
        "x-amz-signature",
        "key",
        "direct_url",
    ]
    assert str(signed["key"]).endswith("/${filename}")
    assert signed["direct_url"] == f"http://localhost{HOST}"


def test_every_upload_has_its_own_key(pachca: Pachca) -> None:
    keys = {pachca.post("/uploads")["key"] for _ in range(3)}

    assert len(keys) == 3


def test_a_file_is_taken_without_a_token(form: Fields, upload: Callable[..., TestResponse]) -> None:
    answer = upload(form)

    assert (answer.status_code, answer.data) == (204, b"")


def test_what_was_uploaded_can_be_sent(
    pachca: Pachca, form: Fields, upload: Callable[..., TestResponse]
) -> None:
    upload(form)
    key = dict(form)["key"].replace("${filename}", "report.txt")

    sent = pachca.write("", files=[{"key": key, "name": "report.txt", "file_type": "file", "size": 12}])

    assert key in str(sent["files"])


def test_a_key_may_be_filled_in_before(
    pachca: Pachca, form: Fields, upload: Callable[..., TestResponse]
) -> None:
    key = dict(form)["key"].replace("${filename}", "mine.txt")
    upload(changed(form, "key", key))

    sent = pachca.write("", files=[{"key": key, "name": "mine.txt", "file_type": "file", "size": 12}])

    assert key in str(sent["files"])


def test_a_form_that_was_not_posted_is_nothing(pachca: Pachca, form: Fields) -> None:
    key = dict(form)["key"].replace("${filename}", "report.txt")

    refused = pachca.refused_message(
        files=[{"key": key, "name": "report.txt", "file_type": "file", "size": 12}]
    )

    assert refused == (422, [("files.key", "not_found")])


@pytest.mark.parametrize("name", ["Content-Disposition", "acl", "x-amz-credential", "x-amz-date", "key"])
def test_what_was_signed_cannot_be_changed(
    form: Fields, upload: Callable[..., TestResponse], name: str
) -> None:
    assert code(upload(changed(form, name, "other"))) == (403, "AccessDenied")


@pytest.mark.parametrize("name", ["policy", "x-amz-signature"])
@pytest.mark.parametrize("value", ["", "other", "e30=", "ё"])
def test_a_signature_is_of_its_policy(
    form: Fields, upload: Callable[..., TestResponse], name: str, value: str
) -> None:
    assert code(upload(changed(form, name, value))) == (403, "SignatureDoesNotMatch")


def test_a_policy_may_leave_the_other_fields_free(
    fake: Fake, upload: Callable[..., TestResponse], clock: Clock
) -> None:
    signed = fake.signer.open_form(int(clock() * 1000))

    taken = upload([*signed.items(), ("key", "any/${filename}"), ("acl", "any")])

    assert (taken.status_code, list(fake.world.uploaded)) == (204, [f"any/{FILE[0]}"])


def test_no_policy_leaves_the_key_out(fake: Fake, upload: Callable[..., TestResponse], clock: Clock) -> None:
    signed = fake.signer.open_form(int(clock() * 1000))

    assert code(upload(list(signed.items()))) == (403, "AccessDenied")


def test_a_policy_expires(form: Fields, upload: Callable[..., TestResponse], clock: Clock) -> None:
    clock.go_on(15 * 60)

    answer = upload(form)

    assert (code(answer), "Policy expired" in answer.text) == ((403, "AccessDenied"), True)


def test_a_policy_holds_until_then(form: Fields, upload: Callable[..., TestResponse], clock: Clock) -> None:
    clock.go_on(15 * 60 - 0.5)

    assert upload(form).status_code == 204


def test_uploads_that_have_expired_when_they_are_made(
    pachca: Pachca, enter: Enter, upload: Callable[..., TestResponse]
) -> None:
    enter("uploads have expired", times=1)
    first, second = (list(pachca.post("/uploads").items()) for _ in range(2))

    statuses = [upload([(n, str(v)) for n, v in each]).status_code for each in (first, second)]

    assert statuses == [403, 204]


def test_the_file_comes_last(form: Fields, upload: Callable[..., TestResponse]) -> None:
    assert code(upload(form[:-1], after=form[-1:])) == (403, "AccessDenied")


def test_a_form_without_a_file(form: Fields, upload: Callable[..., TestResponse]) -> None:
    assert code(upload(form, None)) == (400, "InvalidArgument")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\n"),
        ("multipart/form-data; boundary=b", b"\xff\x00 nothing"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nx'),
    ],
)
def test_what_is_no_form(pachca: Pachca, content_type: str, body: bytes) -> None:
    answer = pachca.client.post(HOST, data=body, content_type=content_type)

    assert code(answer) == (400, "MalformedPOSTRequest")


def test_the_host_takes_forms_alone(pachca: Pachca) -> None:
    answer = pachca.client.get(HOST)

    assert (code(answer), answer.headers["Allow"]) == ((405, "MethodNotAllowed"), "POST")


def test_the_host_is_not_the_api(pachca: Pachca) -> None:
    assert pachca.refused("POST", "/direct_url") == (404, [("path", "not_found")])
