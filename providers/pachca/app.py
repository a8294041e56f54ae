"""The HTTP side: routes, the checks before every operation, and the one place where answers are built.

A request is checked in this order: an outage, the token (401), the path (404, 405, 501), the scope (403), the
plan (402), the limits of the token (429), and then what its operation checks.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from werkzeug import Request, Response
from werkzeug.exceptions import RequestEntityTooLarge

from providers.pachca.bot import BotWebhook
from providers.pachca.call import Answer, Call, Handler
from providers.pachca.chats import Chats
from providers.pachca.fake import Fake
from providers.pachca.limits import HISTORY, OTHER, READING, WRITING
from providers.pachca.members import Members
from providers.pachca.messages import Messages
from providers.pachca.operations import OPERATIONS, Found, Operation, Routes
from providers.pachca.people import People, Tags
from providers.pachca.reactions import Reactions
from providers.pachca.records import Token
from providers.pachca.refusal import (
    Problem,
    Refused,
    api_error,
    malformed,
    not_found,
    oauth_error,
    unauthenticated,
)
from providers.pachca.replies import refusal, told
from providers.pachca.threads import Threads
from providers.pachca.uploads import DIRECT_URL, LARGEST, Uploads
from providers.pachca.vocabulary import Code
from troth.states import MODELLED_PATH

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BASE_PATH = "/api/shared/v1"
_LARGEST_BODY = 1024 * 1024
_UPLOAD = "POST /direct_url"
_ON_THE_UPLOAD_HOST = frozenset({"/direct_url"})


def build_app(fake: Fake) -> WSGIApplication:
    """The WSGI application. It answers with and without the base path of the real service."""
    app = _App(fake)

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return app.answer(Request(environ))(environ, start_response)

    return answer


class _App:
    def __init__(self, fake: Fake) -> None:
        self._fake = fake
        self._uploads = Uploads(fake)
        self._handlers = {**_of_messages(fake), **_of_chats(fake), **_of_people(fake), **_of_the_bot(fake)}
        self._handlers["POST /uploads"] = self._uploads.create
        here = [operation for operation in OPERATIONS if operation.template not in _ON_THE_UPLOAD_HOST]
        self._routes = Routes(here)

    def answer(self, request: Request) -> Response:
        path = request.path.removeprefix(BASE_PATH)
        if path == MODELLED_PATH:
            return self._modelled(request)
        with self._fake.lock:
            try:
                self._fake.conditions.require_service()
                if path == DIRECT_URL:
                    request.max_content_length = LARGEST
                    return self._uploads.receive(request)
                return told(*self._performed(request, path))
            except Refused as refused:
                return refusal(refused)

    def _performed(self, request: Request, path: str) -> Answer:
        token = self._token(request)
        found = self._found(request, path)
        operation = found.operation
        handler = self._handlers.get(operation.label)
        if handler is None:
            problem = Problem("base", Code.UNHANDLED, message=f"Этот двойник не умеет: {operation.label}")
            raise api_error(501, problem)
        if operation.scope and operation.scope not in token.scopes:
            raise oauth_error(403, "insufficient_scope", f"The request requires the scope {operation.scope}")
        if operation.billed:
            self._fake.conditions.require_plan()
        self._count(operation, token)
        token.used = self._fake.world.now()
        return handler(
            Call(
                found.parameters,
                {name: request.args.getlist(name) for name in request.args},
                _body(request),
                token,
                self._fake.world.users[token.user_id],
                request.host_url.rstrip("/"),
            )
        )

    def _token(self, request: Request) -> Token:
        """
        Raises:
            Refused: with 401.
        """
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if not given.strip() or scheme.lower() != "bearer":
            raise unauthenticated("Access token is missing")
        token = self._fake.world.token
        if not hmac.compare_digest(token.secret.encode(), given.strip().encode("utf-8", "surrogatepass")):
            raise unauthenticated("Access token is not known")
        if token.revoked:
            raise unauthenticated("Access token was revoked")
        return token

    def _found(self, request: Request, path: str) -> Found:
        """
        Raises:
            Refused: no operation is there.
        """
        by_method = self._routes.at(path)
        if not by_method:
            raise not_found("path", path)
        found = by_method.get("GET" if request.method == "HEAD" else request.method)
        if found is None:
            allowed = ", ".join(sorted(by_method))
            problem = Problem("method", Code.NOT_APPLICABLE, request.method)
            raise api_error(405, problem, headers={"Allow": allowed})
        return found

    def _count(self, operation: Operation, token: Token) -> None:
        """Writing of messages is counted for each chat, by its own operations."""
        self._fake.conditions.require_rate()
        group = _GROUPS.get(operation.label, OTHER)
        if group != WRITING:
            self._fake.limits.take(group, token.id)

    def _modelled(self, request: Request) -> Response:
        """Which of the vendor's operations are here."""
        if request.method not in ("GET", "HEAD"):
            return Response(status=405, headers={"Allow": "GET"})
        labels = [operation.label for operation in OPERATIONS]
        here = [label for label in labels if label in self._handlers or label == _UPLOAD]
        return told(200, {"modelled": here, "not_modelled": [label for label in labels if label not in here]})


