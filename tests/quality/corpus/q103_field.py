# rules: Q103
"""A word of the field in the module of production under test is told, and does not fail."""

from shop import client


def test_all_orders_of_a_batch_are_sent():  # expect: Q103
    answer = client.post("/orders/batch", json=[1, 2])

    assert answer.status_code == 201
