"""Everything that follows from an `ecrec.yaml`."""

from collections.abc import Sequence

import dagster as dg

from ecrec_assets.components.shop_automation import schedules, sensors
from ecrec_assets.components.shop_jobs import jobs
from ecrec_assets.components.shop_sources import source_assets
from ecrec_assets.shop.config import Shop


def shop_definitions(shop: Shop) -> dg.Definitions:
    """Assets with their checks, jobs, schedules and sensors."""
    assets = [*source_assets(shop), *_made(shop)]
    of_shop = list(jobs(shop, assets))
    return dg.Definitions(
        assets=assets, jobs=of_shop, schedules=list(schedules(shop)), sensors=list(sensors(shop, of_shop))
    )


def _made(shop: Shop) -> Sequence[dg.AssetsDefinition]:
    """What the roles ask for: a catalogue, a recommender and its lists; labelled queries and a tagger."""
    made: list[dg.AssetsDefinition] = []
    if shop.roles.purchases is not None:
        from ecrec_assets.components.shop_models import purchase_assets

        made += purchase_assets(shop)
    if shop.roles.queries is not None:
        from ecrec_assets.components.shop_queries import query_assets

        made += query_assets(shop)
    return made
