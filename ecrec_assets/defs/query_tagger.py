import polars as pl

from ecrec_assets.components.gated_asset import gated_asset
from ecrec_assets.components.label_decisions import decided, decisions_state
from ecrec_assets.components.tagger_assets import tagger_assets
from ecrec_assets.components.tagger_plan import QUERIES as TABLE
from ecrec_assets.components.tagger_plan import TaggerPlan

QUERIES = 12_000
SEED = 1


def _decisions() -> str:
    return decisions_state(TABLE)


@gated_asset(
    "datasets/queries",
    group="query_tagger",
    reads={"products": "datasets/products", "lines": "datasets/transactions"},
    source=_decisions,
)
def queries(products: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """Queries made from the catalogue and paid prices, tagged as they are made (distant supervision)."""
    from ecrec_assets.prepare.median_prices import median_prices
    from ecrec_assets.prepare.queries import weak_queries

    return decided(TABLE, weak_queries(products, median_prices(lines), count=QUERIES, seed=SEED))


tagger = tagger_assets(TaggerPlan(seed=SEED))
