"""The raw tables of a shop as assets: one a source, in periods or in one piece."""

import inspect
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dagster as dg
import polars as pl

from ecrec_assets.components.catalogue import asset_key, contract, reference_tables
from ecrec_assets.components.checks import check_specs
from ecrec_assets.components.code_version import code_version
from ecrec_assets.components.gated_asset import UPSTREAM_PASSED, Refresh, events, gated_asset, static_metadata
from ecrec_assets.components.partitions import period_of, periods_definition, span
from ecrec_assets.components.shop_findings import DELIVERED, delivered_check, findings_metadata
from ecrec_assets.components.shop_load import Recipe, load, rows_by_period
from ecrec_assets.components.shop_pages import periods_page
from ecrec_assets.components.shop_reader import FileReader, Finding, raw_rows, reader_of
from ecrec_assets.contracts.model import Contract
from ecrec_assets.lake.store import Lake
from ecrec_assets.settings import get_settings
from ecrec_assets.shop.config import Periods, Shop

GROUP = "collection"
KINDS = {"files": ("file", "deltalake"), "sql": ("sql", "deltalake"), "delta": ("deltalake",)}


def source_assets(shop: Shop) -> list[dg.AssetsDefinition]:
    """The assets `raw/<source>`."""
    return [
        _in_periods(shop, name) if source.partition else _in_one_piece(shop, name)
        for name, source in shop.sources.items()
    ]


def recipe_of(shop: Shop, name: str) -> Recipe:
    """What makes a partitioned table besides its rows."""
    source = shop.sources[name]
    assert source.partition
    settings = f"{source.partition.by} {source.partition.column} {source.resend} {source.csv} {shop.timezone}"
    return Recipe(contract(f"raw/{name}"), code_version(reader_of), settings, source.partition.by)


def fresh_for(shop: Shop, name: str) -> timedelta | None:
    """A table that is loaded by a schedule is stale when two days have passed without a run."""
    return timedelta(hours=49) if shop.sources[name].schedule else None


def _in_one_piece(shop: Shop, name: str) -> dg.AssetsDefinition:
    is_file = shop.sources[name].files is not None

    def state() -> str:
        return FileReader(shop, name, contract(f"raw/{name}")).state() if is_file else _hash_of(_table_rows(shop, name))

    @gated_asset(f"raw/{name}", group=GROUP, source=state, fresh_for=fresh_for(shop, name), kinds=_kinds(shop, name))
    def collected() -> pl.LazyFrame:
        """As the shop delivers it; rows that break the contract are kept in quarantine."""
        return FileReader(shop, name, contract(f"raw/{name}")).read_all() if is_file else _table_rows(shop, name)

    return collected


def _in_periods(shop: Shop, name: str) -> dg.AssetsDefinition:
    rules = contract(f"raw/{name}")
    source = shop.sources[name]
    assert source.partition
    periods = source.partition
    key = asset_key(f"raw/{name}")

    @dg.asset(
        key=key,
        deps=[asset_key(table) for table in reference_tables(rules) if table != rules.key],
        group_name=GROUP,
        kinds=set(_kinds(shop, name)),
        owners=[f"team:{rules.owner}"] if rules.owner else None,
        tags=dict.fromkeys(rules.tags, ""),
        description=_description(rules, periods),
        code_version=code_version(reader_of),
        partitions_def=periods_definition(periods, shop.timezone),
        backfill_policy=dg.BackfillPolicy.single_run(),
        check_specs=[
            *check_specs(rules),
            dg.AssetCheckSpec(DELIVERED, asset=key, description=inspect.getdoc(delivered_check)),
        ],
        automation_condition=UPSTREAM_PASSED,
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=late) if (late := fresh_for(shop, name)) else None,
        metadata=static_metadata(rules),
    )
    def asset(context: dg.AssetExecutionContext, config: Refresh) -> Iterator[Any]:
        lake = Lake(get_settings().lake)
        recipe = recipe_of(shop, name)
        reader = reader_of(shop, name, recipe.contract)
        keys = context.partition_key_range
        asked = span(period_of(keys.start), period_of(keys.end), periods.by)
        outcome = load(lake, recipe, reader, asked, force=config.force, run_id=context.run_id)
        findings = reader.findings()
        check = delivered_check(key, findings)
        if outcome is None:
            yield from _nothing(rules, str(asked), check, findings)
            return
        page = periods_page(rows_by_period(lake, rules.key, asked))
        yield from events(rules, lake, outcome, [check], {**findings_metadata(findings), **page})

    return asset


def _description(rules: Contract, periods: Periods) -> str:
    return (
        f"{rules.purpose}\n\nAs the shop delivers it, a partition a {periods.by} of {periods.column}; rows that break "
        "the contract are kept in quarantine."
    )


def _nothing(rules: Contract, asked: str, check: dg.AssetCheckResult, findings: list[Finding]) -> Iterator[Any]:
    """A closed day: nothing to publish, and nothing wrong with it."""
    passed = [
        dg.AssetCheckResult(asset_key=asset_key(rules.key), check_name=rule.name, passed=True, description="no rows")
        for rule in rules.rules
    ]
    summary = f"no rows of {asked} were delivered: nothing to publish"
    metadata = {"summary": summary, "dagster/partition_row_count": 0, "unchanged": True, **findings_metadata(findings)}
    yield dg.MaterializeResult(metadata=metadata, check_results=[*passed, check])


def _table_rows(shop: Shop, name: str) -> pl.LazyFrame:
    from ecrec_assets.collect.fitted import fitted

    return fitted(raw_rows(shop, name), contract(f"raw/{name}").schema, shop.timezone)


def _hash_of(rows: pl.LazyFrame) -> str:
    found = rows.select(pl.len().alias("rows"), pl.struct(pl.all()).hash(seed=0).sum().alias("sum"))
    return " ".join(map(str, found.collect(engine="streaming").row(0)))


def _kinds(shop: Shop, name: str) -> tuple[str, ...]:
    source = shop.sources[name]
    return next(kinds for kind, kinds in KINDS.items() if getattr(source, kind) is not None)
