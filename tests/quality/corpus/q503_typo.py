# rules: Q503
"""Assertions of mocks, and what only looks like one. Some of it ruff finds (PGH005), and some we do."""

import unittest

from campus import till


def test_note_is_asserted_twice(note):
    till.price(3)

    assert note.assert_called()  # expect: Q503


def test_note_is_asserted_as_a_name(note):
    till.price(3)

    assert note.assert_called_once  # expect: Q503


def test_note_is_denied(note):
    till.price(3)

    assert not note.assert_called()  # expect: Q503


def test_note_is_mistyped(note):
    till.price(3)

    note.asssert_called_once()  # expect: Q503


async def test_note_is_mistyped_at_its_end(note):
    till.price(3)

    note.assert_called_once_wiht(3)  # expect: Q503


def test_note_is_asked_by_no_name_of_a_mock(note):
    till.price(3)

    note.called_once_with(3)  # expect: Q503


def test_note_is_not_asked_at_all(note):
    till.price(3)

    note.assert_called_once  # expect: Q503


class TestNote:
    class TestAtNight:
        def test_note_is_mistyped_in_the_middle(self, note):
            till.price(3)

            note.inner.assert_caled_once_with(3)  # expect: Q503


# Near misses.


def test_note_is_called(note):
    till.price(3)

    note.assert_called_once_with(3)


def test_note_was_called(note):
    till.price(3)

    assert note.called


def test_note_has_calls(note):
    till.price(3)

    note.assert_has_calls([])
    assert note.mock_calls == []


def test_note_has_a_check_of_its_own(page):
    page.assert_visible("note")


class Note(unittest.TestCase):
    def test_note_is_equal(self):
        self.assertEqual(till.price(3), 6)
        self.assertCalled = True


# Suppressed.


def test_note_has_its_own_assertion(page):
    page.assert_called_onc("note")  # troth: ignore[Q503] a method of the page, that is really called so
