"""`model_gate`: the asset that registers a challenger and lets it become champion, or says why not.

It audits the table of metrics against `expectations/models/<name>.yaml` and compares with the champion.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import dagster as dg
import polars as pl

from ecrec_assets.components.catalogue import asset_key
from ecrec_assets.components.catalogue import contract as contract_of
from ecrec_assets.components.challenger import Challenger, Ruling, require_challenger, ruling, save, tracking
from ecrec_assets.components.checks import check_results, check_specs
from ecrec_assets.components.gated_asset import UPSTREAM_PASSED, Refresh
from ecrec_assets.components.metadata import report_url
from ecrec_assets.components.publish import fingerprint
from ecrec_assets.contracts.model import Contract
from ecrec_assets.lake.store import Lake
from ecrec_assets.settings import get_settings
from ecrec_assets.track.runs import TrainingRun

NOT_WORSE = "not_worse_than_the_champion"


class ModelFacts(NamedTuple):
    """What MLflow shows of a model beside its figures."""

    inputs: Mapping[str, pl.DataType]
    outputs: Mapping[str, pl.DataType]
    example: pl.DataFrame
    card: str
    loader: str | None = None


Describe = Callable[[Path, pl.DataFrame], ModelFacts]


def model_gate(name: str, *, group: str, primary: str, tolerance: float, describe: Describe) -> dg.AssetsDefinition:
    """The asset `models/<name>` over the table `evaluations/<name>`.

    Args:
        name: of the model.
        group: Dagster group.
        primary: the figure that is compared with the champion's, as MLflow names it; more is better.
        tolerance: how much less still counts as not worse, in units of `primary`.
        describe: (folder of the model, table of its metrics) -> its signature and card.
    """
    contract = contract_of(f"models/{name}")
    comparison = dg.AssetCheckSpec(
        NOT_WORSE, asset=asset_key(contract.key), description=f"{primary} against the champion's; a worse one waits."
    )

    @dg.asset(
        key=asset_key(contract.key),
        deps=[asset_key(f"evaluations/{name}"), asset_key(f"challengers/{name}")],
        group_name=group,
        kinds={"mlflow", "greatexpectations"},
        owners=[f"team:{contract.owner}"] if contract.owner else None,
        description=contract.purpose,
        code_version=contract.digest,
        check_specs=[*check_specs(contract), comparison],
        automation_condition=UPSTREAM_PASSED,
        metadata={"contract": f"expectations/{contract.key}.yaml", "contract_version": contract.version},
    )
    def asset(context: dg.AssetExecutionContext, config: Refresh) -> Iterator[Any]:
        state = require_challenger(name)
        evaluated = Lake(get_settings().lake).require(f"evaluations/{name}").number
        wanted = fingerprint(contract.digest, evaluated, state.fingerprint, primary, tolerance)
        ruled = ruling(name)
        unchanged = ruled is not None and ruled.fingerprint == wanted and not config.force
        if ruled is None or not unchanged:
            ruled = _rule(contract, state, wanted, primary, tolerance, describe, context.run_id)
        yield from _events(contract, state, ruled, unchanged=unchanged)

    return asset


def _rule(
    contract: Contract,
    state: Challenger,
    wanted: str,
    primary: str,
    tolerance: float,
    describe: Describe,
    run_id: str,
) -> Ruling:
    from ecrec_assets.contracts.gate import audit
    from ecrec_assets.track.figures import named_figures
    from ecrec_assets.track.promotion import decide
    from ecrec_assets.track.registry import champion, record

    table = Lake(get_settings().lake).read(f"evaluations/{state.name}")
    audited = audit(
        table,
        contract,
        run_id=run_id,
        now=datetime.now(UTC),
        reports=get_settings().reports,
        model_run=state.run_url,
    )
    metrics = table.collect()
    version = _registered(state, metrics, describe)
    serving = champion(tracking(), state.name)
    rivals: Mapping[str, float] | None = serving.metrics if serving and serving.version != version else None
    decision = decide(audited.verdict.passed, named_figures(metrics), rivals, primary=primary, tolerance=tolerance)
    record(tracking(), state.name, version, decision)
    made = Ruling(wanted, state.fingerprint, version, decision.promote, decision.reason, audited.verdict.to_json())
    save(state.name, made)
    return made


def _registered(state: Challenger, metrics: pl.DataFrame, describe: Describe) -> int:
    """The challenger's version in MLflow; registered now unless an earlier ruling did."""
    from ecrec_assets.track.models import log_model
    from ecrec_assets.track.registry import register

    earlier = ruling(state.name)
    if earlier and earlier.challenger == state.fingerprint:
        return earlier.version
    run = TrainingRun(tracking(), state.run_id)
    facts = describe(Path(state.folder), metrics)
    logged = log_model(
        run,
        state.name,
        Path(state.folder),
        inputs=facts.inputs,
        outputs=facts.outputs,
        example=facts.example,
        card=facts.card,
        loader=facts.loader,
    )
    run.metrics(metrics)
    return register(tracking(), state.name, logged)


def _events(contract: Contract, state: Challenger, ruled: Ruling, *, unchanged: bool) -> Iterator[Any]:
    verdict = ruled.audited
    results = [*check_results(contract, verdict), _comparison(contract, ruled)]
    metadata: dict[str, Any] = {
        "summary": f"version {ruled.version} {'is champion' if ruled.promoted else 'is not promoted'}: {ruled.reason}",
        "version": ruled.version,
        "champion": ruled.promoted,
        "reason": ruled.reason,
        "unchanged": unchanged,
        "report": dg.MetadataValue.url(report_url(contract, verdict)),
        "mlflow": dg.MetadataValue.url(state.run_url),
    }
    if not verdict.passed:
        yield from results
        reasons = "; ".join(rule.sentence() for rule in verdict.blocking)
        raise dg.Failure(
            description=f"ContractError: {contract.key}@{contract.version}: {reasons}. Version {ruled.version} is not "
            f"promoted; what is champion now stays champion. See {report_url(contract, verdict)}",
            metadata=metadata,
            allow_retries=False,
        )
    yield dg.MaterializeResult(metadata=metadata, check_results=results, data_version=dg.DataVersion(ruled.fingerprint))


def _comparison(contract: Contract, ruled: Ruling) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=asset_key(contract.key),
        check_name=NOT_WORSE,
        passed=ruled.promoted,
        severity=dg.AssetCheckSeverity.WARN,
        description=ruled.reason,
    )
