"""The webhook of the bot itself, and its history of events for who cannot be called."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from consumers.pachca.caller import PAGE_SIZE, Caller, path
from contracts.pachca.paging import Data, Page
from contracts.pachca.webhooks import BotResponse, WebhookEvent


class Events(Caller):
    """The part of the client that says where events go, or fetches them. ``webhooks`` takes them in."""

    def register_webhook(self, url: str) -> BotResponse:
        """Have events delivered to ``url``; an empty one ends it."""
        document = {"webhook": {"outgoing_url": url}}
        return self._write("PUT", "/bot/webhook", 200, Data[BotResponse], document).data

    def webhook_events(self, *, page_size: int = PAGE_SIZE) -> Iterator[WebhookEvent]:
        """The events that the service has kept and nobody has deleted; it keeps them only where told to."""
        return self._items("/webhooks/events", Page[WebhookEvent], size=page_size)

    def delete_webhook_event(self, event_id: str) -> None:
        """Delete an event from the history."""
        self._do("DELETE", path("webhooks", "events", event_id))

    def take_webhook_events(self, handle: Callable[[WebhookEvent], object]) -> int:
        """Hand each event of the history to ``handle`` and delete it then; returns how many there were.

        What ``handle`` raises comes through, and its event stays. One whose deletion failed comes again.
        """
        events = list(self.webhook_events())
        for event in events:
            handle(event)
            self.delete_webhook_event(event.id)
        return len(events)
