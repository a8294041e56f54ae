"""What can go wrong between a test and its mock."""

from __future__ import annotations

import requests

from troth.errors import TrothError, UsageProblem
from troth.exchange import Request
from troth.mock.miss import Miss


class NotAllowed(UsageProblem):
    """An answer, recorded or made by hand, that the contract does not allow."""


class MockMiss(TrothError, requests.ConnectionError):
    """A request that no mock answers. ``miss`` says which recording was nearest and what differs.

    It is a ``requests.ConnectionError``, so the code under test meets it as what it stands for: a
    server that cannot be reached.
    """

    def __init__(self, miss: Miss, *, request: Request) -> None:
        TrothError.__init__(self, miss.text, hint=miss.hint)
        # requests sets these two on every exception of its own.
        self.request = None
        self.response = None
        self.miss = miss
        self.asked = request
