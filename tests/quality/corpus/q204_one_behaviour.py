# rules: Q204
"""Tests that act, assert, act the same again and assert again."""

import pytest
from shop import pay, till


def test_order_is_made_and_removed(client):
    response = client.post("/orders", json={})
    assert response.status_code == 201

    response = client.delete("/orders/1")  # expect: Q204
    assert response.status_code == 204


def test_payment_of_coins():
    answer = pay(1)
    assert answer == "paid"

    answer = pay(0)  # expect: Q204
    assert answer == "refused"


def test_drawer_counts_coins(drawer):
    drawer.add(1)
    assert drawer.total == 1

    drawer.add(2)  # expect: Q204
    assert drawer.total == 3


def test_statuses_of_orders(client):
    assert client.get("/orders/1").status_code == 200
    assert client.get("/orders/2").status_code == 404  # expect: Q204


async def test_order_is_streamed(api_client):
    response = await api_client.get("/orders")
    assert response.status_code == 200

    response = await api_client.get("/orders/1")  # expect: Q204
    assert response.status_code == 404


def test_payment_refuses_coins():
    with pytest.raises(ValueError, match="zero"):
        pay(0)

    with pytest.raises(ValueError, match="minus"):
        pay(-1)  # expect: Q204


class TestTill:
    class TestAtNight:
        def test_orders_at_night(self, client):
            with till():
                first = client.get("/orders")
                assert first.status_code == 200
                other = client.get("/sales")  # expect: Q204
                assert other.status_code == 200


# Near misses.


def test_payment_is_idempotent():
    answer = pay(1)
    assert answer == "paid"

    answer = pay(1)
    assert answer == "paid"


def test_deleting_twice_is_a_404(client):
    first = client.delete("/orders/1")
    assert first.status_code == 204

    second = client.delete("/orders/1")
    assert second.status_code == 404


def test_orders_come_in_pages(client):
    first = client.get("/orders")
    assert first.json()["next"] == 2

    rest = client.get("/orders?page=2")
    assert rest.json()["next"] is None


def test_order_goes_through_its_states(client):
    made = client.post("/orders")
    assert made.json()["state"] == "new"

    paid = client.post("/orders/1/pay")
    assert paid.json()["state"] == "paid"


@pytest.mark.acts_twice
def test_order_needs_a_customer(client):
    made = client.post("/orders")
    assert made.status_code == 422

    made = client.post("/orders", json={"customer": 1})
    assert made.status_code == 201


def test_order_answers_with_its_price(client):
    response = client.get("/orders/1")

    assert response.status_code == 200
    assert response.headers["ETag"] == "1"
    assert response.json() == {"price": 1}


def test_order_is_listed_where_it_was_made(client):
    response = client.post("/orders", json={})

    assert response.status_code == 201
    assert client.get("/orders").json() == [response.json()]
    assert client.get("/customers").json() == []


def test_order_is_found_by_its_customer(client):
    client.post("/customers", json={"name": "ada"})
    client.post("/orders", json={"customer": 1})

    response = client.get("/orders?customer=1")

    assert response.json() == [{"customer": 1}]


def test_drawer_is_read_as_it_was(drawer, monkeypatch):
    monkeypatch.setenv("DRAWER", "1")
    before = drawer.total
    assert before == 1

    monkeypatch.setenv("DRAWER", "2")
    assert drawer.total == 1


def test_payment_needs_an_open_till():
    pay(1)

    with pytest.raises(ValueError, match="shut"):
        pay(2)


# Suppressed.


def test_order_keeps_its_price(client):
    response = client.get("/orders/1")
    assert response.json()["price"] == 1

    response = client.get("/orders/1/price")  # troth: ignore[Q204] both ways to the price are one promise
    assert response.json() == 1
