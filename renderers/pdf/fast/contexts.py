"""Contextual rules of a font, of all formats, as sets of glyphs position by position. Source: OpenType, chapter 2."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from renderers.pdf.fast.model import Unfillable

_GLYPHS, _CLASSES, _COVERAGES = 1, 2, 3  # subtable formats
# Lookup types of tables: chained context, context, extension.
TYPES: Mapping[str, tuple[int, int, int]] = {"GSUB": (6, 5, 7), "GPOS": (8, 7, 9)}


@dataclass(frozen=True, slots=True)
class ContextRule:
    """What has to stand side by side for a rule to apply: `before`, then the glyphs that may change, then `after`."""

    before: tuple[frozenset[str], ...]  # in reading order
    inputs: tuple[frozenset[str], ...]
    after: tuple[frozenset[str], ...]


def context_rules(table: Any, tag: str, features: set[str], glyphs: Iterable[str]) -> Iterator[ContextRule]:
    """Yield the rules of the lookups that `features` name. `table` is a GSUB or GPOS table, `glyphs` all names."""
    chain, context, _ = TYPES[tag]
    every, kind = frozenset(glyphs), "Sub" if tag == "GSUB" else "Pos"
    known: _Covers = {}
    for subtable in subtables(table, tag, features):
        if subtable.LookupType not in (chain, context):
            continue
        is_chain = subtable.LookupType == chain
        if subtable.Format == _COVERAGES:
            yield _by_coverage(subtable, is_chain, known)
        elif subtable.Format == _GLYPHS:
            yield from _by_glyph(subtable, is_chain, kind)
        elif subtable.Format == _CLASSES:
            yield from _by_class(subtable, is_chain, kind, every)
        else:
            raise Unfillable("a contextual rule of the font is of a new kind")


def subtables(table: Any, tag: str, features: set[str]) -> Iterator[Any]:
    """Yield the subtables of the lookups that these features name, and of those that their contexts call."""
    waiting = [
        number
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag in features
        for number in record.Feature.LookupListIndex
    ]
    chain, context, extension = TYPES[tag]
    seen: set[int] = set()
    while waiting:
        number = waiting.pop()
        if number in seen:
            continue
        seen.add(number)
        for subtable in table.LookupList.Lookup[number].SubTable:
            inner = subtable.ExtSubTable if subtable.LookupType == extension else subtable
            if inner.LookupType in (chain, context):  # others call nothing; tables of kerning take long to read
                waiting += _called(inner, "Sub" if tag == "GSUB" else "Pos", "Subst" if tag == "GSUB" else "Pos")
            yield inner


def _called(subtable: Any, kind: str, record_kind: str) -> list[int]:
    """Return the lookups that a contextual subtable calls."""
    calls = list(getattr(subtable, f"{record_kind}LookupRecord", None) or ())
    for prefix in (kind, f"Chain{kind}"):
        for unit in ("Rule", "ClassRule"):
            for rules in getattr(subtable, f"{prefix}{unit.removesuffix('Rule') or 'Rule'}Set", None) or ():
                for rule in getattr(rules, f"{prefix}{unit}") if rules else ():
                    calls += getattr(rule, f"{record_kind}LookupRecord", None) or ()
    return [record.LookupListIndex for record in calls]


_Covers = dict[int, frozenset[str]]  # by the place of a coverage in its table


def _by_coverage(subtable: Any, is_chain: bool, known: _Covers) -> ContextRule:
    if not is_chain:
        return ContextRule((), _covers(subtable.Coverage, known), ())
    return ContextRule(
        _covers(subtable.BacktrackCoverage, known)[::-1],
        _covers(subtable.InputCoverage, known),
        _covers(subtable.LookAheadCoverage, known),
    )


def _covers(coverages: Sequence[Any], known: _Covers) -> tuple[frozenset[str], ...]:
    return tuple([_cover(coverage, known) for coverage in coverages])


def _cover(coverage: Any, known: _Covers) -> frozenset[str]:
    """Return the glyphs of a coverage. Rules share a few, and to read one takes long."""
    reader = vars(coverage).get("reader")  # fontTools has one until a table is read
    if reader is None:
        return frozenset(coverage.glyphs)
    place = reader.offset
    if place not in known:
        known[place] = frozenset(coverage.glyphs)
    return known[place]


def _by_glyph(subtable: Any, is_chain: bool, kind: str) -> Iterator[ContextRule]:
    prefix = f"Chain{kind}" if is_chain else kind
    for first, rules in zip(subtable.Coverage.glyphs, getattr(subtable, f"{prefix}RuleSet"), strict=False):
        for rule in getattr(rules, f"{prefix}Rule") if rules else ():
            yield _rule(rule, is_chain, frozenset((first,)), lambda name: frozenset((name,)), "Input")


def _by_class(subtable: Any, is_chain: bool, kind: str, every: frozenset[str]) -> Iterator[ContextRule]:
    prefix = f"Chain{kind}" if is_chain else kind
    covered = frozenset(subtable.Coverage.glyphs)
    own = _classes(subtable.InputClassDef if is_chain else subtable.ClassDef, every)
    before = _classes(subtable.BacktrackClassDef, every) if is_chain else own
    after = _classes(subtable.LookAheadClassDef, every) if is_chain else own
    for number, rules in enumerate(getattr(subtable, f"{prefix}ClassSet")):
        for rule in getattr(rules, f"{prefix}ClassRule") if rules else ():
            yield _rule(rule, is_chain, own(number) & covered, own, "Input" if is_chain else "Class", before, after)


def _rule(
    rule: Any,
    is_chain: bool,
    first: frozenset[str],
    own: Callable[[Any], frozenset[str]],
    rest: str,
    before: Callable[[Any], frozenset[str]] | None = None,
    after: Callable[[Any], frozenset[str]] | None = None,
) -> ContextRule:
    inputs = (first, *(own(value) for value in getattr(rule, rest)))
    if not is_chain:
        return ContextRule((), inputs, ())
    return ContextRule(
        tuple((before or own)(value) for value in rule.Backtrack)[::-1],
        inputs,
        tuple((after or own)(value) for value in rule.LookAhead),
    )


def _classes(definition: Any, every: frozenset[str]) -> Callable[[int], frozenset[str]]:
    """Return the glyphs of a class; class 0 is all that no other class holds."""
    members: dict[int, set[str]] = {}
    for name, number in (definition.classDefs if definition else {}).items():
        members.setdefault(number, set()).add(name)
    members[0] = set(every.difference(*members.values()))
    return lambda number: frozenset(members.get(number, ()))
