from __future__ import annotations

import json

import pytest

from troth.exchange import Exchange, Headers, Request, Response
from troth.steps import Recording, StepFailed, Steps

SERVER = "https://shop.example"


def exchange(method: str, target: str, status: int, document: object) -> Exchange:
    return Exchange(
        Request(method, SERVER + target), Response(status, Headers(), json.dumps(document).encode())
    )


RECORDED = [
    exchange("POST", "/orders", 201, {"token": "order-one"}),
    exchange("POST", "/orders/order-one/bills", 201, {"bill": "bill-one"}),
    exchange("GET", "/orders/order-one/bills/bill-one", 200, {}),
]


class Service:
    """Answers with what it was told, and keeps what it was asked."""

    def __init__(self, *responses: Response) -> None:
        self.asked: list[str] = []
        self._responses = list(responses)

    def __call__(self, request: Request) -> Response:
        self.asked.append(f"{request.method} {request.path}")
        return self._responses.pop(0)


def answer(status: int, document: object) -> Response:
    return Response(status, Headers(), json.dumps(document).encode())


def test_earlier_steps_run_with_what_came_this_time() -> None:
    service = Service(answer(201, {"token": "order-two"}), answer(201, {"bill": "bill-two"}))

    values = Steps(lambda _: RECORDED).run("buying", 3, service)

    assert service.asked == ["POST /orders", "POST /orders/order-two/bills"]
    assert values == {"step1.token": "order-two", "step2.bill": "bill-two"}


def test_the_first_step_has_none_before_it() -> None:
    service = Service()

    assert Steps(lambda _: RECORDED).run("buying", 1, service) == {}
    assert service.asked == []


def test_values_of_the_provider_state_go_into_the_steps() -> None:
    recorded = [
        exchange("GET", "/chats/chat-one", 200, {}),
        exchange("DELETE", "/chats/chat-one", 204, None),
    ]
    service = Service(answer(200, {}))

    values = Steps(lambda _: Recording(recorded, {"chat": "chat-one"})).run(
        "chatting", 2, service, {"chat": "chat-two"}
    )

    assert service.asked == ["GET /chats/chat-two"]
    assert values == {"chat": "chat-two"}


def test_another_status_is_told() -> None:
    service = Service(answer(503, {}))

    with pytest.raises(StepFailed, match="step 1 of 'buying' answered 503, and 201 when it was recorded"):
        Steps(lambda _: RECORDED).run("buying", 3, service)


def test_a_value_that_is_gone_is_told() -> None:
    service = Service(answer(201, {"other": "order-two"}))

    with pytest.raises(StepFailed, match=r"answered without \$\.token, which a later one uses"):
        Steps(lambda _: RECORDED).run("buying", 3, service)


@pytest.mark.parametrize("step", [0, 4, -1])
def test_a_step_that_there_is_not_is_told(step: int) -> None:
    with pytest.raises(StepFailed, match="has no step"):
        Steps(lambda _: RECORDED).run("buying", step, Service())


def test_a_recording_is_loaded_once() -> None:
    loaded: list[str] = []

    def load(scenario: str) -> list[Exchange]:
        loaded.append(scenario)
        return RECORDED

    steps = Steps(load)
    steps.run("buying", 1, Service())
    steps.run("buying", 1, Service())

    assert loaded == ["buying"]
