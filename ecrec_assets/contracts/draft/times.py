"""Times: the span they lie in, how often new rows come, and days without rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import ceil
from typing import Any

import polars as pl

from ecrec_assets.contracts.draft import wording
from ecrec_assets.contracts.draft.finding import Finding, SlaDraft
from ecrec_assets.contracts.draft.margin import mostly
from ecrec_assets.contracts.draft.names import rule_name
from ecrec_assets.contracts.draft.profile import ROWS, VALUE, ColumnProfile
from ecrec_assets.contracts.draft.roles import words_of

LEAST_DAYS = 14
LONGEST_GAP = 366  # days: what comes less than once a year has no freshness
LEAST_SPAN = timedelta(days=62)  # a table of one month is followed by one of the next
AFTER_DAY = timedelta(hours=12)  # a delivery of yesterday's rows arrives during the next half day
PREFERRED = ("timestamp", "datetime", "time", "date", "created", "event", "updated")
LATER = ("birth", "end", "expiry", "expires", "due", "until", "valid", "start")


def span(column: ColumnProfile) -> Iterator[Finding]:
    """From a quarter of its span before the first value to once its span behind the last."""
    if column.present < 10:
        return
    low, high = column.quantile(0.001), column.quantile(0.999)
    length = max(_moment(high) - _moment(low), LEAST_SPAN)
    bounds = {"min_value": _day(_moved(low, -length / 4)), "max_value": _day(_moved(high, length + timedelta(1)))}
    first, last = (pl.lit(datetime.fromisoformat(value)).cast(column.dtype) for value in bounds.values())
    failed = column.present - column.rows_where(pl.col(VALUE).is_between(first, last))
    yield Finding.row_rule(
        failed,
        name=rule_name(column.name, "is_in_its_time"),
        expectation="expect_column_values_to_be_between",
        kwargs={**bounds, "mostly": mostly(failed, column.present)},
        dimension="timeliness",
        reason="A time long before the first known or far behind the last is a wrong clock or a placeholder.",
        evidence=f"{wording.of(column.present - failed, column.present)}; p0.1 = {wording.number(low)}, "
        f"p99.9 = {wording.number(high)}",
    )


def days(column: ColumnProfile) -> Iterator[Finding]:
    """Only where every calendar day of two weeks or more has rows."""
    rows = _rows_a_day(column)
    if len(rows) < LEAST_DAYS or (max(rows) - min(rows)).days + 1 != len(rows):
        return
    least = max(1, min(rows.values()) // 3)
    yield Finding(
        name=rule_name(column.name, "has_every_day"),
        expectation="expect_days_to_have_rows",
        kwargs={"min_rows": least},
        dimension="timeliness",
        reason="A day without rows, or with a third of the least known, was not delivered in full.",
        evidence=f"{len(rows):,} days from {min(rows)} to {max(rows)}; "
        f"the quietest has {wording.rows(min(rows.values()))}",
    )


def freshness(columns: list[ColumnProfile], now: datetime) -> SlaDraft | None:
    """From the column that says best when a row came about: the usual longest gap between days with rows, and a half
    day. A history whose newest row is older than that is closed, and measured at the end of its last day."""
    columns = [each for each in columns if each.present and isinstance(each.dtype, pl.Date | pl.Datetime)]
    if not columns:
        return None
    column = min(columns, key=_order)
    seen = sorted(_rows_a_day(column))
    if len(seen) < 3:
        return None
    gaps = sorted((later - earlier).days for earlier, later in pairwise(seen))
    usual = gaps[min(ceil(0.98 * len(gaps)), len(gaps) - 1)]
    if usual > LONGEST_GAP:
        return None
    limit = timedelta(days=usual) + timedelta(days=1) + AFTER_DAY
    newest = _moment(column.high)
    closed = now.astimezone(UTC).replace(tzinfo=None) - newest > limit
    as_of = datetime.combine(newest.date() + timedelta(1), datetime.min.time()) if closed else None
    evidence = f"rows on {len(seen):,} days, the usual longest gap is {usual} {'day' if usual == 1 else 'days'}"
    return SlaDraft(column.name, int(limit.total_seconds() // 3600), as_of.isoformat() if as_of else None, evidence)


def _order(column: ColumnProfile) -> tuple[Any, ...]:
    words = words_of(column.name)
    preferred = next((i for i, word in enumerate(PREFERRED) if word in words), len(PREFERRED))
    return (bool(set(words) & set(LATER)), column.missing > 0, preferred, -column.distinct)


def _rows_a_day(column: ColumnProfile) -> dict[date, int]:
    day = pl.col(VALUE).dt.date() if isinstance(column.dtype, pl.Datetime) else pl.col(VALUE)
    return dict(column.counts.group_by(day).agg(pl.col(ROWS).sum()).iter_rows())


def _moment(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)


def _moved(value: date, by: timedelta) -> datetime:
    """Up to the ends of the calendar: 9999-12-31 is a common placeholder."""
    try:
        return _moment(value) + by
    except OverflowError:
        return datetime.max if by > timedelta(0) else datetime.min


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
