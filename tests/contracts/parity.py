"""Random frames and random expectations, run by the pandas engine and by ours, and compared."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

import great_expectations as gx
import great_expectations.expectations as gxe
import polars as pl
from great_expectations.expectations.row_conditions import Column

from ecrec_assets.contracts.engine import datasource  # noqa: F401  (adds data_sources.add_polars)
from ecrec_assets.contracts.engine.compilers.columns import midnight

FORMATS: list[dict[str, Any]] = [
    {"result_format": "BOOLEAN_ONLY"},
    {"result_format": "BASIC"},
    {"result_format": "BASIC", "partial_unexpected_count": 3, "include_unexpected_rows": True},
    {"result_format": "SUMMARY"},
    {"result_format": "SUMMARY", "partial_unexpected_count": 0},
    {"result_format": "COMPLETE"},
    {"result_format": "COMPLETE", "unexpected_index_column_names": ["row"]},
]
WORDS = ["", "a", "ab", "Abc", "zebra", "10", "naïve", "a b", "Ünder", "x" * 12]
ENUM = ["low", "mid", "high"]
COLUMNS = ["row", *"ijfghstdbzcnkeyu"]
START = datetime(2017, 1, 1, 12)


def frame_of(seed: int) -> pl.DataFrame:
    """0 to 5,000 rows with nulls, NaN, infinity, repeats and ties."""
    rng = random.Random(seed)
    rows = rng.choice([0, 1, 2, 7, 30, 100, 400, 400, rng.randint(1000, 5000)])
    holes = rng.choice([0.0, 0.0, 0.1, 0.5, 1.0 if rng.random() < 0.2 else 0.3])

    def column(draw: Callable[[], Any], share: float = holes) -> list[Any]:
        return [None if rng.random() < share else draw() for _ in range(rows)]

    span = rng.choice([3, 20, 10_000])
    floats = [0.0, -0.0, 1.5, 2.25, -3.0, 7.0, math.nan]
    return pl.DataFrame(
        {
            "row": list(range(1000, 1000 + rows)),
            "i": column(lambda: rng.randint(-span, span)),
            "j": column(lambda: rng.randint(0, 9), 0.0),
            "f": column(lambda: rng.choice(floats)),
            "g": column(lambda: round(rng.gauss(0, 5), 3)),
            "h": column(lambda: rng.choice([1.0, 2.0, 3.0, math.inf]), 0.0),
            "s": column(lambda: rng.choice(WORDS)),
            "t": column(lambda: rng.choice(WORDS[:4])),
            "d": column(lambda: START + timedelta(hours=rng.randint(0, 200))),
            "b": column(lambda: rng.random() < 0.5, 0.0),
            "z": column(lambda: START + timedelta(hours=rng.randint(0, 200))),
            "c": column(lambda: rng.choice(WORDS[1:4])),
            "n": column(lambda: Decimal(rng.randint(-500, 500)) / 100),
            "k": column(lambda: rng.randint(-100, 100), 0.0),
            "e": column(lambda: rng.choice(ENUM)),
            "y": column(lambda: (START + timedelta(days=rng.randint(0, 40))).date()),
            "u": column(lambda: START + timedelta(hours=rng.randint(0, 200))),
        },
        schema={
            "row": pl.Int64, "i": pl.Int64, "j": pl.Int64, "f": pl.Float64, "g": pl.Float64, "h": pl.Float64,
            "s": pl.String, "t": pl.String, "d": pl.Datetime("us"), "b": pl.Boolean,
            "z": pl.Datetime("us"), "c": pl.Categorical(), "n": pl.Decimal(10, 2),
            "k": pl.Int16, "e": pl.Enum(ENUM), "y": pl.Date, "u": pl.Datetime("ns", "UTC"),
        },
    ).with_columns(pl.col("z").dt.replace_time_zone("America/New_York"))  # fmt: skip


def expectations_of(seed: int, kinds: list[Build]) -> list[gxe.Expectation]:
    """One of each kind, with random columns, bounds, `mostly` and row conditions."""
    rng = random.Random(seed * 7919 + 1)
    return [build(rng) for build in kinds]


def _some(rng: random.Random) -> dict[str, Any]:
    mostly = {} if rng.random() < 0.4 else {"mostly": rng.choice([0.0, 0.3, 0.5, 0.9, 0.99])}
    return mostly | ({} if rng.random() < 0.6 else {"row_condition": _condition(rng)})


def _condition(rng: random.Random) -> Any:
    simple = [
        Column("j") > rng.randint(0, 9),
        Column("j") <= rng.randint(0, 9),
        Column("i") != rng.randint(-3, 3),
        Column("t") == rng.choice(WORDS[:4]),
        Column("t") != rng.choice(WORDS[:4]),
        Column("j").is_in([1, 2, 3]),
        Column("t").is_not_in(["a", "ab"]),
        Column("s").is_null(),
        Column("f").is_not_null(),
        Column("g") >= 0.5,
    ]
    first, second = rng.sample(simple, 2)
    return rng.choice([first, first & second, first | second])


def _numeric(rng: random.Random) -> str:
    return rng.choice("ijfg")


def _bounds(rng: random.Random, low: float = -5, high: float = 5) -> dict[str, Any]:
    least, most = sorted([round(rng.uniform(low, high), 1), round(rng.uniform(low, high), 1)])
    sides = rng.choice([{"min_value": least}, {"max_value": most}, {"min_value": least, "max_value": most}])
    stricts = {"strict_min": "min_value" in sides, "strict_max": "max_value" in sides}
    return sides | {name: True for name, possible in stricts.items() if possible and rng.random() < 0.4}


def _moments(rng: random.Random, offset: str = "") -> dict[str, Any]:
    first = START + timedelta(hours=rng.randint(0, 100))
    last = first + timedelta(hours=rng.randint(0, 100))
    return {"min_value": first.isoformat() + offset, "max_value": last.isoformat() + offset}


def _pair(rng: random.Random) -> dict[str, Any]:
    left, right = rng.sample(["i", "j", "f", "g"], 2)
    ignore = rng.choice(["both_values_are_missing", "either_value_is_missing", "neither"])
    return {"column_A": left, "column_B": right, "ignore_row_if": ignore}


def _list(rng: random.Random, names: str) -> dict[str, Any]:
    ignore = rng.choice(["all_values_are_missing", "any_value_is_missing", "never"])
    return {"column_list": rng.sample(list(names), rng.randint(2, len(names))), "ignore_row_if": ignore}


Build = Callable[[random.Random], gxe.Expectation]
KINDS: list[Build] = [
    lambda r: gxe.ExpectColumnValuesToNotBeNull(column=r.choice("ijfgstd"), **_some(r)),
    lambda r: gxe.ExpectColumnValuesToBeNull(column=r.choice("ijfgstd"), **_some(r)),
    lambda r: gxe.ExpectColumnValuesToBeInSet(column=_numeric(r), value_set=r.sample(range(-3, 9), 4), **_some(r)),
    lambda r: gxe.ExpectColumnValuesToBeInSet(column="s", value_set=r.sample(WORDS, 3), **_some(r)),
    lambda r: gxe.ExpectColumnValuesToBeInSet(column="j", value_set=["1", "a", 2], **_some(r)),
    lambda r: gxe.ExpectColumnValuesToNotBeInSet(column=_numeric(r), value_set=[0, 1, 1.5, 7], **_some(r)),
    lambda r: gxe.ExpectColumnValuesToNotBeInSet(column="t", value_set=r.sample(WORDS, 2), **_some(r)),
    lambda r: gxe.ExpectColumnValuesToBeBetween(column=r.choice("ijfgh"), **_bounds(r), **_some(r)),
    lambda r: gxe.ExpectColumnValuesToBeBetween(column="d", **_moments(r), **_some(r)),
    lambda r: gxe.ExpectColumnValuesToBeBetween(column="z", **_moments(r, "-05:00"), **_some(r)),
    lambda r: gxe.ExpectColumnValuesToBeBetween(column="n", min_value=r.randint(-5, 0), max_value=2.5, **_some(r)),
    lambda r: gxe.ExpectColumnValuesToBeInSet(column="c", value_set=r.sample(WORDS, 3), **_some(r)),
    lambda r: gxe.ExpectColumnValuesToNotBeNull(column=r.choice("zcn"), **_some(r)),
    lambda r: gxe.ExpectColumnValuesToBeUnique(column=r.choice("zcn"), **_some(r)),
    lambda r: gxe.ExpectColumnValueLengthsToBeBetween(column="s", min_value=r.randint(0, 3), max_value=5, **_some(r)),
    lambda r: gxe.ExpectColumnValueLengthsToEqual(column="t", value=r.randint(0, 3), **_some(r)),
    lambda r: gxe.ExpectColumnValuesToMatchRegex(
        column="s", regex=r.choice(["^a", "[0-9]+", "b$", "ü", "."]), **_some(r)
    ),
    lambda r: gxe.ExpectColumnValuesToNotMatchRegex(column="s", regex=r.choice(["^a", "\\s", "b"]), **_some(r)),
    lambda r: gxe.ExpectColumnValuesToMatchRegexList(
        column="s", regex_list=["^a", "b"], match_on=r.choice(["any", "all"]), **_some(r)
    ),
    lambda r: gxe.ExpectColumnValuesToNotMatchRegexList(column="s", regex_list=["^z", "1"], **_some(r)),
    lambda r: gxe.ExpectColumnValuesToBeUnique(column=r.choice(["row", "i", "f", "g", "s", "d"]), **_some(r)),
    lambda r: gxe.ExpectColumnPairValuesToBeEqual(**_pair(r), **_some(r)),
    lambda r: gxe.ExpectColumnPairValuesAToBeGreaterThanB(**_pair(r), or_equal=r.random() < 0.5, **_some(r)),
    lambda r: gxe.ExpectCompoundColumnsToBeUnique(**_list(r, "ijt"), **_some(r)),
    lambda r: gxe.ExpectSelectColumnValuesToBeUniqueWithinRecord(**_list(r, "ijf"), **_some(r)),
    lambda r: gxe.ExpectMulticolumnSumToEqual(**_list(r, "ijf"), sum_total=r.randint(-2, 9), **_some(r)),
    lambda r: gxe.ExpectMulticolumnValuesToBeEqual(**_list(r, "ijf"), **_some(r)),
    lambda r: gxe.ExpectColumnMinToBeBetween(column=_numeric(r), **_bounds(r), **_where(r)),
    lambda r: gxe.ExpectColumnMaxToBeBetween(column=_numeric(r), **_bounds(r), **_where(r)),
    lambda r: gxe.ExpectColumnMaxToBeBetween(column="d", **_moments(r), **_where(r)),
    lambda r: gxe.ExpectColumnMeanToBeBetween(column=r.choice("ijfg"), **_bounds(r), **_where(r)),
    lambda r: gxe.ExpectColumnMedianToBeBetween(column=_numeric(r), **_bounds(r), **_where(r)),
    lambda r: gxe.ExpectColumnStdevToBeBetween(column=_numeric(r), **_bounds(r, 0, 9), **_where(r)),
    lambda r: gxe.ExpectColumnSumToBeBetween(column=r.choice("ijfg"), **_bounds(r, -99, 99), **_where(r)),
    lambda r: gxe.ExpectColumnQuantileValuesToBeBetween(
        column=_numeric(r),
        quantile_ranges={"quantiles": [0.1, 0.5, 0.93], "value_ranges": [[-5, 5], [None, 2], [0, None]]},
        allow_relative_error=r.choice([False, "linear", "lower", "higher", "midpoint", "nearest"]),
        **_where(r),
    ),
    lambda r: gxe.ExpectColumnUniqueValueCountToBeBetween(column=r.choice("ijfgsdzcn"), min_value=3, **_where(r)),
    lambda r: gxe.ExpectColumnProportionOfUniqueValuesToBeBetween(column=r.choice("ijfs"), max_value=0.5, **_where(r)),
    lambda r: gxe.ExpectColumnProportionOfNonNullValuesToBeBetween(column=r.choice("ijfs"), min_value=0.8, **_where(r)),
    lambda r: gxe.ExpectColumnDistinctValuesToBeInSet(column=r.choice("jt"), value_set=[1, 2, "a", "ab"], **_where(r)),
    lambda r: gxe.ExpectColumnDistinctValuesToEqualSet(column="t", value_set=r.sample(WORDS[:4], 3), **_where(r)),
    lambda r: gxe.ExpectColumnDistinctValuesToContainSet(column="j", value_set=r.sample(range(12), 3), **_where(r)),
    lambda r: gxe.ExpectColumnMostCommonValueToBeInSet(column="j", value_set=[1, 2, 3], ties_okay=True, **_where(r)),
    lambda r: gxe.ExpectColumnMostCommonValueToBeInSet(column="t", value_set=["a"], **_where(r)),
    lambda r: gxe.ExpectTableRowCountToBeBetween(min_value=1, max_value=r.randint(1, 300), **_where(r)),
    lambda r: gxe.ExpectTableRowCountToEqual(value=30),
    lambda r: gxe.ExpectTableColumnCountToBeBetween(min_value=1, max_value=r.randint(1, 20)),
    lambda r: gxe.ExpectTableColumnCountToEqual(value=17),
    lambda r: gxe.ExpectTableColumnsToMatchSet(column_set=r.sample(COLUMNS, len(COLUMNS)), exact_match=True),
    lambda r: gxe.ExpectTableColumnsToMatchOrderedList(column_list=COLUMNS),
    lambda r: gxe.ExpectColumnValuesToBeBetween(column="k", **_bounds(r, -99, 99), **_some(r)),
    lambda r: gxe.ExpectColumnValuesToBeBetween(column="u", **_moments(r, "+00:00"), **_some(r)),
    lambda r: gxe.ExpectColumnValuesToBeInSet(column="k", value_set=r.sample(range(-100, 100), 30), **_some(r)),
    lambda r: gxe.ExpectColumnValuesToNotBeInSet(column="e", value_set=r.sample(ENUM, 2), **_some(r)),
    lambda r: gxe.ExpectColumnValuesToBeUnique(column=r.choice("keyu"), **_some(r)),
    lambda r: gxe.ExpectColumnValuesToNotBeNull(column=r.choice("keyu"), **_some(r)),
    lambda r: gxe.ExpectColumnSumToBeBetween(column="k", **_bounds(r, -99, 99), **_where(r)),
    lambda r: gxe.ExpectColumnMeanToBeBetween(column="k", **_bounds(r, -9, 9), **_where(r)),
    lambda r: gxe.ExpectColumnUniqueValueCountToBeBetween(column=r.choice("keyu"), min_value=3, **_where(r)),
    lambda r: gxe.ExpectColumnToExist(column=r.choice(["i", "s", "nowhere"])),
]
# These have no Polars form and run in pandas.
FALLBACKS: list[Build] = [
    lambda r: gxe.ExpectColumnValueZScoresToBeLessThan(column="g", threshold=1.5, double_sided=True, **_some(r)),
    lambda r: gxe.ExpectColumnValuesToBeIncreasing(column="j", **_some(r)),
]
# Great Expectations asks for the whole suite three times more for each metric that raises, so these stand apart.
REFUSED: list[Build] = [
    lambda r: gxe.ExpectColumnValuesToBeBetween(column="s", min_value=1, max_value=9, **_some(r)),
    lambda r: gxe.ExpectColumnValuesToBeBetween(column="nowhere", min_value=1, **_some(r)),
    lambda r: gxe.ExpectColumnMeanToBeBetween(column="s", min_value=1),
    lambda r: gxe.ExpectColumnMeanToBeBetween(column="nowhere", min_value=1),
    lambda r: gxe.ExpectColumnValuesToMatchRegex(column="s", regex="a(b"),
]


def _where(rng: random.Random) -> dict[str, Any]:
    return {} if rng.random() < 0.6 else {"row_condition": _condition(rng)}


class Case(NamedTuple):
    """One expectation's result by both engines, plain and comparable."""

    expectation: gxe.Expectation
    frame: pl.DataFrame
    pandas: dict[str, Any]
    polars: dict[str, Any]


