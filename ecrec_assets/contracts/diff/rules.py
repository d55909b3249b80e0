"""Changes of the rules: which rows pass, and what becomes of those that do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ecrec_assets.contracts.derived import SCHEMA_RULE
from ecrec_assets.contracts.diff.arguments import Move, moves
from ecrec_assets.contracts.diff.change import Change, Kind
from ecrec_assets.contracts.limits import limit_of
from ecrec_assets.contracts.model import Contract, Rule

LIMIT_RULE = "values_are_readable"  # carries the contract's quarantineLimit
BY_COLUMNS = (SCHEMA_RULE, "numbers_are_finite")  # they change with the columns, which are told of themselves
STRENGTH = {"warn": 0, "block": 1, "quarantine": 2}  # how many rows it keeps from readers


def rule_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Renamed, removed, new and changed rules; what only follows from a change of the columns is left out."""
    before = {rule.name: rule for rule in old.rules if not _follows(rule, old, new)}
    after = {rule.name: rule for rule in new.rules if not _follows(rule, old, new)}
    limit = _limit(old, new)
    if limit:
        yield _limit_change(*limit)
    renamed = _renamed(before, after)
    for name, rule in before.items():
        if name in renamed:
            yield Change("documentation", f"rule {name}", f"is called {renamed[name]} now; the old check ends")
        elif name not in after:
            yield _removed(rule)
        else:
            yield from _changed(rule, after[name], limit)
    for name, rule in after.items():
        if name not in before and name not in renamed.values():
            yield _added(rule)


def _follows(rule: Rule, old: Contract, new: Contract) -> bool:
    """Rules derived from a column's promise, which `column_changes` tells."""
    if rule.name in BY_COLUMNS:
        return True
    if rule.name == "primary_key_is_unique":
        return old.primary_key != new.primary_key
    if rule.name.endswith("_is_present") and rule.expectation == "expect_column_values_to_not_be_null":
        column = rule.kwargs["column"]
        return _required(old, column) != _required(new, column)
    return False


def _required(contract: Contract, name: str) -> bool | None:
    return next((column.required for column in contract.columns if column.name == name), None)


def _limit(old: Contract, new: Contract) -> tuple[float, float] | None:
    """The share of rows that has to pass the rules of the schema, before and after, when it changed."""
    values = [
        next((rule.kwargs.get("mostly", 1.0) for rule in contract.rules if rule.name == LIMIT_RULE), 1.0)
        for contract in (old, new)
    ]
    return None if values[0] == values[1] else (values[0], values[1])


def _limit_change(before: float, after: float) -> Change:
    words = f"{_percent(1 - after)} of the rows may fail a rule of the schema, it was {_percent(1 - before)}"
    return Change("tightening" if after > before else "loosening", "quarantineLimit", words)


def _percent(share: float) -> str:
    return f"{share * 100:.6g} %"


def _renamed(before: dict[str, Rule], after: dict[str, Rule]) -> dict[str, str]:
    gone = [rule for name, rule in before.items() if name not in after]
    come = {name: rule for name, rule in after.items() if name not in before}
    found: dict[str, str] = {}
    for rule in gone:
        for name, other in come.items():
            if name not in found.values() and _same(rule, other):
                found[rule.name] = name
                break
    return found


def _same(one: Rule, other: Rule) -> bool:
    return (one.expectation, one.kwargs, one.where, one.severity, one.on_fail) == (
        other.expectation,
        other.kwargs,
        other.where,
        other.severity,
        other.on_fail,
    )


def _judges(rule: Rule) -> bool:
    """Whether it keeps anything from readers; a rule that only warns does not."""
    return rule.on_fail == "quarantine" or (rule.on_fail == "block" and rule.severity == "critical")


def _removed(rule: Rule) -> Change:
    kind: Kind = "loosening" if _judges(rule) else "documentation"
    return Change(kind, f"rule {rule.name}", f"is gone ({limit_of(rule)})")


