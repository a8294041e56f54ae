"""What the team does with the bell."""

from __future__ import annotations

from consumers.bell.client import BellClient, Porter
from contracts.bell.operations import bell

from troth.scenario import Server


@bell.scenario("a ring is told", writes=True)
def ring_is_told(server: Server) -> None:
    client, porter = BellClient(server.url, server.token), Porter(server.secret("signing"))
    client.tell(server.inbox.url)
    client.ring("Почта, 2 письма")
    server.inbox.receive(porter.receive)
    event = porter.heard[0]
    assert event.ring.note == client.find(event.ring.id).note


@bell.scenario("a ring that another secret signed is refused", writes=True)
def wrong_secret(server: Server) -> None:
    client, porter = BellClient(server.url, server.token), Porter("a secret of somebody else")
    client.tell(server.inbox.url)
    client.ring("Почта")
    server.inbox.receive(porter.receive, webhook="ring_event")
    assert porter.heard == []
