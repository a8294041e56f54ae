"""How a fault is named on the command line, and which orders make no sense."""

from __future__ import annotations

import pytest

from troth.api import Api
from troth.errors import UnknownName, UsageProblem
from troth.serve.faults import order, read_orders


@pytest.mark.parametrize(
    ("text", "fault", "operation", "times"),
    [
        ("http_503", "http_503", None, None),
        ("http_503:2", "http_503", None, 2),
        ("http_503:send_letter", "http_503", "send_letter", None),
        ("http_503:send_letter:2", "http_503", "send_letter", 2),
        ("http_503::2", "http_503", None, 2),
        ("http_503:POST /letters:2", "http_503", "send_letter", 2),
        ("field_missing:$.size", "field_missing:$.size", None, None),
        ("field_missing:$.size:read_letter:2", "field_missing:$.size", "read_letter", 2),
        ("tls_expired:2", "tls_expired", None, 2),
        ("connection_refused", "connection_refused", None, None),
    ],
)
def test_what_is_written_is_what_strikes(
    api: Api, text: str, fault: str, operation: str | None, times: int | None
) -> None:
    [made] = read_orders(api, [text])

    assert (made.fault.full_name, made.operation and made.operation.name, made.times) == (
        fault,
        operation,
        times,
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("http_53", "did you mean 'http_503'"),
        ("http_503:send_letters", "did you mean 'send_letter'"),
    ],
)
def test_a_name_that_nobody_knows_names_the_nearest(api: Api, text: str, why: str) -> None:
    with pytest.raises(UnknownName, match=why):
        read_orders(api, [text])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("http_503:0", "cannot strike 0 times"),
        ("tls_expired:read_letter", "before it is known which operation"),
        ("connection_refused:read_letter", "before it is known which operation"),
        ("connection_refused:2", "nobody can count"),
        ("connect_timeout:2", "nobody can count"),
        ("field_missing:$.colour", r"\$\.colour"),
        ("enum_unknown:drop_letter", "DELETE"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(api: Api, text: str, why: str) -> None:
    with pytest.raises(UsageProblem, match=why):
        read_orders(api, [text])


def test_a_negative_number_is_refused(api: Api) -> None:
    with pytest.raises(UsageProblem, match="cannot strike -1 times"):
        order(api, "http_503", times=-1)
