"""The main job run in this process, with every step told to whoever watches."""

import logging
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

import dagster as dg
from dagster import DagsterEvent

from ecrec_assets.components.partitions import all_weeks_tags

WEEKS_JOB = "collect_weeks"
REFRESH_JOB = "refresh"
LOGGER = "steps"


class NothingSelected(ValueError):
    """The selection fits no asset."""


class StepNews(NamedTuple):
    """One thing that happened to one asset. `state`: started, published, unchanged, rejected, failed or skipped."""

    table: str
    state: str
    message: str = ""
    metadata: dict[str, Any] = {}  # noqa: RUF012 (never changed)


class RunReport(NamedTuple):
    """How a run ended: how many assets ended in which state."""

    run_ids: tuple[str, ...]
    success: bool
    states: dict[str, int]


def execute(
    defined: dg.Definitions,
    select: str,
    *,
    force: bool,
    on_plan: Callable[[int], None],
    on_news: Callable[[StepNews], None],
) -> RunReport:
    """Runs the selected assets: every retail week of the partitioned ones in one run, then the others in a second.

    Two runs, because Dagster plans an event a partition for every asset of a run that names partitions. They stand in
    the instance of DAGSTER_HOME like any others. `on_plan` is told the number of assets first. Raises NothingSelected.
    """
    states: dict[str, int] = {}

    def tell(news: StepNews) -> None:
        states[news.state] = states.get(news.state, 0) + 1
        on_news(news)

    definitions = dg.Definitions.merge(defined, dg.Definitions(loggers={LOGGER: _logger(tell)}))
    wanted = dg.AssetSelection.from_string(select).resolve(definitions.resolve_asset_graph())
    phases = [(name, keys) for name in (WEEKS_JOB, REFRESH_JOB) if (keys := _of_job(definitions, name, wanted))]
    if not phases:
        raise NothingSelected(f"no asset is called '{select}'; 'ecrec status' lists them")
    on_plan(sum(len(keys) for _, keys in phases))
    run_ids: list[str] = []
    success = True
    with dg.DagsterInstance.get() as instance:
        for name, keys in phases:
            result = definitions.resolve_job_def(name).execute_in_process(
                instance=instance,
                asset_selection=keys,
                tags=all_weeks_tags() if name == WEEKS_JOB else {},
                run_config={"loggers": {LOGGER: {}}, "ops": _force(definitions, keys) if force else {}},
                raise_on_error=False,
            )
            run_ids.append(result.run_id)
            success = success and result.success
    return RunReport(tuple(run_ids), success, states)


def _of_job(definitions: dg.Definitions, name: str, wanted: AbstractSet[dg.AssetKey]) -> list[dg.AssetKey]:
    keys = definitions.resolve_job_def(name).asset_layer.executable_asset_keys
    return [key for key in keys if key in wanted]


def _force(definitions: dg.Definitions, keys: list[dg.AssetKey]) -> dict[str, Any]:
    graph = definitions.resolve_asset_graph()
    return {graph.get(key).assets_def.op.name: {"config": {"force": True}} for key in keys}


def _logger(tell: Callable[[StepNews], None]) -> dg.LoggerDefinition:
    class Told(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            meta = getattr(record, "dagster_meta", None) or {}
            event = meta.get("dagster_event")
            if isinstance(event, DagsterEvent) and (news := _news(event)):
                tell(news)

    @dg.logger
    def steps(_: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger(LOGGER, level=logging.DEBUG)
        logger.addHandler(Told())
        return logger

    return steps


def _news(event: DagsterEvent) -> StepNews | None:
    table = (event.step_key or "").replace("__", "/")
    kind = event.event_type_value
    if kind == "STEP_START":
        return StepNews(table, "started")
    if kind == "STEP_SKIPPED":
        return StepNews(table, "skipped", "something it reads was not published")
    if kind == "STEP_FAILURE":
        return _failure(table, event)
    if kind == "ASSET_MATERIALIZATION":
        return _published(event)
    return None


def _failure(table: str, event: DagsterEvent) -> StepNews:
    data = event.step_failure_data
    failure = data.user_failure_data
    if failure is not None:
        return StepNews(table, "rejected", failure.description or "")
    error = data.error
    while error is not None and error.cause is not None and (error.cls_name or "").startswith("Dagster"):
        error = error.cause  # Dagster's own wrapping; below it lies what the asset said
    return StepNews(table, "failed", error.message.strip() if error else "no reason given")


def _published(event: DagsterEvent) -> StepNews:
    materialization = event.step_materialization_data.materialization
    values = {name: value.value for name, value in materialization.metadata.items() if hasattr(value, "value")}
    state = "unchanged" if values.get("unchanged") else "published"
    return StepNews("/".join(materialization.asset_key.path), state, metadata=values)
