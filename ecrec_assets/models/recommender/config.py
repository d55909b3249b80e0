"""Every choice of the recommender. Defaults were chosen on weeks 45-48 with training up to week 44."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class RecommenderConfig(BaseModel):
    """What may be recommended, how fast a purchase is forgotten, how strongly EASE is regularised."""

    model_config = ConfigDict(frozen=True)

    departments_left_out: tuple[str, ...] = Field(
        ("FUEL", "MISCELLANEOUS", "COUPON"), description="fuel, unnamed till entries and coupons are no goods"
    )
    categories_left_out: tuple[str, ...] = Field(
        ("COUPON/MISC ITEMS",), description="till bookkeeping that other departments carry, such as MISC SALES TRANS"
    )
    min_households: int = Field(5, ge=1, description="buying households a product needs to be a candidate")
    horizon_weeks: int = Field(4, ge=1, description="Z is the probability of a purchase within these weeks")
    half_lives: tuple[float, float, float] = Field((14, 90, 240), description="days: lately, this season, this year")
    visits_half_life: float = Field(30, gt=0, description="days after which a visit counts half")
    ease_penalty: float = Field(500, gt=0, description="ridge penalty of EASE")
    ease_households: int = Field(4000, ge=1, description="most active households EASE learns from; all are scored")
    popularity_weight: float = Field(0.1, gt=0, description="weight of a product's share of buyers beside EASE")
    trend_power: float = Field(0.3, ge=0, description="weight of a product's recent trend in the item score")
    pairs_kept: float = Field(0.02, gt=0, le=1, description="share of never-bought pairs the mix is fitted on")
    block: int = Field(256, ge=1, description="households scored at once")
    threads: int = Field(2, ge=1, description="processor threads of the linear algebra")
    seed: int = Field(7, description="draws the never-bought pairs")