_GROUPS: Mapping[str, str] = {
    "POST /messages": WRITING,
    "PUT /messages/{id}": WRITING,
    "DELETE /messages/{id}": WRITING,
    "GET /messages": READING,
    "GET /messages/{id}": READING,
    "GET /webhooks/events": HISTORY,
}


def _of_messages(fake: Fake) -> dict[str, Handler]:
    messages, threads, reactions = Messages(fake), Threads(fake), Reactions(fake)
    return {
        "POST /messages": messages.send,
        "GET /messages": messages.list,
        "GET /messages/{id}": messages.get,
        "PUT /messages/{id}": messages.edit,
        "DELETE /messages/{id}": messages.delete,
        "POST /messages/{id}/pin": messages.pin,
        "DELETE /messages/{id}/pin": messages.unpin,
        "GET /messages/{id}/read_member_ids": messages.readers,
        "POST /messages/{id}/thread": threads.create,
        "POST /threads": threads.create_standalone,
        "GET /threads": threads.list,
        "GET /threads/{id}": threads.get,
        "POST /messages/{id}/reactions": reactions.add,
        "DELETE /messages/{id}/reactions": reactions.remove,
        "GET /messages/{id}/reactions": reactions.list,
    }


def _of_chats(fake: Fake) -> dict[str, Handler]:
    chats, members = Chats(fake), Members(fake)
    return {
        "POST /chats": chats.create,
        "GET /chats": chats.list,
        "GET /chats/{id}": chats.get,
        "PUT /chats/{id}": chats.update,
        "PUT /chats/{id}/archive": chats.archive,
        "PUT /chats/{id}/unarchive": chats.unarchive,
        "DELETE /chats/{id}/leave": chats.leave,
        "GET /chats/{id}/members": members.list,
        "POST /chats/{id}/members": members.add,
        "DELETE /chats/{id}/members/{user_id}": members.remove,
        "PUT /chats/{id}/members/{user_id}": members.change_role,
        "POST /chats/{id}/group_tags": members.add_tags,
        "DELETE /chats/{id}/group_tags/{tag_id}": members.remove_tag,
    }


def _of_people(fake: Fake) -> dict[str, Handler]:
    people, tags = People(fake), Tags(fake)
    return {
        "GET /users": people.list,
        "GET /users/{id}": people.get,
        "GET /profile": people.profile,
        "GET /oauth/token/info": people.token,
        "POST /group_tags": tags.create,
        "GET /group_tags": tags.list,
        "GET /group_tags/{id}": tags.get,
        "PUT /group_tags/{id}": tags.update,
        "DELETE /group_tags/{id}": tags.delete,
        "GET /group_tags/{id}/users": tags.users,
    }


def _of_the_bot(fake: Fake) -> dict[str, Handler]:
    webhook = BotWebhook(fake)
    return {
        "PUT /bot/webhook": webhook.register,
        "GET /webhooks/events": webhook.events,
        "DELETE /webhooks/events/{id}": webhook.delete_event,
    }


def _body(request: Request) -> bytes:
    request.max_content_length = _LARGEST_BODY
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise malformed("base", Code.TOO_LONG) from error
