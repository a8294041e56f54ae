"""Which call is struck by which fault: first come, first served."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from troth.api import Operation
from troth.faults.catalogue import Fault


@dataclass(slots=True, eq=False)
class Order:
    """A fault that waits for its calls: of ``operation``, or of any. ``times`` None: for good."""

    fault: Fault
    operation: Operation | None = None
    times: int | None = 1
    struck: int = 0

    @property
    def spent(self) -> bool:
        """Whether it strikes no more."""
        return self.times is not None and self.struck >= self.times

    @property
    def owed(self) -> bool:
        """Whether it has not struck as often as it should: once at least, where it is for good."""
        return self.struck < (1 if self.times is None else self.times)


def any_fault(fault: Fault) -> bool:  # noqa: ARG001
    """Lets every fault strike."""
    return True


class Plan:
    """The faults of one API, in their order. Safe to use from many threads."""

    def __init__(self) -> None:
        self._orders: list[Order] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault, *, operation: Operation | None = None, times: int | None = 1) -> Order:
        """Let ``fault`` strike the next ``times`` calls; those of earlier orders come first."""
        order = Order(fault, operation, times)
        with self._lock:
            self._orders.append(order)
        return order

    def clear(self) -> None:
        """Strike no more, and owe nothing."""
        with self._lock:
            self._orders.clear()

    @property
    def orders(self) -> tuple[Order, ...]:
        """Every order, also those that are spent."""
        with self._lock:
            return tuple(self._orders)

    @property
    def over(self) -> bool:
        """Whether no call will be struck any more."""
        with self._lock:
            return all(order.spent for order in self._orders)

    def strike(self, operation: Operation, fits: Callable[[Fault], bool] = any_fault) -> Fault | None:
        """The fault that strikes this call of ``operation``, if one does; it is counted then.

        ``fits`` says whether a fault can strike it at all: one that cannot waits for another call.
        """
        with self._lock:
            for order in self._orders:
                if not order.spent and order.operation in (None, operation) and fits(order.fault):
                    order.struck += 1
                    return order.fault
        return None
