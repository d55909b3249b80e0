"""One rule as the pages show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup

from ecrec_assets.contracts.pages.blocks import html_of
from ecrec_assets.contracts.pages.wording import observed_of, words_of
from ecrec_assets.verdict import RuleResult

State = Literal["blocked", "failed", "quarantined", "passed"]
MOST_CHARACTERS = 160
EMPTY = "empty"


@dataclass(frozen=True)
class RuleRow:
    """A result with its words. `examples` are failing values, each with how often the verdict lists it."""

    rule: RuleResult
    words: Markup
    observed: Markup
    examples: tuple[tuple[str, int], ...]

    @property
    def state(self) -> State:
        return state_of(self.rule)


def state_of(rule: RuleResult) -> State:
    """`quarantined`: it held, and the rows that break it are set aside."""
    if not rule.passed:
        return "blocked" if rule.blocks else "failed"
    return "quarantined" if rule.rows_failed and rule.on_fail == "quarantine" else "passed"


def rule_row(rule: RuleResult, found: Any | None) -> RuleRow:
    """`found` is Great Expectations' result of the rule; None where it could not become an expectation."""
    by_row = rule.rows_failed is not None
    return RuleRow(
        rule=rule,
        words=words_of(found.expectation_config) if found else html_of(rule.expectation),
        observed=Markup() if by_row or found is None or rule.error else _observed(rule, found),
        examples=_examples(rule.observed) if by_row and isinstance(rule.observed, list) else (),
    )


def _observed(rule: RuleResult, found: Any) -> Markup:
    if isinstance(rule.observed, Mapping):
        return _described(rule.observed)
    if isinstance(rule.observed, int | float):
        return html_of(_number(rule.observed))
    return observed_of(found)


def _number(value: int | float) -> str:
    """Thousands apart; six digits where it is a fraction."""
    whole = isinstance(value, int) or value.is_integer()
    return f"{value:,.0f}" if whole and not isinstance(value, bool) else f"{value:.6g}"


def _described(values: Mapping[str, Any]) -> Markup:
    pair = Markup("<dt>{}</dt><dd>{}</dd>")
    return Markup("<dl>{}</dl>").format(
        Markup().join(pair.format(name, short(value)) for name, value in values.items())
    )


def _examples(values: list[Any]) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(short(value) for value in values).most_common())


def short(value: Any) -> str:
    """One value as text, cut where it is long."""
    if value is None:
        return "missing"
    if isinstance(value, Mapping):
        return _cut(", ".join(f"{name}: {short(item)}" for name, item in value.items())) or EMPTY
    if isinstance(value, list | tuple):
        return _cut(", ".join(short(item) for item in value)) or EMPTY
    return _cut(str(value)) or EMPTY


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"
