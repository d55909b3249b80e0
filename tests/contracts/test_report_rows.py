"""Where failing rows are told to be: counts by partition value, and a sample that holds no private value."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.model import Column, Contract
from ecrec_assets.contracts.pages.archive import Archive
from ecrec_assets.contracts.report_links import page_of, rows_page_of, site_of
from ecrec_assets.verdict import PERIOD, Audit, PartCount, Verdict
from tests.contracts.contracts import NOW, rule
from tests.contracts.test_report import read

FRAME = pl.LazyFrame(
    {
        "week": [2, 1, 1, 2, 3, None],
        "price": [1.0, -1.0, 2.0, -3.0, -4.0, -5.0],
        "card": ["anna", "bert", "carl", "dora", "emil", "fritz"],
        "name": ["茶" * 200, "milk", "tea", "<b>", None, "rye"],
    }
)
POSITIVE = rule("expect_column_values_to_be_between", "is_positive", column="price", min_value=0, mostly=0.1)
NAMED = rule(
    "expect_column_values_to_not_be_null", "is_named", column="name", on_fail="warn", severity="warning", mostly=0.5
)
SECRET = rule("expect_column_values_to_be_in_set", "is_known", column="card", value_set=["anna"], mostly=0.1)


def made(*rules: object, part: str | None = "week", frame: pl.LazyFrame = FRAME, reports: Path | None = None) -> Audit:
    columns = (
        Column("week", pl.Int64()),
        Column("price", pl.Float64()),
        Column("card", pl.String(), classification="personal"),
        Column("name", pl.String()),
    )
    contract = Contract("raw/made", "1.0.0", "", columns, rules, partition_by=part, digest="0")  # type: ignore[arg-type]
    return audit(frame, contract, now=NOW, reports=reports, partition="week 1 to 3")


def test_failing_rows_are_counted_by_partition_value_and_rule_whatever_becomes_of_them() -> None:
    verdict = made(POSITIVE, NAMED).verdict
    assert verdict.parts == (
        PartCount("1", 2, {"is_positive": 1}),
        PartCount("2", 2, {"is_positive": 1}),
        PartCount("3", 1, {"is_positive": 1, "is_named": 1}),
        PartCount("missing", 1, {"is_positive": 1}),
    )
    for name in ("is_positive", "is_named"):
        assert sum(part.failed.get(name, 0) for part in verdict.parts) == verdict.rule(name).rows_failed
    assert sum(part.rows for part in verdict.parts) == verdict.rows_in


def test_a_verdict_keeps_its_partitions_in_json_and_reads_one_that_has_none() -> None:
    verdict = made(POSITIVE).verdict
    assert Verdict.from_json(verdict.to_json()) == verdict
    older = verdict.to_json()
    for name in ("partition", "parts", "model_run"):
        start = older.index(f'"{name}"')
        older = older[:start] + f'"x_{name}"' + older[start + len(name) + 2 :]
    import json

    raw = {key: value for key, value in json.loads(older).items() if not key.startswith("x_")}
    read_back = Verdict.from_json(json.dumps(raw))
    assert (read_back.partition, read_back.parts, read_back.model_run) == ("", (), "")
    assert read_back.rules == verdict.rules


def test_rows_of_a_shop_are_counted_by_the_period_they_were_delivered_for() -> None:
    days = [date(2010, 12, 1)] * 2 + [date(2010, 12, 2)] * 4
    verdict = made(POSITIVE, part=None, frame=FRAME.with_columns(pl.Series(PERIOD, days))).verdict
    assert verdict.parts == (
        PartCount("2010-12-01", 2, {"is_positive": 1}),
        PartCount("2010-12-02", 4, {"is_positive": 3}),
    )


def test_a_table_in_one_piece_has_no_partitions() -> None:
    assert made(POSITIVE, part=None).verdict.parts == ()


def test_a_private_column_is_no_partition() -> None:
    assert made(POSITIVE, part="card").verdict.parts == ()


def test_the_sample_shows_the_first_row_of_each_partition_and_no_private_value(tmp_path: Path) -> None:
    verdict = made(POSITIVE, SECRET, NAMED, reports=tmp_path).verdict
    samples = Archive(tmp_path).samples(verdict)
    assert samples["is_positive"].columns == ("week", "price", "card", "name")
    assert [row[:2] for row in samples["is_positive"].rows] == [(1, -1.0), (2, -3.0), (3, -4.0), (None, -5.0)]
    assert samples["is_named"].rows == ((3, None, -4.0, "(withheld)"),) or samples["is_named"].rows[0][0] == 3
    everything = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".lock")
    assert "milk" in everything
    for name in ("anna", "bert", "carl", "dora", "emil", "fritz"):
        assert f'"{name}"' not in (tmp_path / "rows" / "raw" / "made" / f"{verdict.id}.json").read_text()
        assert name not in read(tmp_path, rows_page_of("raw/made", verdict.id)).text


def test_the_page_of_failing_rows_says_what_became_of_them_and_where_all_of_them_are(tmp_path: Path) -> None:
    verdict = made(POSITIVE, NAMED, reports=tmp_path).verdict
    page = read(tmp_path, rows_page_of("raw/made", verdict.id))
    assert "Set aside: 4 rows (66.7" in page.words
    assert "Counted, and published: 1 rows" in page.words
    assert "ecrec quarantine show raw/made --rule is_positive" in page.words
    assert "<b>" in page.text and "b" not in page.tags
    assert (
        f"{rows_page_of('raw/made', verdict.id).rpartition('/')[2]}#is_positive"
        in read(tmp_path, page_of("raw/made", verdict.id)).links
    )


def test_long_values_are_cut(tmp_path: Path) -> None:
    short = rule("expect_column_value_lengths_to_be_between", "is_short", column="name", max_value=9, mostly=0.1)
    verdict = made(short, reports=tmp_path).verdict
    text = read(tmp_path, rows_page_of("raw/made", verdict.id)).text
    assert "茶" * 159 + "…" in text
    assert "茶" * 160 not in text


def test_a_table_without_failing_rows_has_no_page_for_them(tmp_path: Path) -> None:
    verdict = made(rule("expect_column_values_to_not_be_null", "has_price", column="price"), reports=tmp_path).verdict
    assert not (site_of(tmp_path) / rows_page_of("raw/made", verdict.id)).exists()
    assert not [link for link in read(tmp_path, page_of("raw/made", verdict.id)).links if "rows" in link]
