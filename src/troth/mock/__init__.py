"""Recorded exchanges and checked replies, in the place of the network, in a team's own tests."""

from troth.faults.clock import VirtualClock
from troth.faults.inprocess import WouldHang
from troth.mock.api_mock import ApiMock
from troth.mock.desk import Desk
from troth.mock.errors import MockMiss, NotAllowed
from troth.mock.intercept import Dispatcher
from troth.mock.library import Library

__all__ = ["ApiMock", "Desk", "Dispatcher", "Library", "MockMiss", "NotAllowed", "VirtualClock", "WouldHang"]
