"""The words of a test's name, and which of them are verbs."""

from __future__ import annotations

import re

AUXILIARIES = frozenset(
    {
        *("is", "are", "was", "were", "be", "has", "have", "had", "does", "do", "did", "can", "cannot"),
        *("could", "may", "might", "must", "will", "would", "should", "gets", "got", "isnt", "doesnt"),
    }
)
_VERBS = """
accept add allow answer assert append apply ask assign authenticate block break build cache calculate call
cancel catch change charge check clear close collect compare complete compute configure connect
consume contain convert copy count crash create decode decrease delete deliver deny destroy detect
disable discard disconnect display download drop emit enable encode encrypt end enforce enqueue
ensure evict exclude execute exit expire export extend extract fail fetch filter find finish flush
follow format generate get give go grant handle hide hold ignore import include increase increment
insert install invalidate keep kill launch leave load lock log login logout look lose lower make
mark match merge miss move normalize notify omit open overwrite parse pass pay persist pick preserve
prevent print process produce prompt propagate protect publish push put quit raise reach read
rebuild receive reconnect record redirect reduce refresh refuse register reject release reload
remain remove rename render reopen repeat replace reply report request require reset resolve respond
restart restore resume retry return revert revoke roll rotate round run save say schedule see select
send serve set show shut sign skip sort split start stay stop store strip submit subscribe succeed
support swallow sync take teach tell terminate throw time track transform translate trigger trim try
truncate turn unlock unpack unregister unsubscribe update upload use validate verify wait warn work
wrap write yield
"""
_STEMS = tuple(_VERBS.split())
_TWO_MEANINGS = frozenset(
    {
        *("answers", "calls", "changes", "charges", "checks", "counts", "displays", "ends", "exports"),
        *("filters", "formats", "handles", "imports", "locks", "logs", "marks", "matches", "orders"),
        *(
            "processes",
            "prompts",
            "reads",
            "records",
            "redirects",
            "replies",
            "reports",
            "requests",
            "returns",
        ),
        *("rounds", "runs", "sets", "shows", "signs", "sorts", "splits", "starts", "stops", "stores"),
        *("supports", "tracks", "triggers", "updates", "uploads", "uses", "waits", "works", "writes"),
        *("moves", "copies", "downloads", "looks", "times", "says", "takes", "turns", "tries", "yields"),
    }
)
"""Third persons that are plurals of nouns too: they are verbs where a subject or an object stands by."""


def _third_person(stem: str) -> str:
    if stem.endswith(("s", "x", "ch", "sh", "go", "do")):
        return f"{stem}es"
    if stem.endswith("y") and stem[-2] not in "aeiou":
        return f"{stem[:-1]}ies"
    return f"{stem}s"


STEMS = frozenset(_STEMS)
"""Verbs as they are: ``create``."""
THIRD_PERSONS = frozenset(map(_third_person, _STEMS))
"""``creates``."""
CLEAR_THIRD_PERSONS = THIRD_PERSONS - _TWO_MEANINGS
"""Those that are nothing but verbs."""

KNOWN_TERMS = frozenset(
    {
        *("read_and_write", "back_and_forth", "up_and_down", "drag_and_drop", "copy_and_paste"),
        *("search_and_replace", "find_and_replace", "fire_and_forget", "compare_and_swap", "test_and_set"),
        *("get_and_set", "store_and_forward", "terms_and_conditions", "black_and_white", "x_and_y"),
        *("pull_and_push", "question_and_answer", "cut_and_paste", "plug_and_play", "start_and_end"),
        *("now_and_then", "all_the_same", "at_all", "after_all", "all_of", "beyond_all_bounds"),
    }
)
"""Terms in which a conjunction joins nothing, and a forbidden word means something."""


def words(name: str) -> list[str]:
    """The words of ``test_a_till__opens``: ``a``, ``till``, ``opens``. Runs of underscores are one."""
    return [word for word in re.split("_+", name.removeprefix("test")) if word]


def tokens(name: str) -> list[str]:
    """The words of any name in lower case, ``BatchDeep`` too; ``discover`` has no ``cov`` in it."""
    apart = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return [word for word in re.split(r"[^a-z0-9]+", apart.lower()) if word]
