# rules: Q501
"""Rates, from elsewhere."""


def fetch_rate():
    return 2


def note(what):
    return what
