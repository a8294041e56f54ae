"""Callbacks: what is sent, how often, and where never."""

from __future__ import annotations

import base64
import json
import logging

import pytest

from tests.providers.judge0.stage import Judge, Receiver, status_id


def test_result_is_put_as_base64_before_a_waiting_client_hears(judge: Judge, receiver: Receiver) -> None:
    submission = judge.bash("echo hi", callback_url=receiver.url)

    assert receiver.requests == [("PUT", "/done?for=test", "application/json")]
    body = json.loads(receiver.bodies[0])
    assert list(body) == [
        "stdout",
        "time",
        "memory",
        "stderr",
        "token",
        "compile_output",
        "message",
        "status",
    ]
    assert (body["token"], body["stdout"]) == (submission["token"], "aGkK\n")


def test_output_that_is_not_utf8_is_called_back(judge: Judge, receiver: Receiver) -> None:
    judge.enqueue("printf '\\xff'", callback_url=receiver.url)
    receiver.wait_for(1)

    assert base64.b64decode(json.loads(receiver.bodies[0])["stdout"]) == b"\xff"


@pytest.mark.needs("gcc")
def test_compilation_error_is_called_back(judge: Judge, receiver: Receiver) -> None:
    judge.run("int", 50, callback_url=receiver.url)

    assert json.loads(receiver.bodies[0])["status"]["id"] == 6


@pytest.mark.parametrize("status", [200, 404, 500])
def test_any_answer_counts_as_delivered(judge: Judge, receiver: Receiver, status: int) -> None:
    receiver.answers = [status]

    judge.bash("echo", callback_url=receiver.url)

    assert len(receiver.requests) == 1


def test_broken_connection_is_tried_again(judge: Judge, receiver: Receiver) -> None:
    receiver.answers = [0, 0, 200]

    judge.bash("echo", callback_url=receiver.url)

    assert len(receiver.requests) == 3


def test_third_try_is_the_last(judge: Judge, receiver: Receiver) -> None:
    receiver.answers = [0, 0, 0, 200]

    submission = judge.bash("echo", callback_url=receiver.url)

    assert (len(receiver.requests), status_id(submission)) == (3, 3)


def test_redirect_is_not_followed(judge: Judge, receiver: Receiver) -> None:
    receiver.answers = [307]
    receiver.location = receiver.url + "&again"

    judge.bash("echo", callback_url=receiver.url)

    assert len(receiver.requests) == 1


def test_proxies_of_the_environment_are_not_used(
    judge: Judge, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:9")
    monkeypatch.setenv("http_proxy", "http://192.0.2.1:9")

    judge.bash("echo", callback_url=receiver.url)

    assert len(receiver.requests) == 1


def test_refused_callback_is_logged_and_the_verdict_stands(
    judge: Judge, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        submission = judge.bash("echo", callback_url="http://192.0.2.1/secret-path")

    assert status_id(submission) == 3
    assert "192.0.2.1 is not on this machine" in caplog.text
    assert "secret-path" not in caplog.text


@pytest.mark.parametrize("path", ["/a b", "/é", "/a\r\nX: y"])
def test_path_that_http_cannot_carry_is_no_crash(judge: Judge, receiver: Receiver, path: str) -> None:
    base = receiver.url.partition("/done")[0]

    submission = judge.bash("echo", callback_url=base + path)

    assert status_id(submission) == 3
