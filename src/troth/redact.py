"""Redaction by allow-list: what the contract does not declare safe is replaced before it is written.

A replacement keeps the kind and satisfies the contract, and is the same for the same secret within a
scenario: an ordinal, never a hash. What was replaced in one place is replaced everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import annotated_types

from troth.api import Api
from troth.errors import ContractProblem
from troth.exchange import Exchange, placeholder
from troth.leaves import Kind, Leaf, Visitor, anything, typed
from troth.places import visited
from troth.provider import JsonScalar
from troth.scenario import UNIQUE_SUFFIX
from troth.scrub import Scrubber

SHORTEST = 6
"""A shorter text is replaced in its own place only: it would be found everywhere by chance."""

_SEPARATOR = re.compile(r"([,;])")


@dataclass(frozen=True, slots=True)
class Redacted:
    """What may be written. ``originals`` (secret to replacement) may not."""

    exchanges: tuple[Exchange, ...]
    values: Mapping[str, JsonScalar]
    originals: Mapping[str, str] = field(repr=False)


def redact(
    api: Api,
    exchanges: Sequence[Exchange],
    *,
    secrets: Mapping[str, str] | None = None,
    values: Mapping[str, JsonScalar] | None = None,
    suffix: str = UNIQUE_SUFFIX,
    judged: bool = True,
) -> Redacted:
    """The exchanges of one scenario as they may be written.

    ``secrets`` are credentials by role, which become their placeholders; ``values`` is what
    ``server.values`` held; ``suffix`` is what made names unique. Redacting the outcome again
    changes nothing. ``judged``: make sure that redaction breaks no rule of the contract.

    Raises:
        ContractProblem: no replacement for a field satisfies the contract, or the redacted
            exchanges break it where the real ones did not.
    """
    plan = _Plan()
    for exchange in exchanges:
        visited(api, exchange, Visitor(leaf=plan.meet, seen=str))
    stands = plan.decided()
    everywhere = Scrubber({**stands.everywhere, **_fixed(secrets or {}, suffix)})
    hide = Visitor(leaf=stands.of, seen=everywhere.text)
    redacted = tuple(visited(api, exchange, hide) for exchange in exchanges)
    if judged:
        _refuse_breaks(api, exchanges, redacted)
    return Redacted(redacted, _values(values or {}, redacted, stands, everywhere), stands.originals)


def _fixed(secrets: Mapping[str, str], suffix: str) -> dict[str, str]:
    known = {secret: placeholder(role) for role, secret in secrets.items() if secret}
    return known if suffix == UNIQUE_SUFFIX else {**known, suffix: UNIQUE_SUFFIX}


class _Plan:
    """What there is to hide, in the order in which it was met."""

    def __init__(self) -> None:
        self._leaves: dict[str, list[Leaf]] = {}

    def meet(self, leaf: Leaf) -> str:
        parts = () if leaf.text in self._leaves else self._parts(leaf)
        if not parts:
            self._leaves.setdefault(leaf.text, []).append(leaf)
        for part in parts:
            self._leaves.setdefault(part, [self._member(leaf, part, parts)])
        return leaf.text

    def _parts(self, leaf: Leaf) -> tuple[str, ...]:
        """The secrets of a text that lists several, such as tokens with commas between."""
        parts = tuple(part for part in _SEPARATOR.split(leaf.text)[::2] if part)
        listed = leaf.listed and not re.search(r"\s", leaf.text)
        several = len(parts) > 1 and (listed or any(part in self._leaves for part in parts))
        return parts if several else ()

    def _member(self, leaf: Leaf, part: str, beside: Sequence[str]) -> Leaf:
        known = (other for text in beside for other in self._leaves.get(text, ()))
        marks = (*leaf.marks, *(mark for other in known for mark in other.stands))
        return Leaf(leaf.where, part, "string", anything, marks)

    def decided(self) -> _Stands:
        stands = _Stands()
        for ordinal, (text, leaves) in enumerate(self._leaves.items(), start=1):
            stands.decide(text, leaves, ordinal)
        return stands


class _Stands:
    """What stands for each secret."""

    def __init__(self) -> None:
        self._common: dict[str, str] = {}
        self._special: dict[tuple[str, str], str] = {}
        self._used: set[str] = set()
        self._count = 0

    @property
    def originals(self) -> Mapping[str, str]:
        return dict(self._common)

    @property
    def everywhere(self) -> Mapping[str, str]:
        return {text: stand for text, stand in self._common.items() if len(text) >= SHORTEST}

    def decide(self, text: str, leaves: Sequence[Leaf], ordinal: int) -> None:
        """Choose one replacement that fits wherever ``text`` stands; else one for each place."""
        self._count = ordinal
        bound = [leaf for leaf in leaves if leaf.fits(text)]
        common = self._choose(leaves, bound, ordinal)
        for leaf in leaves if common is None else ():
            own = self._choose([leaf], [leaf] if leaf in bound else [], ordinal)
            if own is None:
                raise ContractProblem(
                    f"no replacement for {leaf.where} satisfies the contract, so it cannot be redacted",
                    hint="mark the field Safe[...] if it may be seen, or give it a Stand(...), "
                    "which says how a replacement looks",
                )
            self._special[text, leaf.where] = own
            common = common or own
        assert common is not None
        self._common[text] = common
        self._used.add(common)

    def _choose(self, leaves: Sequence[Leaf], bound: Sequence[Leaf], ordinal: int) -> str | None:
        for stand in _candidates(leaves, ordinal):
            kinds_kept = all(keeps_kind(stand, leaf.kind) for leaf in leaves)
            if stand not in self._used and kinds_kept and all(leaf.fits(stand) for leaf in bound):
                return stand
        return None

    def of(self, leaf: Leaf) -> str:
        """What stands for ``leaf``."""
        if leaf.text in self._common:
            return self._special.get((leaf.text, leaf.where), self._common[leaf.text])
        return "".join(self._common.get(part, part) for part in _SEPARATOR.split(leaf.text))

    def known(self, text: str) -> str | None:
        """What stands for a text, if anything does."""
        return self._common.get(text)

    def next(self, kind: Kind) -> JsonScalar:
        """A replacement for a value that stands in no exchange."""
        self._count += 1
        return self._of_ordinal(self._count, kind)

    def coming(self, kind: Kind) -> JsonScalar:
        """What ``next`` would give."""
        return self._of_ordinal(self._count + 1, kind)

    @staticmethod
    def _of_ordinal(ordinal: int, kind: Kind) -> JsonScalar:
        return typed(f"redacted-{ordinal}" if kind == "string" else str(ordinal), kind)


def keeps_kind(text: str, kind: Kind) -> bool:
    """Whether ``text`` is a JSON value of that kind; a number keeps its fraction."""
    try:
        typed(text, kind)
    except ValueError:
        return False
    return kind != "number" or "." in text


def _candidates(leaves: Sequence[Leaf], ordinal: int) -> Iterator[str]:
    for leaf in leaves:
        yield from (stand.text(ordinal) for stand in leaf.stands)
    for leaf in leaves:
        yield from (hint.format(n=ordinal) for hint in leaf.hints)
    if any(leaf.kind != "string" for leaf in leaves):
        for leaf in leaves:
            yield from _numbers(leaf, ordinal)
    yield from (form.format(n=ordinal) for form in _FORMS)


_FORMS = (
    "redacted-{n}",
    "redacted_{n}",
    "r{n}",
    "R{n}",
    "redacted-{n:032d}",
    "redacted-{n}@redacted.invalid",
    "https://redacted-{n}.invalid/",
    "{n}",
    "{n}.5",
    "{n:08d}",
    "{n:016d}",
    "{n:032x}",
    "{n:040x}",
    "{n:064x}",
)


def _numbers(leaf: Leaf, ordinal: int) -> Iterator[str]:
    """Numbers within the bounds that the field declares; a number that is no integer keeps a fraction."""
    half = ".5" if leaf.kind == "number" else ""
    for mark in _constraints(leaf.marks):
        match mark:
            case annotated_types.Ge(ge=int() as low) | annotated_types.Gt(gt=int() as low) if low > 0:
                yield f"{low + ordinal}{half}"
            case annotated_types.Le(le=int() as high) | annotated_types.Lt(lt=int() as high) if (
                high <= ordinal
            ):
                yield f"{high - ordinal}{half}"
            case annotated_types.MultipleOf(multiple_of=int() as step):
                yield f"{step * ordinal}"
    yield f"{ordinal}{half}"
    if leaf.kind == "number":
        yield f"0.{ordinal:06d}"


def _constraints(marks: tuple[object, ...]) -> Iterator[object]:
    for mark in marks:
        yield from getattr(mark, "metadata", None) or (mark,)


def _values(
    values: Mapping[str, JsonScalar],
    exchanges: Sequence[Exchange],
    stands: _Stands,
    everywhere: Scrubber,
) -> Mapping[str, JsonScalar]:
    visible = "\n".join(_texts(exchanges))
    return {name: _value(value, visible, stands, everywhere) for name, value in values.items()}


def _value(value: JsonScalar, visible: str, stands: _Stands, everywhere: Scrubber) -> JsonScalar:
    if value is None or isinstance(value, bool) or value == "":
        return value
    kind: Kind = "string" if isinstance(value, str) else "integer" if isinstance(value, int) else "number"
    known = stands.known(str(value))
    if known is not None and keeps_kind(known, kind):
        return typed(known, kind)
    scrubbed = everywhere.text(value) if isinstance(value, str) else str(value)
    # Redacting again must give the same: what was given for a value then is given for it now, also
    # where it is seen by chance, as a digit of another number.
    if known is None and scrubbed in visible and typed(scrubbed, kind) != stands.coming(kind):
        return typed(scrubbed, kind)
    return stands.next(kind)


def _texts(exchanges: Sequence[Exchange]) -> Iterator[str]:
    for exchange in exchanges:
        request, response = exchange.request, exchange.response
        yield request.decoded_path
        yield from (value for _, value in (*request.query, *request.headers, *response.headers))
        yield request.body.decode("utf-8", "replace")
        yield response.body.decode("utf-8", "replace")


def _refuse_breaks(api: Api, before: Sequence[Exchange], after: Sequence[Exchange]) -> None:
    for real, shown in zip(before, after, strict=True):
        known = {(each.operation, each.path, each.rule) for each in api.judge(real)}
        for each in api.judge(shown):
            if (each.operation, each.path, each.rule) not in known:
                raise ContractProblem(
                    f"redacted, {each.operation} {each.side} {each.path} breaks the contract: "
                    f"expected {each.expected} [{each.rule}]",
                    hint="mark what the rule reads Safe[...], or give it a Stand(...) that satisfies it",
                )
