"""What the roles of a shop's columns ask for: purchases, a catalogue, a recommender and its lists."""

import dagster as dg
import polars as pl

from ecrec_assets.components.gated_asset import gated_asset
from ecrec_assets.components.recommender_assets import RecommenderPlan, recommender_assets
from ecrec_assets.evaluate.ranking_config import RankingConfig
from ecrec_assets.models.recommender.columns import Columns
from ecrec_assets.models.recommender.config import RecommenderConfig
from ecrec_assets.shop.config import Shop
from ecrec_assets.shop.roles import Roles

GROUP = "datasets"


def purchase_assets(shop: Shop) -> list[dg.AssetsDefinition]:
    """Of `roles.purchases`: datasets/purchases, returns, left_out and catalogue, and the assets of the recommender."""
    roles = shop.roles.purchases
    if roles is None:
        return []
    return [*_datasets(roles, shop.timezone), *recommender_assets(shop_plan(shop.timezone))]


def shop_plan(zone: str) -> RecommenderPlan:
    """The last four weeks are held out; the buyers are called customers."""
    columns = Columns(
        user="user_id", item="item_id", basket="basket_id", time="time", given_back="returned_at", zone=zone
    )
    return RecommenderPlan(
        lines="datasets/purchases",
        items="datasets/catalogue",
        users="datasets/purchases",
        config=RecommenderConfig(columns=columns, buyer="customer", left_out={}),
        ranking=RankingConfig(user_slices=(), item_slice=None),
    )


def _datasets(roles: Roles, zone: str) -> list[dg.AssetsDefinition]:
    reads = {"raw": f"raw/{roles.source}"}

    def state() -> str:
        return f"{roles.model_dump_json()} {zone}"

    @gated_asset("datasets/catalogue", group=GROUP, reads=reads, source=state)
    def catalogue(raw: pl.LazyFrame) -> pl.LazyFrame:
        """The most frequent good name, the median price, the first and the last sale of every item."""
        from ecrec_assets.prepare.catalogue import item_catalogue

        return item_catalogue(raw, roles, zone=zone)

    @gated_asset("datasets/purchases", group=GROUP, reads=reads, source=state)
    def purchases(raw: pl.LazyFrame) -> pl.LazyFrame:
        """Sales under common names, each with what cancellations took back of it. Every raw line is accounted for."""
        from ecrec_assets.prepare.purchases import check_accounted, part_lines

        parts = part_lines(raw, roles, zone=zone)
        check_accounted(raw, parts)
        return parts.purchases

    @gated_asset("datasets/returns", group=GROUP, reads=reads, source=state)
    def returns(raw: pl.LazyFrame) -> pl.LazyFrame:
        """Cancellations, each matched to the newest sales of the same customer, item and price before it."""
        from ecrec_assets.prepare.purchases import part_lines

        return part_lines(raw, roles, zone=zone).returns

    @gated_asset("datasets/left_out", group=GROUP, reads=reads, source=state)
    def left_out(raw: pl.LazyFrame) -> pl.LazyFrame:
        """Postage, fees, corrections and whatever else is no purchase, by reason."""
        from ecrec_assets.prepare.purchases import part_lines

        return part_lines(raw, roles, zone=zone).left_out

    return [catalogue, purchases, returns, left_out]
