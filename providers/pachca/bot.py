"""The bot's own webhook, and the history of its events."""

from __future__ import annotations

from urllib.parse import urlsplit

from providers.pachca import documents
from providers.pachca.call import Answer, Call
from providers.pachca.fake import Fake
from providers.pachca.paging import page
from providers.pachca.refusal import Problem, api_error, not_found, unprocessable
from providers.pachca.vocabulary import Code


class BotWebhook:
    """Every operation raises ``Refused``; only a bot has a webhook."""

    def __init__(self, fake: Fake) -> None:
        self._world = fake.world

    def register(self, call: Call) -> Answer:
        """An empty URL ends the deliveries."""
        fields = call.body().inner("webhook")
        fields.require("outgoing_url")
        url = fields.text("outgoing_url")
        fields.settle()
        _require_bot(call)
        if url and not _is_url(url):
            raise unprocessable("outgoing_url", Code.INVALID_WEBHOOK_URL, url)
        bot = self._world.bot
        bot.outgoing_url = url
        answer = {"data": documents.bot(bot, call.user, call.token.scopes)}
        if url:
            for act in self._world.on_registration:
                act()
        return 200, answer

    def events(self, call: Call) -> Answer:
        """The last comes first."""
        _require_bot(call)
        found = list(self._world.events.values())
        return 200, page(call, "events", found, lambda it: (-it.number,), documents.event)

    def delete_event(self, call: Call) -> Answer:
        _require_bot(call)
        if self._world.events.pop(call.path["id"], None) is None:
            raise not_found("id", call.path["id"])
        return 204, None


def _require_bot(call: Call) -> None:
    if not call.user.bot:
        raise api_error(403, Problem("base", Code.FORBIDDEN))


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
