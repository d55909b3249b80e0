"""How a recommender is judged."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class RankingConfig(BaseModel):
    """The protocol: how many days after training are held out, how long a list is, which groups are looked at."""

    model_config = ConfigDict(frozen=True)

    days: int = Field(28, ge=1, description="held-out days right after the end of training")
    k: int = Field(20, ge=1, description="length of a list")
    split: str = Field("test", description="name of the held-out days in the table")
    block: int = Field(256, ge=1, description="users scored at once")
    user_slices: tuple[str, ...] = Field(
        ("age", "income", "household_size"), description="columns of the table of users; none needs no table"
    )
    item_slice: str | None = Field("department", description="column of the catalogue that groups items, if any")
