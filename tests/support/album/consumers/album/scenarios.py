"""What the team does with the album."""

from __future__ import annotations

import pytest
import requests
from consumers.album.client import AlbumClient
from contracts.album.operations import album

from troth.scenario import Server


@album.scenario("a caption is uploaded", writes=True)
def caption_is_uploaded(server: Server) -> None:
    client = AlbumClient(server.url, server.token)
    ticket = client.reserve()
    stored = client.caption(ticket, "Море, 1912")
    assert stored.key == ticket.key
    assert client.picture(ticket.key).caption == "Море, 1912"


PICTURE = b"\x89PNG\r\n\x1a\n\x00\xff a picture"


@album.scenario("a picture is uploaded", writes=True)
def picture_is_uploaded(server: Server) -> None:
    client = AlbumClient(server.url, server.token)
    ticket = client.reserve()
    stored = client.upload(ticket, "Море", "отпуск.png", PICTURE)
    assert stored.key == ticket.key
    assert client.picture(ticket.key).caption == "Море"


@album.scenario("an upload with another signature is refused")
def wrong_signature(server: Server) -> None:
    client = AlbumClient(server.url, server.token)
    ticket = client.reserve().model_copy(update={"signature": "a signature of my own"})
    with pytest.raises(requests.HTTPError) as refusal:
        client.caption(ticket, "Берег")
    assert refusal.value.response.status_code == 403
