"""The engine as a stranger uses it: nothing else of ours, and Great Expectations as documented."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import polars as pl
import pytest
from great_expectations.checkpoint import UpdateDataDocsAction
from great_expectations.expectations.row_conditions import Column

from ecrec_assets.contracts import engine

ORDERS = pl.DataFrame(
    {"id": [1, 2, 2, 4], "state": ["paid", "odd", "paid", None], "price": [1.0, 2.0, -1.0, float("nan")]}
)


def suite() -> gx.ExpectationSuite:
    return gx.ExpectationSuite(
        name="orders",
        expectations=[
            gxe.ExpectColumnValuesToBeUnique(column="id"),
            gxe.ExpectColumnValuesToBeInSet(column="state", value_set=["paid"], mostly=0.1),
            gxe.ExpectColumnValuesToBeBetween(column="price", min_value=0, row_condition=Column("state") == "paid"),
            gxe.ExpectTableRowCountToEqual(value=4),
        ],
    )


def failed_counts(result: Any) -> list[int | None]:
    return [each.result.get("unexpected_count") for each in result.results]


@pytest.mark.parametrize("kind", ["dataframe", "parquet", "delta"])
def test_validation_definition_checkpoint_and_stock_data_docs_run(kind: str, tmp_path: Path) -> None:
    context = engine.get_context(mode="file", project_root_dir=tmp_path / "gx")
    source, given = context.data_sources.add_polars("lake"), {}
    if kind == "dataframe":
        asset, given = source.add_dataframe_asset("orders"), {"dataframe": ORDERS.lazy()}
    elif kind == "parquet":
        ORDERS.write_parquet(tmp_path / "orders.parquet")
        asset = source.add_parquet_asset("orders", tmp_path / "*.parquet")
    else:
        ORDERS.write_delta(tmp_path / "orders")
        asset = source.add_delta_asset("orders", tmp_path / "orders")
    definition = gx.ValidationDefinition(
        name="orders", data=asset.add_batch_definition_whole_table("all"), suite=context.suites.add(suite())
    )
    context.validation_definitions.add(definition)
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(name="c", validation_definitions=[definition], actions=[UpdateDataDocsAction(name="docs")])
    )
    result = checkpoint.run(batch_parameters=given or None)
    assert not result.success
    (validation,) = result.run_results.values()
    assert failed_counts(validation) == [2, 1, 1, None]
    assert validation.results[1].success
    pages = [*(tmp_path / "gx").rglob("validations/**/*.html")]
    assert len(pages) == 1
    assert "values must be unique" in pages[0].read_text()


def test_a_stored_data_source_is_read_again(tmp_path: Path) -> None:
    ORDERS.write_parquet(tmp_path / "orders.parquet")
    first = engine.get_context(mode="file", project_root_dir=tmp_path)
    first.data_sources.add_polars("lake").add_parquet_asset("orders", tmp_path / "orders.parquet")
    again = engine.get_context(mode="file", project_root_dir=tmp_path)
    asset = again.data_sources.get("lake").get_asset("orders")
    batch = asset.add_batch_definition_whole_table("all").get_batch()
    assert failed_counts(batch.validate(suite())) == [2, 1, 1, None]


def test_a_delta_table_is_read_at_the_version_asked_for(tmp_path: Path) -> None:
    ORDERS.write_delta(tmp_path / "orders")
    ORDERS.head(1).write_delta(tmp_path / "orders", mode="overwrite")
    source = engine.get_context(mode="ephemeral").data_sources.add_polars("lake")
    rows = gxe.ExpectTableRowCountToEqual(value=4)
    for version, holds in ((0, True), (1, False), (None, False)):
        asset = source.add_delta_asset(f"v{version}", tmp_path / "orders", version=version)
        assert asset.add_batch_definition_whole_table("all").get_batch().validate(rows).success is holds


def test_a_scan_takes_no_frame_and_says_so(tmp_path: Path) -> None:
    asset = (
        engine.get_context(mode="ephemeral").data_sources.add_polars("p").add_parquet_asset("a", tmp_path / "x.parquet")
    )
    with pytest.raises(ValueError, match="takes \\[\\]"):
        asset.add_batch_definition_whole_table("all").get_batch({"dataframe": ORDERS})


def test_masks_say_row_by_row_what_breaks_which_expectation() -> None:
    masks = engine.row_masks(suite(), ORDERS)
    assert [*masks] == ["0", "1", "2"]
    found = ORDERS.select(**masks)
    assert found.to_dict(as_series=False) == {
        "0": [False, True, True, False],
        "1": [False, True, False, False],
        "2": [False, False, True, False],
    }


def test_one_call_parts_clean_rows_from_quarantined_ones() -> None:
    named = suite()
    for expectation, name in zip(named.expectations, ("once", "known", "paid_something", "rows"), strict=True):
        expectation.id = name
    clean, quarantined = (side.collect() for side in engine.split_rows(named, ORDERS.lazy()))
    assert clean["id"].to_list() == [1, 4]
    assert clean.schema == ORDERS.schema
    assert quarantined["id"].to_list() == [2, 2]
    assert quarantined["_failed_rules"].to_list() == [["once", "known"], ["once", "paid_something"]]


def test_the_engine_imports_nothing_of_the_package_around_it() -> None:
    folder = Path(engine.__file__).parent
    imported = {
        name
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    ours = {name for name in imported if name.startswith("ecrec_assets")}
    assert len(ours) > 10
    assert {name for name in ours if not name.startswith("ecrec_assets.contracts.engine")} == set()
    known = {"polars", "great_expectations", "numpy", "pandas", "scipy"}
    outside = {name.split(".")[0] for name in imported - ours}
    import sys

    assert outside - known - set(sys.stdlib_module_names) == set()
