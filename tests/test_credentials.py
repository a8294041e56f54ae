"""Placeholders and the credentials behind them."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest

from tests.support.shop import SECRET
from troth.credentials import Credentials
from troth.exchange import Headers, Request

PLACEHOLDER = "{{secret:valid}}"
KNOWN = Credentials({"valid": SECRET, "quoted": 'with "quotes"'})


def request(url: str = "https://shop.example/", body: bytes = b"", **headers: str) -> Request:
    return Request(
        "POST", url, Headers.of({name.replace("_", "-"): value for name, value in headers.items()}), body
    )


def test_a_header_gets_the_credential() -> None:
    revealed = KNOWN.reveal(request(Authorization=f"Bearer {PLACEHOLDER}"))
    assert revealed.headers.get("Authorization") == f"Bearer {SECRET}"


def test_basic_authorization_gets_the_credential_inside_its_base64() -> None:
    basic = base64.b64encode(f"user:{PLACEHOLDER}".encode()).decode()
    revealed = KNOWN.reveal(request(Authorization=f"Basic {basic}"))
    assert (
        revealed.headers.get("Authorization")
        == f"Basic {base64.b64encode(f'user:{SECRET}'.encode()).decode()}"
    )


@pytest.mark.parametrize("spelled", [PLACEHOLDER, quote(PLACEHOLDER, safe=""), "%7b%7bsecret:valid%7d%7d"])
def test_a_query_gets_the_credential_percent_encoded(spelled: str) -> None:
    revealed = KNOWN.reveal(request(f"https://shop.example/?token={spelled}&a=1"))
    assert revealed.url == f"https://shop.example/?token={quote(SECRET, safe='')}&a=1"


def test_a_json_body_gets_the_credential_escaped() -> None:
    body = json.dumps({"token": "{{secret:quoted}}"}).encode()
    revealed = KNOWN.reveal(request(body=body, Content_Type="application/json"))
    assert json.loads(revealed.body) == {"token": 'with "quotes"'}


def test_a_form_gets_the_credential_percent_encoded() -> None:
    body = f"token={quote_plus(PLACEHOLDER)}".encode()
    revealed = KNOWN.reveal(request(body=body, Content_Type="application/x-www-form-urlencoded"))
    assert revealed.body == f"token={quote(SECRET, safe='')}".encode()


def test_any_other_body_gets_the_credential_as_it_is() -> None:
    revealed = KNOWN.reveal(request(body=f"token {PLACEHOLDER} \xff".encode("latin-1")))
    assert revealed.body == f"token {SECRET} \xff".encode("latin-1")


def test_a_role_that_nobody_holds_gets_a_wrong_text() -> None:
    revealed = KNOWN.reveal(request(X_Shop_Token="{{secret:wrong}}"))
    assert revealed.headers.get("X-Shop-Token") == "troth-wrong-wrong"


def test_a_request_without_placeholders_stays_as_it_is() -> None:
    plain = request("https://shop.example/a%2fb?q={x}", b"\x00secret\xff", X_A="{{other:valid}}")
    assert KNOWN.reveal(plain) == plain


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (SECRET, PLACEHOLDER),
        (quote(SECRET, safe=""), quote(PLACEHOLDER, safe="")),
        (quote(SECRET), quote(PLACEHOLDER, safe="")),
        (quote_plus(SECRET), quote(PLACEHOLDER, safe="")),
        ("s3cr3t%2fToken%2bof%3dthe%20shop", quote(PLACEHOLDER, safe="")),
        (SECRET.replace("/", "\\/"), PLACEHOLDER),
        (json.dumps('with "quotes"'), '"{{secret:quoted}}"'),
    ],
)
def test_a_credential_is_concealed_however_it_is_spelled(sent: str, expected: str) -> None:
    assert KNOWN.conceal(f"<{sent}>".encode()) == f"<{expected}>".encode()


@pytest.mark.parametrize("before", ["", "u", "us", "user:"])
def test_a_credential_is_concealed_inside_base64(before: str) -> None:
    sent = base64.b64encode(f"{before}{SECRET}.".encode())
    concealed = KNOWN.conceal(b'{"echo":"' + sent + b'"}')
    assert concealed == b'{"echo":"' + base64.b64encode(f"{before}{PLACEHOLDER}.".encode()) + b'"}'


def test_a_credential_is_concealed_inside_url_safe_base64_without_padding() -> None:
    known = Credentials({"valid": "????>>>>~~~~"})
    sent = base64.urlsafe_b64encode(b"x ????>>>>~~~~").rstrip(b"=")
    assert known.conceal(sent) == base64.urlsafe_b64encode(f"x {PLACEHOLDER}".encode()).rstrip(b"=")


def test_base64_that_was_cut_keeps_nothing_of_the_credential() -> None:
    sent = b"A" + base64.b64encode(SECRET.encode()) + b"A"
    assert base64.b64encode(SECRET.encode())[:30] not in KNOWN.conceal(sent)


def test_other_base64_stays_as_it_is() -> None:
    data = base64.b64encode(b"nothing to hide here") + b" " + base64.b64encode(SECRET.encode())
    assert KNOWN.conceal(data).startswith(base64.b64encode(b"nothing to hide here") + b" ")


def test_the_longer_of_two_credentials_is_concealed_as_a_whole() -> None:
    known = Credentials({"short": "token", "long": "token-and-more"})
    assert known.conceal(b"token-and-more token") == b"{{secret:long}} {{secret:short}}"


def test_without_credentials_nothing_is_concealed() -> None:
    assert Credentials({"valid": ""}).conceal(b"text") == b"text"


def test_a_placeholder_may_stand_for_itself() -> None:
    known = Credentials({"valid": PLACEHOLDER})
    assert known.conceal(base64.b64encode(PLACEHOLDER.encode())) == base64.b64encode(PLACEHOLDER.encode())


def test_roles_are_found_in_every_part_of_a_request() -> None:
    asked = request(
        "https://shop.example/?a=%7B%7Bsecret%3Aone%7D%7D", b"{{secret:two}}", X_A="{{secret:three}}"
    )
    assert KNOWN.roles_in(asked) == {"one", "two", "three"}
