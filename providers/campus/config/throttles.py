"""How often something may be asked, counted in the store; where that is down nobody is refused."""

from __future__ import annotations

import logging
import time

import redis
from django.conf import settings
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

from config.store import store

MINUTE = 60
_log = logging.getLogger("campus.throttles")


class PerMinute(BaseThrottle):
    """As many requests a minute as the setting of that name says, of a user where one is known, else of an
    address.

    It keeps nothing of a request, so threads can share it.
    """

    def __init__(self, setting: str) -> None:
        self._setting = setting

    def allow_request(self, request: HttpRequest) -> bool:
        """Count this one; whether it is within the limit."""
        user = getattr(request, "auth", None)
        who = f"user:{user.pk}" if user else f"address:{request.META.get('REMOTE_ADDR', '')}"
        key = f"throttle:{self._setting}:{who}:{int(time.time() // MINUTE)}"
        try:
            counting = store().pipeline()
            counting.incr(key)
            counting.expire(key, 2 * MINUTE)
            counted = int(counting.execute()[0])
        except redis.RedisError as error:
            _log.warning("requests are not counted: %s", type(error).__name__)
            return True
        return counted <= int(getattr(settings, self._setting))

    def wait(self) -> float:
        """Seconds to the next minute, in which counting starts anew."""
        return MINUTE - time.time() % MINUTE
