"""How much a drafted contract catches: real tables, broken on purpose, and the next months of unbroken ones.

    python -m tests.bench.draft_detection [--online-retail FOLDER] [--table NAME]

A break is caught when the verdict does not pass or any rule fails; on the table it was drafted from every rule holds.
Which columns are measures, classes, times and references is stated here by hand, not taken from the draft. Large tables
are cut to every row of one household, product or invoice in so many, so that a run takes minutes.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import polars as pl

from ecrec_assets.collect import complete_journey
from ecrec_assets.collect.location import scan
from ecrec_assets.contracts.draft.draft import draft
from ecrec_assets.contracts.draft.proof import as_contract
from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.model import Contract

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ONLINE_RETAIL = Path("../shared/data/online_retail")


@dataclass(frozen=True)
class Source:
    """One real table, and what a person knows of its columns."""

    name: str
    frame: pl.DataFrame
    measures: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    foreign_keys: tuple[str, ...] = ()
    ordered_by: str | None = None
    references: Mapping[str, pl.LazyFrame] = field(default_factory=dict)


Tried = tuple[str, bool, str]
Later = tuple[str, int, int, float]


class Break(NamedTuple):
    """One broken copy of a table."""

    kind: str
    what: str
    frame: pl.DataFrame


def sources(online_retail: Path) -> Iterator[Source]:
    tables = {name: complete_journey.read(name) for name in complete_journey.TABLES}
    every = {f"raw/{name}": frame for name, frame in tables.items()}

    def table(name: str, **known: tuple[str, ...] | str) -> Source:
        cut = {"transactions": pl.col("household_id") % 40 == 0, "promotions": pl.col("product_id").hash(1) % 500 == 0}
        frame = tables[name].filter(cut[name]) if name in cut else tables[name]
        others = {key: other for key, other in every.items() if key != f"raw/{name}"}
        return Source(name, frame.collect(), references=others, **known)  # type: ignore[arg-type]

    money = ("quantity", "sales_value", "retail_disc", "coupon_disc", "coupon_match_disc")
    when = "transaction_timestamp"
    yield table("transactions", measures=money, times=(when,), foreign_keys=("product_id",), ordered_by=when)
    yield table("products", classes=("department", "brand"), texts=("product_type", "product_category"))
    places = ("display_location", "mailer_location")
    yield table("promotions", classes=places, foreign_keys=("product_id",), ordered_by="week")
    yield table("coupons", foreign_keys=("product_id", "campaign_id"))
    keys = ("household_id", "coupon_upc", "campaign_id")
    day = "redemption_date"
    yield table("coupon_redemptions", times=(day,), foreign_keys=keys, ordered_by=day)
    yield table("campaigns", foreign_keys=("campaign_id", "household_id"))
    yield table("campaign_descriptions", classes=("campaign_type",), times=("start_date", "end_date"))
    traits = ("age", "income", "home_ownership", "marital_status", "household_size", "household_comp", "kids_count")
    yield table("demographics", classes=traits, foreign_keys=("household_id",))
    if online_retail.is_dir():
        retail = scan(str(online_retail / "*.csv")).collect().filter(pl.col("InvoiceNo").hash(1) % 12 == 0)
        yield Source(
            "online_retail",
            retail,
            measures=("Quantity", "UnitPrice"),
            classes=("Country",),
            times=("InvoiceDate",),
            texts=("Description",),
            ordered_by="InvoiceDate",
        )


def breaks(source: Source) -> Iterator[Break]:
    frame = source.frame
    for name, dtype in frame.schema.items():
        yield Break("column dropped", name, frame.drop(name))
        yield Break("column renamed", name, frame.rename({name: f"{name}_2"}))
        other = pl.String() if dtype != pl.String() else pl.Binary()
        yield Break("column retyped", name, frame.with_columns(pl.col(name).cast(other)))
        yield Break("nulls in 20 % more rows", name, some(frame, 5, name, pl.lit(None, dtype=dtype)))
    for name in source.measures:
        yield Break("unit times 100", name, frame.with_columns((pl.col(name) * 100).cast(frame.schema[name])))
    for name in source.classes:
        yield Break("new category in 2 % of rows", name, some(frame, 50, name, pl.lit("ecrec: never seen")))
        renamed = pl.col(name).replace(frame[name].drop_nulls().mode()[0], "ecrec: never seen")
        yield Break("largest category renamed", name, frame.with_columns(renamed))
    for name in source.texts:
        yield Break("text in the wrong encoding, 5 % of rows", name, some(frame, 20, name, pl.lit("cafÃ© crÃ¨me")))
    for name in source.times:
        yield Break("dates a year early", name, frame.with_columns(pl.col(name) - timedelta(365)))
        yield Break("dates a year late", name, frame.with_columns(pl.col(name) + timedelta(365)))
        end = frame[name].max() - timedelta(60)  # type: ignore[operator]
        yield Break("last 60 days missing", name, frame.filter(pl.col(name) < end))
    yield Break("every row twice", "rows", pl.concat([frame, frame]))
    yield Break("5 % of rows twice", "rows", pl.concat([frame, frame.gather_every(20)]))
    yield Break("first half only", "rows", frame.head(frame.height // 2))
    for name in source.foreign_keys:
        yield Break("5 % of references broken", name, some(frame, 20, name, pl.col(name) + 7_000_000_000))
    for left, right in swappable(frame):
        yield Break("two columns swapped", f"{left} and {right}", frame.rename({left: right, right: left}))


def some(frame: pl.DataFrame, one_in: int, name: str, value: pl.Expr) -> pl.DataFrame:
    """The value in one row of so many, at even distances."""
    hit = pl.int_range(pl.len()) % one_in == 0
    return frame.with_columns(pl.when(hit).then(value).otherwise(pl.col(name)).alias(name))


def swappable(frame: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """Neighbours of the same type: an export with two headers in the wrong order."""
    names = frame.columns
    yield from ((a, b) for a, b in pairwise(names) if frame.schema[a] == frame.schema[b])


def drafted(source: Source, frame: pl.DataFrame) -> Contract:
    return as_contract(draft(frame.lazy(), key=f"raw/{source.name}", now=NOW, references=source.references))


def failing(source: Source, frame: pl.DataFrame, contract: Contract) -> tuple[list[str], float]:
    """The rules that fail, and the share of rows that would be quarantined."""
    verdict = audit(frame.lazy(), contract, references=source.references, now=NOW).verdict
    return [rule.name for rule in verdict.rules if not rule.passed], verdict.rows_quarantined / max(verdict.rows_in, 1)


def spans(source: Source) -> Iterator[tuple[str, pl.DataFrame, pl.DataFrame]]:
    """What was known, what came next: the two halves of the time, and each month and the next."""
    by = source.ordered_by
    if by is None:
        return
    ordered = source.frame.sort(by, maintain_order=True)
    middle = ordered[by][ordered.height // 2]
    yield "second half", ordered.filter(pl.col(by) < middle), ordered.filter(pl.col(by) >= middle)
    if not ordered.schema[by].is_temporal() or ordered.height < 20_000:
        return
    months = [part for _, part in ordered.group_by(pl.col(by).dt.truncate("1mo"), maintain_order=True)]
    whole = [part for part in months if part[by].dt.date().n_unique() >= 20]
    yield from (("next month", a, b) for a, b in pairwise(whole))


def measured(
    each: Source, tell: Callable[[str], None]
) -> tuple[list[tuple[str, bool, str]], list[tuple[str, int, int, float]]]:
    contract = drafted(each, each.frame)
    alarms, _ = failing(each, each.frame, contract)
    tell(f"{each.name}: {each.frame.height:,} rows, {len(contract.rules)} rules, on its own data fail: {alarms}")
    found = [(b.kind, bool(failing(each, b.frame, contract)[0]), f"{each.name}.{b.what}") for b in breaks(each)]
    later = []
    for kind, known, coming in spans(each):
        rules = drafted(each, known)
        failed, aside = failing(each, coming, rules)
        tell(f"{each.name}, {kind}: {len(failed)} of {len(rules.rules)} rules, {aside:.3%} quarantined: {failed}")
        later.append((f"{each.name}, {kind}", len(failed), len(rules.rules), aside))
    return found, later


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--online-retail", type=Path, default=ONLINE_RETAIL)
    parser.add_argument("--table", action="append", help="only this one; may be given again")
    arguments = parser.parse_args()
    found: list[tuple[str, bool, str]] = []
    later: list[tuple[str, int, int, float]] = []
    for each in sources(arguments.online_retail):
        if arguments.table is None or each.name in arguments.table:
            more, months = measured(each, lambda text: print(text, flush=True))
            found += more
            later += months
    report(found, later)


def report(found: list[tuple[str, bool, str]], later: list[tuple[str, int, int, float]]) -> None:
    print("\n| break | caught | not caught |\n|---|---|---|")
    for kind in dict.fromkeys(kind for kind, _, _ in found):
        here = [(caught, what) for each, caught, what in found if each == kind]
        missed = ", ".join(what for caught, what in here if not caught)
        print(f"| {kind} | {sum(caught for caught, _ in here)} of {len(here)} | {missed} |")
    print(f"| all | {sum(caught for _, caught, _ in found)} of {len(found)} | |")
    print("\n| drafted before, checked on | deliveries | rules that failed | rows quarantined |\n|---|---|---|---|")
    for kind in dict.fromkeys(kind for kind, *_ in later):
        runs = [run for run in later if run[0] == kind]
        failed, rules = sum(run[1] for run in runs), sum(run[2] for run in runs)
        aside = sum(run[3] for run in runs) / len(runs)
        print(f"| {kind} | {len(runs)} | {failed} of {rules} ({failed / rules:.1%}) | {aside:.3%} |")


if __name__ == "__main__":
    main()
