"""Who one is, and whether the service works."""

from __future__ import annotations

from consumers.campus_web.caller import Caller, given
from consumers.campus_web.transport import Call
from contracts.campus.accounts import Health, NewToken, User


class Accounts(Caller):
    """The part of the client that logs in."""

    def log_in(self, username: str, password: str, *, name: str = "campus-web") -> NewToken:
        """A token for a password: the ``token`` of a further client. ``name``: what it is for.

        Raises:
            NotAuthenticated: no user has this name with this password.
            RateLimited: somebody tries too often.
        """
        document = given(username=username, password=password, name=name)
        return self._write("POST", "/tokens/", 201, NewToken, document)

    def me(self) -> User:
        """Whose token it is."""
        return self._get("/users/me/", User)

    def health(self) -> Health:
        """Whether the service can work; a service that is down says so, if it can."""
        return self._read(Call("GET", "/health", takes=(200, 503)), Health)
