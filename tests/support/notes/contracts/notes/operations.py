"""The operations of a service of notes."""

from __future__ import annotations

from contracts.notes.payloads import SOURCE, Note, NoteDraft, NotePath, Notes, NotesQuery, Trouble

from troth.api import Answer, Api, Echo, Empty, HeaderToken

NO_CREDENTIAL = Answer(Trouble, headers={"WWW-Authenticate": 'Bearer realm="notes"'})

notes = Api(
    "notes",
    server="https://notes.example",
    auth=(HeaderToken("Authorization", env="NOTES_TOKEN", prefix="Bearer "),),
    version="1",
)

list_notes = notes.get(
    "/notes",
    name="list_notes",
    query=NotesQuery,
    responses={200: Notes, 401: NO_CREDENTIAL, 422: Trouble},
    source=SOURCE,
)
add_note = notes.post(
    "/notes",
    name="add_note",
    body=NoteDraft,
    responses={
        201: Answer(Note, headers={"Location": r"/notes/[1-9]\d*"}),
        401: NO_CREDENTIAL,
        422: Trouble,
        503: Answer(Trouble, headers={"Retry-After": r"[1-9]\d*"}),
    },
    echoes=(Echo("$.title", "$.title"),),
    source=SOURCE,
)
read_note = notes.get(
    "/notes/{note_id}",
    name="read_note",
    params=NotePath,
    responses={200: Note, 401: NO_CREDENTIAL, 404: Trouble},
    echoes=(Echo("path note_id", "$.id"),),
    source=SOURCE,
)
drop_note = notes.delete(
    "/notes/{note_id}",
    name="drop_note",
    params=NotePath,
    responses={204: Empty, 401: NO_CREDENTIAL, 404: Trouble},
    source=SOURCE,
)
