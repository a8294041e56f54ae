# rules: Q604
"""Tests that are too long, or assert too many things."""

import pytest
from shop import till


def test_till_sells_for_long(drawer):  # expect: Q604
    drawer.sell(0)
    drawer.sell(1)
    drawer.sell(2)
    drawer.sell(3)
    drawer.sell(4)
    drawer.sell(5)
    drawer.sell(6)
    drawer.sell(7)
    drawer.sell(8)
    drawer.sell(9)
    drawer.sell(10)
    drawer.sell(11)
    drawer.sell(12)
    drawer.sell(13)
    drawer.sell(14)
    drawer.sell(15)
    drawer.sell(16)
    drawer.sell(17)
    drawer.sell(18)
    drawer.sell(19)
    drawer.sell(20)
    drawer.sell(21)
    drawer.sell(22)
    drawer.sell(23)
    drawer.sell(24)
    drawer.sell(25)
    drawer.sell(26)
    drawer.sell(27)
    drawer.sell(28)
    drawer.sell(29)
    drawer.sell(30)
    drawer.sell(31)
    drawer.sell(32)
    drawer.sell(33)
    drawer.sell(34)
    drawer.sell(35)
    drawer.sell(36)
    drawer.sell(37)
    drawer.sell(38)
    drawer.sell(39)
    drawer.sell(40)
    drawer.sell(41)
    drawer.sell(42)
    drawer.sell(43)
    drawer.sell(44)
    drawer.sell(45)
    drawer.sell(46)
    drawer.sell(47)
    drawer.sell(48)
    drawer.sell(49)

    assert drawer.total == 1225


def test_till_is_asserted_from_all_sides(a, b, c, d, e, f, g, h):  # expect: Q604
    till()

    assert a == 1
    assert b == 2
    assert c == 3
    assert d == 4
    assert e == 5
    assert f == 6
    assert g == 7
    assert h == 8


class TestTill:
    class TestAtNight:
        async def test_till_is_asserted_at_night(self, a, b, c, d, e, f, g, h):  # expect: Q604
            await till()

            assert a.total == 1
            assert 2 == b.total
            assert c["total"] == 3
            assert d() == 4
            assert len(e) == 5
            assert f == 6
            assert not g
            assert h == 8


# Near misses.


def test_till_has_a_large_table(drawer):
    table = {
        "00": 0,
        "01": 1,
        "02": 2,
        "03": 3,
        "04": 4,
        "05": 5,
        "06": 6,
        "07": 7,
        "08": 8,
        "09": 9,
        "10": 10,
        "11": 11,
        "12": 12,
        "13": 13,
        "14": 14,
        "15": 15,
        "16": 16,
        "17": 17,
        "18": 18,
        "19": 19,
        "20": 20,
        "21": 21,
        "22": 22,
        "23": 23,
        "24": 24,
        "25": 25,
        "26": 26,
        "27": 27,
        "28": 28,
        "29": 29,
        "30": 30,
        "31": 31,
        "32": 32,
        "33": 33,
        "34": 34,
        "35": 35,
        "36": 36,
        "37": 37,
        "38": 38,
        "39": 39,
        "40": 40,
        "41": 41,
        "42": 42,
        "43": 43,
        "44": 44,
        "45": 45,
        "46": 46,
        "47": 47,
        "48": 48,
        "49": 49,
        "50": 50,
        "51": 51,
        "52": 52,
        "53": 53,
        "54": 54,
        "55": 55,
        "56": 56,
        "57": 57,
        "58": 58,
        "59": 59,
    }

    assert drawer.table == table


@pytest.mark.parametrize(
    "coin",
    [
        0,
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        9,
        10,
        11,
        12,
        13,
        14,
        15,
        16,
        17,
        18,
        19,
        20,
        21,
        22,
        23,
        24,
        25,
        26,
        27,
        28,
        29,
        30,
        31,
        32,
        33,
        34,
        35,
        36,
        37,
        38,
        39,
        40,
        41,
        42,
        43,
        44,
        45,
        46,
        47,
        48,
        49,
        50,
        51,
        52,
        53,
        54,
        55,
        56,
        57,
        58,
        59,
    ],
)
def test_till_takes_each_coin(drawer, coin):
    assert drawer.take(coin) == coin


def test_till_has_one_answer(client):
    answer = client.get("/till").json()

    assert answer["a"] == 1
    assert answer["b"] == 2
    assert answer["c"] == 3
    assert answer["d"] == 4
    assert answer["e"] == 5
    assert answer["f"] == 6
    assert answer["g"] == 7
    assert len(answer) == 7


# Suppressed.


def test_till_day_is_told_in_one(drawer):  # troth: ignore[Q604] a whole day of a till, hour by hour
    drawer.sell(0)
    drawer.sell(1)
    drawer.sell(2)
    drawer.sell(3)
    drawer.sell(4)
    drawer.sell(5)
    drawer.sell(6)
    drawer.sell(7)
    drawer.sell(8)
    drawer.sell(9)
    drawer.sell(10)
    drawer.sell(11)
    drawer.sell(12)
    drawer.sell(13)
    drawer.sell(14)
    drawer.sell(15)
    drawer.sell(16)
    drawer.sell(17)
    drawer.sell(18)
    drawer.sell(19)
    drawer.sell(20)
    drawer.sell(21)
    drawer.sell(22)
    drawer.sell(23)
    drawer.sell(24)
    drawer.sell(25)
    drawer.sell(26)
    drawer.sell(27)
    drawer.sell(28)
    drawer.sell(29)
    drawer.sell(30)
    drawer.sell(31)
    drawer.sell(32)
    drawer.sell(33)
    drawer.sell(34)
    drawer.sell(35)
    drawer.sell(36)
    drawer.sell(37)
    drawer.sell(38)
    drawer.sell(39)
    drawer.sell(40)
    drawer.sell(41)
    drawer.sell(42)
    drawer.sell(43)
    drawer.sell(44)
    drawer.sell(45)
    drawer.sell(46)
    drawer.sell(47)
    drawer.sell(48)
    drawer.sell(49)

    assert drawer.total == 1225
