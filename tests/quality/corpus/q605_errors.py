# rules: Q605
"""Suites of endpoints, with and without what goes wrong."""

import unittest
from http import HTTPStatus

import pytest
from django.urls import reverse
from fastapi.testclient import TestClient
from shop import Price, app, book

client = TestClient(app)


def test_books_are_listed(api_client):  # expect: Q605
    assert api_client.get("/books/").status_code == 200


async def test_books_are_listed_by_page(api_client):
    assert (await api_client.get("/books/?page=2")).status_code == 200


class TestTills:  # expect: Q605
    def test_till_is_opened(self, client):
        assert client.post("/tills/", json={}).status_code == 201

    def test_till_is_shown(self, client):
        assert client.get(f"/tills/{3}/").status_code == 200


class TestOuter:
    class TestRates:  # expect: Q605
        def test_rates_are_listed(self, client):
            assert client.get(reverse("rates")).status_code == 200


class Coins(unittest.TestCase):  # expect: Q605
    def test_coins_are_listed(self):
        self.assertEqual(self.client.get("/coins/").status_code, 200)


# Near misses.


class TestDrawers:
    def test_drawer_is_opened(self, client):
        assert client.post("/drawers/", json={}).status_code == 201

    def test_drawer_has_no_side(self, client):
        assert client.post("/drawers/", json={"side": "left"}).status_code == 422


class TestNotes:
    def test_note_is_shown(self, client):
        assert client.get("/notes/1/").status_code == 200

    def test_note_of_somebody_else_is_hidden(self, client):
        assert client.get("/notes/2/").status_code == HTTPStatus.NOT_FOUND


class TestReceipts:
    def test_receipt_is_shown(self, client):
        assert client.get("/receipts/").status_code == 200

    @pytest.mark.parametrize("status", [400, 404])
    def test_receipt_has_statuses(self, client, status):
        assert client.get("/receipts/", params={"answer": status}).status_code == status


class TestShops:
    def test_shop_is_shown(self, client):
        assert client.get("/shops/").status_code == 200

    def test_shop_raises_for_strangers(self, client):
        with pytest.raises(PermissionError):
            client.get("/shops/")


class TestGuests:
    def test_guest_is_shown(self, client):
        assert client.get("/guests/1/").status_code == 200


class TestGuestErrors:
    def test_guest_is_missing(self, client):
        assert client.get("/guests/7/").json() == {"error": "nobody"}


class TestPrice:
    def test_price_is_added(self):
        assert Price(3) + Price(4) == Price(7)


class TestStore:
    def test_value_is_kept(self, redis_client):
        assert redis_client.get("book") == book


# Suppressed.


class TestHealth:  # troth: ignore[Q605] it answers, or the machine is gone
    def test_health_is_told(self, client):
        assert client.get("/health/").status_code == 200
