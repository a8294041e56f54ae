"""The operations of a door bell, which tells its owner of each ring."""

from __future__ import annotations

from contracts.bell.payloads import Hook, NewRing, Problem, Ring, RingEvent, RingPath, SilenceEvent

from troth.api import Api, Empty, HeaderToken, Inbox, Signature
from troth.webhook import hmac_sha256_hex

bell = Api(
    "bell",
    server="https://bell.example/v1",
    auth=(HeaderToken("X-Key", env="BELL_KEY"),),
    inbox=Inbox(
        "https://porter.example/bell",
        signature=Signature("X-Signature", env="BELL_SIGNING_SECRET", sign=hmac_sha256_hex),
        sent_at="$.sent",
    ),
)

put_hook = bell.put(
    "/hook", name="put_hook", body=Hook, responses={204: Empty, 401: Problem}, source="assumed"
)
ring = bell.post("/rings", name="ring", body=NewRing, responses={201: Ring, 401: Problem}, source="assumed")
get_ring = bell.get(
    "/rings/{id}", name="get_ring", params=RingPath, responses={200: Ring, 404: Problem}, source="assumed"
)

ring_event = bell.webhook(
    "ring_event", when={"type": "ring"}, body=RingEvent, responses={200: Empty, 401: Empty}, source="assumed"
)
silence_event = bell.webhook("silence_event", when={"type": "silence"}, body=SilenceEvent, source="assumed")
