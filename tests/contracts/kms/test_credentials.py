"""The credential of a live run; no network is asked here."""

from __future__ import annotations

from collections.abc import Callable

import google.auth
import pytest
from google.auth.exceptions import DefaultCredentialsError, RefreshError

from contracts.kms.credentials import SCOPE, application_default_token
from troth.errors import CouldNotCheck

TOKEN = "ya29.a-token-of-the-test"


# Google's classes have no types.
NO_CREDENTIALS: Callable[[str], Exception] = DefaultCredentialsError
NOT_RENEWED: Callable[[str], Exception] = RefreshError


class LoggedIn:
    """Credentials that are renewed without asking anybody."""

    token = ""

    def refresh(self, request: object) -> None:  # noqa: ARG002
        self.token = TOKEN


class Expired:
    """Credentials that Google does not renew."""

    def refresh(self, request: object) -> None:  # noqa: ARG002
        raise NOT_RENEWED("the account ada@example.com is gone")


def test_a_fresh_token_comes_with_the_scope_of_kms_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def machine(scopes: list[str]) -> tuple[LoggedIn, str]:
        asked.append(scopes)
        return LoggedIn(), "campus"

    monkeypatch.setattr(google.auth, "default", machine)

    assert (application_default_token(), asked) == (TOKEN, [[SCOPE]])


def test_a_machine_that_is_not_logged_in_could_not_check(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(scopes: list[str]) -> None:
        raise NO_CREDENTIALS(f"none for {scopes}")

    monkeypatch.setattr(google.auth, "default", nobody)

    with pytest.raises(CouldNotCheck, match="KMS_ACCESS_TOKEN"):
        application_default_token()


def test_a_refusal_does_not_tell_whose_account_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google.auth, "default", lambda scopes: (Expired(), "campus"))  # noqa: ARG005

    with pytest.raises(CouldNotCheck) as refusal:
        application_default_token()

    assert "ada" not in str(refusal.value)
