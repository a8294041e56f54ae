"""A service of notes over HTTP, with defects that can be switched on: one of ``DEFECTS`` each."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from contracts.notes.payloads import NoteDraft, NotesQuery
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from troth.jsontext import Json

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TOKEN = "token-of-the-notes"
DEFECTS = frozenset(
    {
        "crash",  # a 500 for a title of one letter
        "raises",  # the application itself raises for a note that is not there
        "no-allow",  # 405 without Allow
        "method",  # PUT of a list is 200
        "open",  # a list without any credential
        "status",  # 202 for a note that is dropped
        "type",  # the size of a note as text
        "member",  # a member of a list that the document does not have
        "html",  # what is not there is told as HTML
        "lenient",  # a note of any size is kept
        "strict",  # a note of size 100 is refused
        "zombie",  # a dropped note can be read
        "lost",  # a note that was written cannot be read
        "echo",  # a title comes back with another first letter
        "no-header",  # 401 without WWW-Authenticate
        "busy",  # 503 for every list
        "empty",  # nothing is ever there
        "deaf",  # nothing is accepted but lists
        "cookie",  # a cookie with each answer
    }
)
ROUTES = Map(
    [
        Rule("/health", endpoint="health", methods=["GET"]),
        Rule("/notes", endpoint="list_notes", methods=["GET"]),
        Rule("/notes", endpoint="add_note", methods=["POST"]),
        Rule("/notes/<number>", endpoint="read_note", methods=["GET"]),
        Rule("/notes/<number>", endpoint="drop_note", methods=["DELETE"]),
    ],
    merge_slashes=False,
)
Record = dict[str, Json]


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, error: str, **headers: str) -> None:
        super().__init__(error)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class NotesService:
    """The WSGI application, and what it keeps."""

    def __init__(self, defects: Collection[str] = ()) -> None:
        unknown = set(defects) - DEFECTS
        if unknown:
            raise ValueError(f"no such defect: {', '.join(sorted(unknown))}")
        self._defects = frozenset(defects)
        self.notes: dict[int, Record] = {}
        self.full = False
        self.last = 0
        """The number of the newest note: none is given twice."""

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        try:
            answer = self._answered(Request(environ))
        except Refused as refused:
            answer = self._refusal(refused)
        if "cookie" in self._defects:
            answer.set_cookie("visit", "cookie-of-the-notes")
        return answer(environ, start)

    def add(self, draft: Record) -> Record:
        """Keep a note."""
        self.last += 1
        self.notes[self.last] = {**draft, "id": self.last}
        return self.notes[self.last]

    def _answered(self, request: Request) -> Response:
        try:
            endpoint, found = ROUTES.bind_to_environ(request.environ).match()
        except HTTPException as error:
            return self._astray(request, error)
        if endpoint != "health" and not self._admits(endpoint, request):
            raise Refused(401, "no credential", WWW_Authenticate='Bearer realm="notes"')
        return self._endpoints[endpoint](request, **found)

    @property
    def _endpoints(self) -> Mapping[str, Callable[..., Response]]:
        return {
            "health": self._health,
            "list_notes": self._list_notes,
            "add_note": self._add_note,
            "read_note": self._read_note,
            "drop_note": self._drop_note,
        }

    def _admits(self, endpoint: str, request: Request) -> bool:
        known = request.headers.get("Authorization") == f"Bearer {TOKEN}"
        return known or ("open" in self._defects and endpoint == "list_notes")

    def _astray(self, request: Request, error: HTTPException) -> Response:
        headers = {name: value for name, value in error.get_headers() if name == "Allow"}
        if "no-allow" in self._defects:
            headers.pop("Allow", None)
        passes = "method" in self._defects and request.method == "PUT"
        return _said(200 if passes else error.code or 404, {"error": "no such thing"}, headers)

    def _refusal(self, refused: Refused) -> Response:
        answer = _said(refused.status, {"error": str(refused)}, refused.headers)
        if "no-header" in self._defects:
            answer.headers.pop("WWW-Authenticate", None)
        if "html" in self._defects and refused.status == 404:
            answer.content_type = "text/html"
        return answer

    def _health(self, _: Request) -> Response:
        return _said(200, {"status": "ok"})

    def _list_notes(self, request: Request) -> Response:
        asked = _query(NotesQuery, request)
        if "busy" in self._defects:
            raise Refused(503, "busy", Retry_After="60")
        notes = [note for note in self.notes.values() if asked["kind"] in (None, note["kind"])]
        limit = asked["limit"]
        assert isinstance(limit, int)
        document: Record = {"items": [self._shown(note) for note in notes[:limit]], "total": len(notes)}
        if "member" in self._defects:
            document["further"] = "unheard-of"
        return _said(200, document)

    def _add_note(self, request: Request) -> Response:
        draft = self._draft(request.get_data())
        if self.full:
            raise Refused(503, "the shelf is full", Retry_After="3600")
        if "crash" in self._defects and len(str(draft["title"])) == 1:
            return _said(500, {"error": "IndexError"})
        if "deaf" in self._defects or ("strict" in self._defects and draft["size"] == 100):
            raise Refused(422, "not this one")
        note = dict(self.add(draft))
        if "lost" in self._defects:
            self.notes.popitem()
        if "echo" in self._defects:
            title = str(note["title"])
            note["title"] = ("y" if title[:1] == "x" else "x") + title[1:]
        return _said(201, self._shown(note), {"Location": f"/notes/{note['id']}"})

    def _draft(self, text: bytes) -> Record:
        lenient = "lenient" in self._defects and b'"size"' in text
        try:
            sent = json.loads(text, parse_float=_number)
            checked = {**sent, "size": 0} if lenient and isinstance(sent, dict) else sent
            read: Record = NoteDraft.model_validate_json(json.dumps(checked)).model_dump(mode="json")
        except (ValueError, RecursionError) as error:
            raise Refused(422, "a member is not as it must be") from error
        return read

    def _read_note(self, _: Request, number: str) -> Response:
        return _said(200, self._shown(self._found(number)))

    def _drop_note(self, _: Request, number: str) -> Response:
        note = self._found(number)
        if "zombie" not in self._defects:
            del self.notes[int(number)]
        if "status" in self._defects:
            return _said(202, {"dropped": note["id"]})
        return Response(status=204)

    def _found(self, number: str) -> Record:
        known = re.fullmatch(r"[1-9][0-9]{0,9}", number) and "empty" not in self._defects
        note = self.notes.get(int(number)) if known else None
        if note is None and "raises" in self._defects:
            raise RuntimeError(f"note {number} was never written")
        if note is None:
            raise Refused(404, "no such note")
        return note

    def _shown(self, note: Record) -> Record:
        return {**note, "size": str(note["size"])} if "type" in self._defects else note


def _query(model: type[BaseModel], request: Request) -> Record:
    """The parameters of a query, those that were left out with their defaults."""
    if any(len(values) > 1 for _, values in request.args.lists()):
        raise Refused(422, "a parameter came twice")
    texts = {name: _parameter(value) for name, value in request.args.items()}
    try:
        read: Record = model.model_validate_json(json.dumps(texts)).model_dump(mode="json")
    except ValidationError as error:
        raise Refused(422, "a parameter is not as it must be") from error
    return read


def _parameter(text: str) -> Json:
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else text


def _number(text: str) -> Json:
    """A number of a JSON text: to JSON Schema 25.0 is as whole as 25."""
    read = float(text)
    return int(read) if read.is_integer() else read


def _said(status: int, document: Json, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer. Its address stays as it is: werkzeug would make a whole URL of it."""
    answer = Response(json.dumps(document), status=status, content_type="application/json")
    answer.autocorrect_location_header = False
    answer.headers.extend(dict(headers or {}))
    return answer
