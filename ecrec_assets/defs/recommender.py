from datetime import datetime

import dagster as dg

from ecrec_assets.components.recommender_assets import RecommenderPlan, recommender_assets
from ecrec_assets.evaluate.ranking_config import RankingConfig
from ecrec_assets.models.recommender.config import RecommenderConfig

END_OF_WEEK_48 = datetime(2017, 11, 27, 5)  # midnight in New York; the four weeks after it are held out

PLAN = RecommenderPlan(
    lines="datasets/transactions",
    items="datasets/products",
    users="datasets/households",
    config=RecommenderConfig(),
    ranking=RankingConfig(),
    until=END_OF_WEEK_48,
)


@dg.definitions
def recommender() -> dg.Definitions:
    """Trains on the retail weeks up to 48, is judged on the four after."""
    return dg.Definitions(assets=recommender_assets(PLAN))
