"""Where a shop keeps who bought what, in which basket, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
from pydantic import BaseModel, ConfigDict, Field


class Columns(BaseModel):
    """Names of the columns that are read. Ids are whole numbers or text; times are UTC without a zone.

    Without other names these are those of The Complete Journey.
    """

    model_config = ConfigDict(frozen=True)

    user: str = Field("household_id", description="who buys")
    item: str = Field("product_id", description="what is bought")
    basket: str = Field("basket_id", description="what was bought together; a purchase is an item in a basket")
    time: str = Field("transaction_timestamp", description="when, UTC")
    given_back: str | None = Field(None, description="when it was given back as a whole, UTC; empty where it was kept")
    zone: str = Field("America/New_York", description="where a day of the shop begins and ends")

    def days_after(self, moment: datetime, days: int) -> datetime:
        """`days` calendar days of the shop later (earlier if negative): the same time of day across summer time."""
        zone = ZoneInfo(self.zone)
        local = moment.replace(tzinfo=UTC).astimezone(zone) + timedelta(days=days)
        return local.astimezone(UTC).replace(tzinfo=None)

    def newest_day_end(self, lines: pl.LazyFrame) -> datetime:
        """Midnight after the newest line, in the shop's zone, as UTC. ValueError without lines."""
        newest = self.of(lines).select(pl.col("time").max()).collect().item()
        if newest is None:
            raise ValueError("there is no purchase, so there is no day to learn from")
        local = newest.replace(tzinfo=UTC).astimezone(ZoneInfo(self.zone))
        midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight.astimezone(UTC).replace(tzinfo=None)

    def of(self, lines: pl.LazyFrame) -> pl.LazyFrame:
        """The lines with a user and an item, as user, item, basket, time and given_back (null: kept)."""
        moment = pl.Datetime("us")
        given_back = pl.col(self.given_back).cast(moment) if self.given_back else pl.lit(None, dtype=moment)
        named = lines.select(
            user=self.user,
            item=self.item,
            basket=self.basket,
            time=pl.col(self.time).cast(moment),
            given_back=given_back,
        )
        return named.filter(pl.col("user").is_not_null(), pl.col("item").is_not_null())

    @staticmethod
    def known_before(lines: pl.LazyFrame, moment: datetime) -> pl.LazyFrame:
        """What `of` gave, as it was known at `moment`: a purchase given back later still counts as one."""
        given_back = (pl.col("given_back") < moment).fill_null(False)
        return lines.filter(pl.col("time") < moment, ~given_back)
