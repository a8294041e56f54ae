"""The row that a child stands under, also the one that it stood under before it is saved."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Model

_BEFORE = "_parents_before"


def note(child: Model, field: str, update_fields: Collection[str] | None) -> set[int]:
    """Before a child is saved: the ids of its parents, its present one and the one in the database."""
    found = {getattr(child, f"{field}_id")}
    may_move = update_fields is None or bool({field, f"{field}_id"} & set(update_fields))
    if may_move and not child._state.adding:
        rows = type(child)._default_manager.filter(pk=child.pk)
        found.update(rows.values_list(f"{field}_id", flat=True))
    child.__dict__[_BEFORE] = found
    return found


def noted(child: Model, field: str) -> set[int]:
    """After it was saved: those ids."""
    found: set[int] = child.__dict__.pop(_BEFORE, set())
    return found | {getattr(child, f"{field}_id")}
