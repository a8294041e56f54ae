"""Helpers that tests call: one asserts, one does not."""


def look_closely(till):
    assert till.is_open()


def look_away(till):
    return till
