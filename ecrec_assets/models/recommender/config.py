"""Every choice of the recommender. Defaults were chosen on weeks 45-48 of The Complete Journey with training before."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ecrec_assets.models.recommender.columns import Columns

NO_GOODS = {
    "department": ("FUEL", "MISCELLANEOUS", "COUPON"),  # fuel, unnamed till entries and coupons are no goods
    "product_category": ("COUPON/MISC ITEMS",),  # till bookkeeping of other departments, such as MISC SALES TRANS
}


class RecommenderConfig(BaseModel):
    """What may be recommended, how fast a purchase is forgotten, how strongly EASE is regularised."""

    model_config = ConfigDict(frozen=True)

    columns: Columns = Field(Columns(), description="what the columns are called")
    buyer: str = Field("household", description="what a user is called in reasons, errors and the card")
    left_out: dict[str, tuple[str, ...]] = Field(
        NO_GOODS, description="column of the catalogue -> values of what is never recommended"
    )
    min_buyers: int = Field(5, ge=1, description="users who bought an item before it is a candidate")
    horizon_days: int = Field(28, ge=1, description="Z is the probability of a purchase within these days")
    half_lives: tuple[float, float, float] = Field((14, 90, 240), description="days: lately, this season, this year")
    visits_half_life: float = Field(30, gt=0, description="days after which a visit counts half")
    ease_penalty: float = Field(500, gt=0, description="ridge penalty of EASE")
    ease_users: int = Field(4000, ge=1, description="most active users EASE learns from; all are scored")
    popularity_weight: float = Field(0.1, gt=0, description="weight of an item's share of buyers beside EASE")
    trend_power: float = Field(0.3, ge=0, description="weight of an item's recent trend in the item score")
    pairs_kept: float = Field(0.02, gt=0, le=1, description="share of never-bought pairs the mix is fitted on")
    pairs_enough: int = Field(1_000_000, ge=0, description="pairs below which a small shop keeps a larger share")
    block: int = Field(256, ge=1, description="users scored at once")
    threads: int = Field(2, ge=1, description="processor threads of the linear algebra")
    seed: int = Field(7, description="draws the never-bought pairs")

    def share_of(self, pairs: int) -> float:
        """Share of the never-bought among so many pairs that the mix is fitted on."""
        return max(self.pairs_kept, min(1.0, self.pairs_enough / pairs))

    @property
    def buyers(self) -> str:
        """Several of them."""
        return f"{self.buyer}s"

    @property
    def horizon(self) -> str:
        """`four weeks`, `30 days`."""
        weeks, rest = divmod(self.horizon_days, 7)
        words = ("", "week", "two weeks", "three weeks", "four weeks")
        return words[weeks] if not rest and weeks < len(words) else f"{self.horizon_days} days"
