"""The credential of a live run: who this machine is logged in as at Google Cloud."""

from __future__ import annotations

import google.auth
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import Request

from troth.errors import CouldNotCheck

SCOPE = "https://www.googleapis.com/auth/cloudkms"


def application_default_token() -> str:
    """A fresh access token of the application default credentials. Asks the network.

    Raises:
        CouldNotCheck: the machine is not logged in, or its credentials were refused.
    """
    try:
        credentials, _ = google.auth.default(scopes=[SCOPE])
        credentials.refresh(Request())  # type: ignore[no-untyped-call]
    except GoogleAuthError as error:
        # Google's own message may name accounts and files of this machine.
        raise CouldNotCheck(
            f"kms: no credential of Google Cloud is to be had ({type(error).__name__})",
            hint="log in with gcloud auth application-default login, or set KMS_ACCESS_TOKEN",
        ) from error
    return str(credentials.token)
