"""The main job run in this process, with every step told to whoever watches."""

import logging
from collections.abc import Callable, Sequence
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


class Phase(NamedTuple):
    """One run of the main job. `tags` is called when its turn comes: what to load may depend on the runs before."""

    job: str
    tags: Callable[[], dict[str, str]]


PHASES = (Phase(WEEKS_JOB, all_weeks_tags), Phase(REFRESH_JOB, dict))


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
    phases: Sequence[Phase] = PHASES,
) -> RunReport:
    """Runs the selected assets, phase by phase: the partitioned ones with all their periods, then the others.

    More than one run, because Dagster plans an event a partition for every asset of a run that names partitions. They
    stand in the instance of DAGSTER_HOME like any others. `on_plan` is told the number of assets first. Raises
    NothingSelected.
    """
    states: dict[str, int] = {}
    told: set[tuple[str, str]] = set()
    refused: set[str] = set()

    def tell(news: StepNews) -> None:
        if (news.table, news.state) not in told:  # an asset tells the same for each of its periods
            told.add((news.table, news.state))
            states[news.state] = states.get(news.state, 0) + 1
        if news.metadata.get("refused_files"):
            refused.add(news.table)
        on_news(news)

    definitions = dg.Definitions.merge(defined, dg.Definitions(loggers={LOGGER: _logger(tell)}))
    wanted = dg.AssetSelection.from_string(select).resolve(definitions.resolve_asset_graph())
    jobs = {job.name for job in definitions.resolve_all_job_defs()}
    chosen = [(p, keys) for p in phases if p.job in jobs and (keys := _of_job(definitions, p.job, wanted))]
    if not chosen:
        raise NothingSelected(f"no asset is called '{select}'; 'ecrec status' lists them")
    on_plan(sum(len(keys) for _, keys in chosen))
    run_ids: list[str] = []
    success = True
    with dg.DagsterInstance.get() as instance:
        for phase, keys in chosen:
            result = definitions.resolve_job_def(phase.job).execute_in_process(
                instance=instance,
                asset_selection=keys,
                tags=phase.tags(),
                run_config={"loggers": {LOGGER: {}}, "ops": _force(definitions, keys) if force else {}},
                raise_on_error=False,
            )
            run_ids.append(result.run_id)
            success = success and result.success
    return RunReport(tuple(run_ids), success and not refused, states)


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
