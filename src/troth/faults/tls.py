"""Certificates of an authority that lives as long as one run, and those that a client must refuse."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import trustme

OWN_NAMES = ("localhost", "127.0.0.1", "::1")
_WRONG_HOST = "elsewhere.invalid"
_ORGANIZATION = "troth, for one run"


class Certificates:
    """What a server on loopback shows to its clients: a valid certificate, or one for each ``tls_*`` fault.

    The authority's key is in this object alone; ``authority`` is its certificate, in PEM.
    """

    def __init__(self) -> None:
        self._authority = trustme.CA(organization_name=_ORGANIZATION)
        self.authority: bytes = self._authority.cert_pem.bytes()
        self.valid = self._issued(*OWN_NAMES)
        self._made: dict[str, ssl.SSLContext] = {}

    def refused(self, fault: str) -> ssl.SSLContext:
        """What the fault of that name shows: ``tls_expired``, ``tls_self_signed`` or ``tls_wrong_host``."""
        if fault not in self._made:
            self._made[fault] = self._makers[fault]()
        return self._made[fault]

    @property
    def _makers(self) -> Mapping[str, Callable[[], ssl.SSLContext]]:
        return {
            "tls_expired": self._expired,
            "tls_self_signed": _self_signed,
            "tls_wrong_host": lambda: self._issued(_WRONG_HOST),
        }

    def _issued(self, *names: str) -> ssl.SSLContext:
        return _shown(self._authority.issue_cert(*names))

    def _expired(self) -> ssl.SSLContext:
        yesterday = datetime.now(UTC) - timedelta(days=1)
        return _shown(
            self._authority.issue_cert(
                *OWN_NAMES, not_before=yesterday - timedelta(days=90), not_after=yesterday
            )
        )


def _shown(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def _self_signed() -> ssl.SSLContext:
    """An authority that shows its own certificate: it is signed by itself, and nobody knows it."""
    alone = trustme.CA(organization_name=_ORGANIZATION)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with alone.private_key_pem.tempfile() as key, alone.cert_pem.tempfile() as certificate:
        context.load_cert_chain(certificate, key)
    return context
