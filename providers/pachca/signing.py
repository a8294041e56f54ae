"""What a client may upload: a policy, signed, for a while. The upload host accepts no other.

The names are those of an S3 form upload. The signature is a plain HMAC-SHA256 of the policy: only this
fake makes it and reads it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

LIFETIME = 15 * 60 * 1000
ALGORITHM = "AWS4-HMAC-SHA256"


class UploadDenied(Exception):
    """The form is not what was signed. ``code`` is S3's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class UploadSigner:
    secret: bytes = field(repr=False)

    def form(self, prefix: str, now: int, lifetime: int = LIFETIME) -> dict[str, str]:
        """The fields to send before the file; its key is ``prefix`` and the name of the file. Times are
        milliseconds."""
        date = f"{_utc(now):%Y%m%dT%H%M%SZ}"
        fixed = {
            "Content-Disposition": "attachment",
            "acl": "private",
            "x-amz-credential": f"troth/{date[:8]}/local/s3/aws4_request",
            "x-amz-algorithm": ALGORITHM,
            "x-amz-date": date,
        }
        return {
            **fixed,
            **self._signed(now + lifetime, prefix, fixed),
            "key": f"{prefix}${{filename}}",
        }

    def open_form(self, now: int) -> dict[str, str]:
        """What to send of a form whose other fields may be anything, as a policy of S3 may allow."""
        return self._signed(now + LIFETIME, "", {})

    def _signed(self, expires: int, prefix: str, fixed: Mapping[str, str]) -> dict[str, str]:
        policy = {"expires": expires, "prefix": prefix, "fixed": fixed}
        text = base64.b64encode(json.dumps(policy).encode()).decode()
        return {"policy": text, "x-amz-signature": self._signature(text)}

    def check(self, form: Mapping[str, str], now: int) -> None:
        """
        Raises:
            UploadDenied: the policy is not ours, has expired, or the fields are not what it says.
        """
        given = form.get("x-amz-signature", "").encode("utf-8", "surrogatepass")
        text = form.get("policy", "")
        if not hmac.compare_digest(self._signature(text).encode(), given):
            raise UploadDenied("SignatureDoesNotMatch", "The signature is not that of the policy")
        policy = _read(text)
        expires, prefix, fixed = policy["expires"], policy["prefix"], policy["fixed"]
        assert isinstance(expires, int)
        assert isinstance(fixed, dict)
        if now >= expires:
            raise UploadDenied("AccessDenied", "Invalid according to Policy: Policy expired.")
        differing = [name for name, value in fixed.items() if form.get(name) != value]
        if "key" not in form or not form["key"].startswith(str(prefix)):
            differing.append("key")
        if differing:
            raise UploadDenied("AccessDenied", f"Invalid according to Policy: {', '.join(differing)}")

    def _signature(self, policy: str) -> str:
        return hmac.new(self.secret, policy.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _read(text: str) -> dict[str, object]:
    """A policy whose signature was right."""
    try:
        read = json.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError) as error:
        raise UploadDenied("InvalidPolicyDocument", "The policy cannot be read") from error
    assert isinstance(read, dict)
    return read


def _utc(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds // 1000, UTC)
