"""What runs by itself in a shop: schedules, a look at the files every half minute, and what follows from new rows."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from ecrec_assets.components.catalogue import contract
from ecrec_assets.components.main_job import REFRESH_JOB
from ecrec_assets.components.partitions import range_tags, span
from ecrec_assets.components.query_files import query_sensor
from ecrec_assets.components.shop_jobs import collect_job
from ecrec_assets.components.shop_load import wanted
from ecrec_assets.components.shop_reader import FileReader, bounds, reader_of
from ecrec_assets.components.shop_sources import recipe_of
from ecrec_assets.lake.store import Lake
from ecrec_assets.settings import get_settings
from ecrec_assets.shop.config import Shop

RUNNING_SCHEDULE = dg.DefaultScheduleStatus.RUNNING
RUNNING_SENSOR = dg.DefaultSensorStatus.RUNNING
MOST_RUNS = 5  # of one look; more scattered changes become one run over all of them


def schedules(shop: Shop) -> Iterator[dg.ScheduleDefinition]:
    """One a source that names a time."""
    for name, source in shop.sources.items():
        if source.schedule:
            yield _schedule(shop, name, source.schedule)


def sensors(shop: Shop, jobs: Sequence[Any]) -> Iterator[dg.SensorDefinition]:
    """One a source of files; and one that makes everything else anew after a source has been loaded."""
    for name, source in shop.sources.items():
        if source.files:
            yield _files_sensor(shop, name)
    yield from query_sensor(shop)
    collecting = [job for job in jobs if job.name != REFRESH_JOB]
    if collecting:
        yield from (_follow(collecting, job) for job in jobs if job.name == REFRESH_JOB)


def newest_periods(shop: Shop, name: str, context: dg.ScheduleEvaluationContext) -> dict[str, str]:
    """Run tags of the newest period and the `late` ones before it."""
    source = shop.sources[name]
    if source.partition is None:
        return {}
    first, last = bounds(source.partition, shop.timezone, context.scheduled_execution_time)
    values = span(first, last, source.partition.by).values
    return range_tags(values[max(0, len(values) - 1 - source.late)], last)


def _schedule(shop: Shop, name: str, cron: str) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"{name}_schedule",
        job_name=collect_job(name),
        cron_schedule=cron,
        execution_timezone=shop.timezone,
        default_status=RUNNING_SCHEDULE,
        description=f"raw/{name}: the newest period, and late rows of {shop.sources[name].late} before it.",
    )
    def due(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        key = f"{context.scheduled_execution_time:%Y-%m-%dT%H:%M}"
        return dg.RunRequest(run_key=key, tags=newest_periods(shop, name, context))

    return due


def _files_sensor(shop: Shop, name: str) -> dg.SensorDefinition:
    @dg.sensor(
        name=f"{name}_files",
        job_name=collect_job(name),
        minimum_interval_seconds=30,
        default_status=RUNNING_SENSOR,
        description=f"New and changed files of raw/{name}: loads the periods they have lines of, and no others.",
    )
    def changed(_context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        from ecrec_assets.collect.errors import CollectError

        try:
            yield from file_requests(shop, name)
        except CollectError as error:
            yield dg.SkipReason(str(error))

    return changed


def file_requests(shop: Shop, name: str) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """A request for each stretch of periods that differ from what is published. The same state is asked for once."""
    lake = Lake(get_settings().lake)
    source = shop.sources[name]
    if source.partition is None:
        yield _whole_table(FileReader(shop, name, contract(f"raw/{name}")))
        return
    recipe = recipe_of(shop, name)
    reader = reader_of(shop, name, recipe.contract)
    first, last = bounds(source.partition, shop.timezone)
    found = wanted(lake, recipe, reader, span(first, last, source.partition.by))
    runs = found.runs()
    if not runs:
        yield dg.SkipReason("every file is loaded")
    if len(runs) > MOST_RUNS:
        runs = [(runs[0][0], runs[-1][1])]
    for start, end in runs:
        prints = [print_ for period, print_ in sorted(found.wanted.items()) if start <= period <= end]
        yield dg.RunRequest(run_key=f"{name} {start} {end} {_digest(prints)}", tags=range_tags(start, end))


def _whole_table(reader: FileReader) -> dg.RunRequest:
    return dg.RunRequest(run_key=f"{reader.name} {_digest([reader.state()])}")


def _follow(collecting: list[Any], refresh: Any) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name="follow",
        description="After a source was loaded: everything that is made from it.",
        monitored_jobs=collecting,
        request_job=refresh,
        default_status=RUNNING_SENSOR,
    )
    def follow(context: dg.RunStatusSensorContext) -> dg.RunRequest | dg.SkipReason:
        waiting = dg.RunsFilter(
            job_name=REFRESH_JOB, statuses=[dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED]
        )
        if context.instance.get_runs(waiting, limit=1):
            return dg.SkipReason("a refresh is waiting already")
        return dg.RunRequest(run_key=context.dagster_run.run_id)

    return follow


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
