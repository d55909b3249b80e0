"""What Great Expectations says of a rule, as a plain `RuleResult`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from great_expectations.util import convert_to_json_serializable

from ecrec_assets.contracts.engine.compilers.expressions import columns_of
from ecrec_assets.contracts.engine.table import Table
from ecrec_assets.contracts.limits import limit_of
from ecrec_assets.contracts.model import Rule
from ecrec_assets.contracts.validation import Validation
from ecrec_assets.verdict import RuleResult


def rule_result(rule: Rule, validation: Validation, refused: Mapping[str, str]) -> RuleResult:
    """The result of one rule. A rule that could not be checked has not passed, and says why."""
    found = validation.results.get(rule.name)
    error = refused.get(rule.name) or withheld_by(rule, validation.table) or error_of(found)
    shown = found.result if found is not None and not error else {}
    return RuleResult(
        name=rule.name,
        expectation=rule.expectation,
        columns=() if rule.name in refused else tuple(dict.fromkeys(columns_read(rule))),
        dimension=rule.dimension,
        severity=rule.severity,
        on_fail=rule.on_fail,
        reason=rule.reason,
        limit="" if rule.name in refused else limit_of(rule),
        passed=bool(found is not None and found.success and not error),
        rows_checked=_rows_checked(shown),
        rows_failed=shown["unexpected_count"] if "element_count" in shown else None,
        observed=plain(observed_in(shown)),
        error=error,
    )


def columns_read(rule: Rule) -> Iterator[str]:
    """The columns a rule asks about; those of its `where` are not among them."""
    kwargs = rule.kwargs
    yield from (kwargs[name] for name in ("column", "column_A", "column_B") if kwargs.get(name))
    yield from kwargs.get("column_list") or ()
    if "operator" in kwargs:
        yield from columns_of(kwargs.get("left", 0))
        yield from columns_of(kwargs.get("right", 0))


def withheld_by(rule: Rule, table: Table) -> str | None:
    """Why a rule was not to be asked: a column of it, or of its condition, is missing or of another type."""
    asked = () if rule.expectation == "expect_column_to_exist" else columns_read(rule)
    names = dict.fromkeys((*asked, *(condition.column for condition in rule.where)))
    reasons = {name: f"column {name} is missing" for name in names if name not in table.schema} | table.withheld
    return "; ".join(reasons[name] for name in names if name in reasons) or None


def error_of(found: Any) -> str | None:
    """Why Great Expectations could not evaluate; None when it could."""
    if found is None:
        return "it was not evaluated"
    info = found.exception_info or {}
    each = [info] if "exception_message" in info else [part for part in info.values() if isinstance(part, Mapping)]
    messages = [str(part["exception_message"]) for part in each if part.get("exception_message")]
    return "; ".join(dict.fromkeys(messages)) or None


def observed_in(shown: Mapping[str, Any]) -> Any:
    """Examples of a row rule, the value of another; for sets that differ, what is missing and what is too much."""
    if "element_count" in shown:
        return shown.get("partial_unexpected_list")
    if shown.get("observed_value") is not None:
        return shown["observed_value"]
    return {name: value for name, value in shown.items() if value not in (None, [])} or None


def _rows_checked(shown: Mapping[str, Any]) -> int | None:
    if "element_count" not in shown:
        return None
    return shown["element_count"] - (shown.get("missing_count") or 0)


def plain(value: Any) -> Any:
    """Numbers, texts, lists and mappings that JSON can hold; NaN and infinity become text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return convert_to_json_serializable(value)
