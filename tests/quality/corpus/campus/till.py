# rules: Q501
"""A till that asks others."""

import datetime
import smtplib
from time import sleep

import requests

from campus.rates import fetch_rate, note

LIMIT = 3


def price(amount):
    note(amount)
    return amount * fetch_rate()


def ask():
    sleep(1)
    return requests.get("https://rates.example", timeout=LIMIT).json()


def tell():
    smtplib.SMTP("mail.example").send_message("told at %s" % datetime.datetime.now())


class Till:
    def __init__(self, drawer=None):
        self.drawer = drawer

    def total(self):
        self.log()
        return self.count() * 2

    def count(self):
        return 1

    def log(self):
        note(self)
