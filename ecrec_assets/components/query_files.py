"""The files of a shop's labelled queries: which they are, and whether they have changed."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import dagster as dg

from ecrec_assets.components.main_job import REFRESH_JOB
from ecrec_assets.shop.config import Shop
from ecrec_assets.shop.query_role import QueryRole

SENSOR = "labelled_query_files"


def query_files(shop: Shop, role: QueryRole) -> dict[str, Path]:
    """The file, or pattern, of each split."""
    return {split: shop.path(file) for split, file in role.files.items()}


def annotation_files(shop: Shop, role: QueryRole) -> list[Path]:
    return [shop.path(file) for file in role.annotators]


def files_state(patterns: Iterable[Path]) -> str:
    """Changes when a file comes, goes or has other bytes. CollectError when one is missing."""
    from ecrec_assets.collect.labelled_queries import state_of

    return state_of(patterns)


def query_sensor(shop: Shop) -> Iterator[dg.SensorDefinition]:
    """Everything is made anew when a file of labelled queries is new or changed; none where there are no files."""
    role = shop.roles.queries
    if role is None or not (role.files or role.annotators):
        return

    @dg.sensor(
        name=SENSOR,
        job_name=REFRESH_JOB,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="New and changed files of labelled queries: gates them, trains and measures the tagger.",
    )
    def changed(_context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        from ecrec_assets.collect.errors import CollectError

        try:
            state = files_state([*query_files(shop, role).values(), *annotation_files(shop, role)])
        except CollectError as error:
            return dg.SkipReason(str(error))
        return dg.RunRequest(run_key=state)

    yield changed