def cases_of(seed: int, kinds: list[Build]) -> Iterator[Case]:
    frame, expectations, shown = frame_of(seed), expectations_of(seed, kinds), FORMATS[seed % len(FORMATS)]
    suite = gx.ExpectationSuite(name=f"suite {seed}", expectations=expectations)
    for number, expectation in enumerate(suite.expectations):
        expectation.meta = {"n": number}
    theirs, ours = (_run(batch, frame, suite, shown) for batch in _batches())
    for number, expectation in enumerate(suite.expectations):
        yield Case(expectation, frame, theirs[number], ours[number])


@cache
def _batches() -> tuple[tuple[Any, bool], tuple[Any, bool]]:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    pandas = (
        context.data_sources.add_pandas("pandas").add_dataframe_asset("t").add_batch_definition_whole_dataframe("w")
    )
    polars = context.data_sources.add_polars("polars").add_table_asset("t").add_batch_definition_whole_table("w")
    return (pandas, True), (polars, False)


def _run(batch: tuple[Any, bool], frame: pl.DataFrame, suite: Any, shown: dict[str, Any]) -> dict[int, dict[str, Any]]:
    definition, as_pandas = batch
    data = frame.to_pandas() if as_pandas else frame.lazy()
    found = definition.get_batch(batch_parameters={"dataframe": data}).validate(suite, result_format=dict(shown))
    return {result.expectation_config.meta["n"]: comparable(result) for result in found.results}


def comparable(result: Any) -> dict[str, Any]:
    """A result without the spelling of its types: NaN is None, 1.0 is 1, times are text."""
    raised = bool(result.exception_info) and result.exception_info.get("raised_exception", True)
    if raised:
        return {"success": result.success, "raised": True}
    plain = _plain(result.result)
    if "partial_missing_list" in plain:  # the order of a set in pandas, of the contract in ours
        plain["partial_missing_list"].sort(key=str)
    if None in _flat(plain.get("partial_unexpected_list")):  # pandas counts each NaN apart; None does not sort
        plain.pop("partial_unexpected_counts", None)
    return {"success": result.success, "result": plain}


def _flat(values: Any) -> list[Any]:
    if isinstance(values, dict):
        values = list(values.values())
    if not isinstance(values, list):
        return [values]
    return [item for value in values for item in _flat(value)]


def _plain(value: Any) -> Any:
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        return [_plain(row) for row in value.to_dict("records")]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(item) for item in value]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    if value is None or value != value:
        return None
    if isinstance(value, date):  # pandas has no days: its column holds the midnight of each
        return midnight(value).isoformat()
    if isinstance(value, bool | str):
        return value
    return float(f"{value:.9g}") if isinstance(value, int | float) else str(value)
