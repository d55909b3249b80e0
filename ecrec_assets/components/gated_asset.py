"""`@gated_asset`: the only decorator an author needs.

It makes the Dagster asset, one check a rule, the write-audit-publish, the skip when nothing changed, and the
metadata. The decorated function takes frames and returns a frame; it knows nothing of lakes or contracts.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import dagster as dg
import polars as pl

from ecrec_assets.components.catalogue import asset_key, contract_path, reference_tables
from ecrec_assets.components.catalogue import contract as contract_of
from ecrec_assets.components.checks import check_results, check_specs
from ecrec_assets.components.code_version import code_version
from ecrec_assets.components.metadata import failure_metadata, outcome_metadata
from ecrec_assets.components.partitions import weeks_of
from ecrec_assets.components.publish import Outcome, fingerprint, published_as, reference_frames, write_audit_publish
from ecrec_assets.contracts.model import Contract
from ecrec_assets.lake.store import Lake
from ecrec_assets.lake.version import Partition
from ecrec_assets.settings import get_settings

Compute = Callable[..., pl.LazyFrame]

UPSTREAM_PASSED = dg.AutomationCondition.eager() & dg.AutomationCondition.all_deps_blocking_checks_passed()


class Refresh(dg.Config):
    """Launch-time options of every gated asset."""

    force: bool = False


def gated_asset(
    table: str,
    *,
    group: str,
    reads: Mapping[str, str] | None = None,
    source: Callable[[], str] | None = None,
    partitions: dg.PartitionsDefinition | None = None,
    fresh_for: timedelta | None = None,
    kinds: tuple[str, ...] = ("polars", "deltalake"),
    after: tuple[str, ...] = (),
) -> Callable[[Compute], dg.AssetsDefinition]:
    """Makes a function an asset whose output passes `expectations/<table>.yaml` or is not published.

    Args:
        table: key of the contract, the lake table and the asset, such as `datasets/products`.
        group: Dagster group.
        reads: parameter of the function -> table it reads, always the published version.
        source: state of whatever lies outside the lake (a file's hash, a model's version); part of the fingerprint.
        partitions: retail weeks; the function then also takes `weeks`.
        fresh_for: how old the last run may be before Dagster calls the asset stale.
        kinds: shown as icons.
        after: assets that must come first without being read.
    """
    contract = contract_of(table)
    inputs = dict(reads or {})

    def decorate(compute: Compute) -> dg.AssetsDefinition:
        version_of_code = code_version(compute)

        @dg.asset(
            key=asset_key(table),
            deps=[asset_key(name) for name in _deps(contract, inputs, after)],
            group_name=group,
            kinds=set(kinds),
            owners=[f"team:{contract.owner}"] if contract.owner else None,
            tags=dict.fromkeys(contract.tags, ""),
            description=f"{contract.purpose}\n\n{inspect.getdoc(compute) or ''}".strip(),
            code_version=version_of_code,
            partitions_def=partitions,
            backfill_policy=dg.BackfillPolicy.single_run() if partitions else None,
            check_specs=check_specs(contract),
            automation_condition=UPSTREAM_PASSED,
            freshness_policy=dg.FreshnessPolicy.time_window(fail_window=fresh_for) if fresh_for else None,
            metadata=static_metadata(contract),
        )
        def asset(context: dg.AssetExecutionContext, config: Refresh) -> Iterator[Any]:
            lake = Lake(get_settings().lake)
            outcome = _outcome(context, config, lake, contract, compute, inputs, version_of_code, source)
            yield from events(contract, lake, outcome)

        return asset

    return decorate


def _outcome(
    context: dg.AssetExecutionContext,
    config: Refresh,
    lake: Lake,
    contract: Contract,
    compute: Compute,
    reads: Mapping[str, str],
    version_of_code: str,
    source: Callable[[], str] | None,
) -> Outcome:
    versions = {name: lake.require(name).number for name in _deps(contract, reads, ())}
    wanted = fingerprint(version_of_code, contract.digest, sorted(versions.items()), source() if source else "")
    weeks = weeks_of(context) if contract.partition_by else None
    partition = Partition(contract.partition_by, weeks.first, weeks.last) if contract.partition_by and weeks else None
    if not config.force and (unchanged := published_as(lake, contract.key, wanted, partition)):
        context.log.info(f"{contract.key}: nothing it is made from has changed, version {unchanged.version} stays")
        return unchanged
    frames = {name: lake.read(table, version=versions[table]) for name, table in reads.items()}
    arguments = {**frames, "weeks": weeks} if weeks else frames
    return write_audit_publish(
        lake,
        contract,
        lambda: compute(**arguments),
        inputs=versions,
        fingerprint=wanted,
        references=reference_frames(lake, contract, versions),
        run_id=context.run_id,
        partition=partition,
        reports=get_settings().reports,
    )


def events(
    contract: Contract,
    lake: Lake,
    outcome: Outcome,
    checks: Iterable[dg.AssetCheckResult] = (),
    metadata: Mapping[str, Any] | None = None,
) -> Iterator[Any]:
    """On success one result with everything; on failure the checks, then a failure that Dagster does not retry.

    `checks` and `metadata` are the asset's own, beside those of the contract.
    """
    results = [*check_results(contract, outcome.verdict), *checks]
    if outcome.version is None:
        yield from results
        current = lake.current(contract.key)
        raise dg.Failure(
            description=failure_message(contract, outcome, current.number if current else None),
            metadata={**failure_metadata(contract, outcome), **(metadata or {})},
            allow_retries=False,
        )
    yield dg.MaterializeResult(
        metadata={**outcome_metadata(contract, outcome), **(metadata or {})},
        check_results=results,
        data_version=dg.DataVersion(outcome.version.fingerprint),
    )


def failure_message(contract: Contract, outcome: Outcome, published: int | None) -> str:
    """Names the table, each number and limit, what readers still get, and where to look."""
    reasons = "; ".join(rule.sentence() for rule in outcome.verdict.blocking)
    state = f"The published version {published} is unchanged." if published is not None else "Nothing is published yet."
    return (
        f"ContractError: {contract.key}@{contract.version}: {reasons}. {state} "
        f"The candidate is kept in {outcome.rejected}. "
        f"Mend the source or change {contract_path(contract.key)}, then run the asset again."
    )


def _deps(contract: Contract, reads: Mapping[str, str], after: tuple[str, ...]) -> list[str]:
    return sorted({*reads.values(), *reference_tables(contract), *after} - {contract.key})


def static_metadata(contract: Contract) -> dict[str, Any]:
    """What the asset's page shows before any run: where its contract is, and its columns."""
    columns = [
        dg.TableColumn(
            column.name,
            type=str(column.dtype),
            description=column.description or None,
            constraints=dg.TableColumnConstraints(nullable=not column.required),
        )
        for column in contract.columns
    ]
    return {
        "contract": contract_path(contract.key),
        "contract_version": contract.version,
        "dagster/column_schema": dg.TableSchema(columns),
    }
