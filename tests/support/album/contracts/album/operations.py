"""The operations of an album, whose uploads go to a host of their own."""

from __future__ import annotations

from contracts.album.payloads import (
    Caption,
    KeyPath,
    Picture,
    PictureForm,
    Problem,
    SignedQuery,
    Stored,
    Ticket,
)

from troth.api import Api, Echo, HeaderToken

album = Api(
    "album",
    server="https://album.example/v1",
    auth=(HeaderToken("Authorization", env="ALBUM_TOKEN", prefix="Bearer "),),
    origins={"uploads": "https://uploads.example/store"},
    version="1",
)

reserve = album.post("/uploads", name="reserve", responses={201: Ticket, 401: Problem}, source="assumed")
put_caption = album.put(
    "/captions/{key}",
    name="put_caption",
    origin="uploads",
    params=KeyPath,
    query=SignedQuery,
    body=Caption,
    responses={201: Stored, 403: Problem},
    echoes=(Echo("path key", "$.key"),),
    source="assumed",
)
put_picture = album.post(
    "/pictures",
    name="put_picture",
    origin="uploads",
    body=PictureForm,
    body_type="multipart/form-data",
    responses={201: Stored, 403: Problem},
    echoes=(Echo("$.key", "$.key"),),
    source="assumed",
)
picture = album.get(
    "/pictures/{key}",
    name="picture",
    params=KeyPath,
    responses={200: Picture, 401: Problem, 404: Problem},
    echoes=(Echo("path key", "$.key"),),
    source="assumed",
)
