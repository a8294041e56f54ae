"""A scenario's inbox while its recording is played: what was delivered then is delivered again."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from troth.api import Api
from troth.scenario import Delivery, NothingDelivered, Receive, answered


class PlayedInbox:
    """Hands out recorded deliveries, each once, in their order. Nothing waits."""

    def __init__(self, api: Api, deliveries: Iterable[Delivery]) -> None:
        self._api = api
        self._left = deque(deliveries)

    @property
    def url(self) -> str:
        """The URL that the recording registered."""
        assert self._api.inbox is not None
        return self._api.inbox.url

    def receive(self, handle: Receive, *, webhook: str = "", timeout: float = 10.0) -> Delivery:
        """See ``troth.scenario.Incoming``."""
        found = next((each for each in self._left if self._is_of(each, webhook)), None)
        if found is None:
            raise NothingDelivered(
                f"no {webhook or 'webhook'} was recorded that is left; {timeout:g} s would pass"
            )
        self._left.remove(found)
        answered(handle, found)
        return found

    def _is_of(self, delivery: Delivery, webhook: str) -> bool:
        operation = self._api.webhook_of(delivery.body)
        return not webhook or (operation is not None and operation.name == webhook)
