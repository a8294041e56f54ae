"""The team's own client of the album."""

from __future__ import annotations

from typing import Any

import requests
from contracts.album.payloads import Picture, Stored, Ticket

_TIMEOUT = (3.0, 10.0)


class AlbumClient:
    """Uploads to where the album says, and looks at what it holds."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}

    def reserve(self) -> Ticket:
        """Ask for leave to upload."""
        return Ticket.model_validate_json(self._call("POST", "/uploads").content)

    def caption(self, ticket: Ticket, text: str) -> Stored:
        """Upload a caption; the host of uploads gets no credential."""
        url = f"{ticket.url}/captions/{ticket.key}"
        answer = requests.put(
            url, params={"signature": ticket.signature}, json={"text": text}, timeout=_TIMEOUT
        )
        answer.raise_for_status()
        return Stored.model_validate_json(answer.content)

    def upload(self, ticket: Ticket, title: str, name: str, data: bytes) -> Stored:
        """Upload a picture; the file comes last."""
        form = {"key": ticket.key, "x-signature": ticket.signature, "title": title}
        files = {"file": (name, data, "image/png")}
        answer = requests.post(f"{ticket.url}/pictures", data=form, files=files, timeout=_TIMEOUT)
        answer.raise_for_status()
        return Stored.model_validate_json(answer.content)

    def picture(self, key: str) -> Picture:
        """Look at a picture."""
        return Picture.model_validate_json(self._call("GET", f"/pictures/{key}").content)

    def _call(self, method: str, path: str, **details: Any) -> requests.Response:
        answer = requests.request(
            method, self._url + path, headers=self._headers, timeout=_TIMEOUT, **details
        )
        answer.raise_for_status()
        return answer