def _added(rule: Rule) -> Change:
    told = {"quarantine": "a row that fails it is quarantined", "block": "a table that fails it is not published"}
    what = told[rule.on_fail] if _judges(rule) else "it only warns"
    return Change(
        "tightening" if _judges(rule) else "documentation", f"rule {rule.name}", f"is new ({limit_of(rule)}): {what}"
    )


def _changed(old: Rule, new: Rule, limit: tuple[float, float] | None) -> Iterator[Change]:
    subject = f"rule {new.name}"
    if old.expectation != new.expectation:
        yield _unclear(subject, f"asks {limit_of(new)} ({new.expectation}), it asked {limit_of(old)}", new)
    else:
        for move in moves(new.expectation, old.kwargs, new.kwargs):
            if not (move.name == "mostly" and limit == (move.old, move.new)):
                yield _moved(subject, move, old, new)
    yield from _conditions(subject, old, new)
    yield from _consequences(subject, old, new)
    if old.reason != new.reason or old.dimension != new.dimension:
        yield Change(
            "documentation", subject, "has another reason" if old.reason != new.reason else f"is {new.dimension}"
        )


def _moved(subject: str, move: Move, old: Rule, new: Rule) -> Change:
    words = _words(move)
    if move.kind is None:
        return _unclear(subject, words, new)
    kind = move.kind if _judges(old) or _judges(new) else "documentation"
    return Change(kind, subject, words)


def _words(move: Move) -> str:
    name = {"mostly": "rows that must pass", "value_set": "allowed values"}.get(move.name, move.name)
    if isinstance(move.old, list) and move.new is None:
        return f"{name}: {_listed(move.old)} no longer among them"
    if isinstance(move.new, list) and move.old is None:
        return f"{name}: {_listed(move.new)} added"
    if move.name == "mostly":
        return f"{name}: {_share(move.old)} → {_share(move.new)}"
    return f"{name}: {_value(move.old)} → {_value(move.new)}"


def _share(value: Any) -> str:
    return "all" if value in (None, 1) else f"at least {_percent(value)}"


def _value(value: Any) -> str:
    return "none" if value is None else str(value)


def _listed(values: list[Any]) -> str:
    more = f" and {len(values) - 8} more" if len(values) > 8 else ""
    return ", ".join(map(str, values[:8])) + more


def _unclear(subject: str, words: str, rule: Rule) -> Change:
    """The text does not tell which way; the data does."""
    if not _judges(rule):
        return Change("documentation", subject, words)
    return Change("tightening", subject, f"{words}; other rows may fail than before")


def _conditions(subject: str, old: Rule, new: Rule) -> Iterator[Change]:
    if old.where == new.where:
        return
    before, after = set(map(repr, old.where)), set(map(repr, new.where))
    shown = " and ".join(f"{part.column} {part.operator} {part.value}" for part in new.where) or "all rows"
    if not _judges(new) and not _judges(old):
        yield Change("documentation", subject, f"is asked of {shown}")
    elif after > before:
        yield Change("loosening", subject, f"is asked of fewer rows: {shown}")
    elif after < before:
        yield Change("tightening", subject, f"is asked of more rows: {shown}")
    else:
        yield _unclear(subject, f"is asked of {shown}", new)


def _consequences(subject: str, old: Rule, new: Rule) -> Iterator[Change]:
    if old.on_fail != new.on_fail:
        tighter = STRENGTH[new.on_fail] > STRENGTH[old.on_fail]
        what = {
            "quarantine": "a failing row is quarantined",
            "block": "failing rows within the limit are published, more block",
            "warn": "a failing row is published with a warning",
        }[new.on_fail]
        yield Change("tightening" if tighter else "loosening", subject, f"onFail {old.on_fail} → {new.on_fail}: {what}")
    if old.severity != new.severity:
        critical = "critical" in (old.severity, new.severity) and new.on_fail != "warn"
        kind: Kind = ("tightening" if new.severity == "critical" else "loosening") if critical else "documentation"
        yield Change(
            kind,
            subject,
            f"severity {old.severity} → {new.severity}"
            + ("" if not critical else ": it can block now" if new.severity == "critical" else ": it no longer blocks"),
        )
