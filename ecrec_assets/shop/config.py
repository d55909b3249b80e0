"""What `ecrec.yaml` may say. Every key is described here; docs/own-shop.md shows them in use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints, model_validator

from ecrec_assets.shop.cron import check_cron
from ecrec_assets.shop.errors import nearest
from ecrec_assets.shop.query_role import QueryRole
from ecrec_assets.shop.roles import Roles
from ecrec_assets.shop.secrets import check_no_password, filled

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, StringConstraints(min_length=1)]


def _known_zone(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"there is no time zone '{zone}'; use a name such as Europe/London") from error
    return zone


class Part(BaseModel):
    """A part of the file: unknown keys are errors, and nothing changes after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Periods(Part):
    """A table in days, weeks or months, each loaded, audited and published by itself."""

    by: Literal["day", "week", "month"] = Field(description="weeks start on Monday")
    column: Text = Field(description="a time or a date; its day in the shop's time zone is the row's day")
    first: date = Field(description="the first day there is")
    last: date | None = Field(None, description="the last day there is; without it the periods go on with the calendar")

    @model_validator(mode="after")
    def _in_order(self) -> Periods:
        if self.last is not None and self.last < self.first:
            raise ValueError(f"last, {self.last}, is before first, {self.first}")
        return self


class Sql(Part):
    """A table, or the answer of a query, in a database."""

    url: Annotated[Text, AfterValidator(check_no_password)] = Field(
        description="such as ${SHOP_DB}, or postgresql://reader:${SHOP_PASSWORD}@host/shop; secrets only as ${NAME}"
    )
    table: Text | None = Field(None, description="such as public.lines")
    query: Text | None = Field(None, description="one SELECT, instead of a table")

    @model_validator(mode="after")
    def _one_of_both(self) -> Sql:
        if (self.table is None) == (self.query is None):
            raise ValueError("give either 'table' or 'query'")
        return self


class Csv(Part):
    """How CSV files are written."""

    separator: Literal[",", ";", "\t", "|"] = Field(",", description="between two values")
    encoding: Literal["utf-8", "cp1252", "latin-1", "utf-16"] = Field("utf-8", description="cp1252 is Windows-1252")


class Source(Part):
    """Where the rows of one table come from. `lines` becomes the asset `raw/lines`."""

    files: Text | None = Field(None, description="CSV or Parquet files: a pattern such as data/*.csv, or one file")
    csv: Csv = Field(Csv(), description="how CSV files are written, when not UTF-8 with commas")
    sql: Sql | None = Field(None, description="a database that SQLAlchemy knows")
    delta: Text | None = Field(None, description="the folder of a Delta table")
    contract: Text | None = Field(None, description="key of its contract; raw/<name> when it is not given")
    partition: Periods | None = Field(None, description="without it the table is loaded in one piece")
    schedule: Annotated[str, AfterValidator(check_cron)] | None = Field(None, description="cron, in the shop's zone")
    late: int = Field(0, ge=0, le=366, description="periods before the newest that the schedule looks at again")
    resend: Literal["merge", "replace"] = Field(
        "merge",
        description="files with lines of the same period: merge counts a line that several files hold once; "
        "replace counts only the newest of the files whose lines are mostly of that period",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Source:
        given = [kind for kind in ("files", "sql", "delta") if getattr(self, kind) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of files, sql, delta; there is {' and '.join(given) or 'none'}")
        if self.late and self.partition is None:
            raise ValueError("late counts periods back from the newest, so it needs 'partition'")
        if self.resend == "replace" and (self.files is None or self.partition is None):
            raise ValueError("resend: replace is for files with a partition")
        return self


OF_QUERIES = ("labelled_queries", "annotations")  # tables that the files of roles.queries become


class AllRoles(Part):
    """What the columns mean, by the canonical table they make."""

    purchases: Roles | None = Field(None, description="who bought what and when")
    queries: QueryRole | None = Field(None, description="queries with a tag for each word")


class Shop(Part):
    """A shop: its sources, and what their columns mean."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")] = Field(description="shown in the pages")
    contracts: Text = Field("contracts", description="folder of the shop's contracts, beside the file")
    timezone: Annotated[str, AfterValidator(_known_zone)] = Field(
        "UTC", description="of days, schedules and plain times"
    )
    sources: dict[Name, Source] = Field({}, description="by name; each becomes the asset raw/<name>")
    roles: AllRoles = Field(
        AllRoles(), description="with roles.purchases a recommender follows, with roles.queries a tagger"
    )
    _file: Path = PrivateAttr(Path("ecrec.yaml"))

    @model_validator(mode="after")
    def _roles_name_sources(self) -> Shop:
        for role in ("purchases", "queries"):
            source = getattr(getattr(self.roles, role), "source", None)
            if source is not None and source not in self.sources:
                raise ValueError(f"roles.{role}.source '{source}' is no source{nearest(source, self.sources)}")
        files = self.roles.queries.files if self.roles.queries else {}
        if not self.sources and not files:
            raise ValueError("there is nothing to load: give 'sources', or 'roles: {queries: {train: a file}}'")
        if files and (taken := next((name for name in self.sources if name in OF_QUERIES), None)):
            raise ValueError(f"sources.{taken}: the files of roles.queries become raw/{taken}; give another name")
        return self

    @property
    def file(self) -> Path:
        """Where it was read from."""
        return self._file

    @property
    def folder(self) -> Path:
        """Paths in the file start here."""
        return self._file.parent

    @property
    def contract_folder(self) -> Path:
        return self.folder / self.contracts

    def place(self, source: str) -> str:
        """`shop/ecrec.yaml, source 'lines'`, for messages."""
        return f"{self._file}, source '{source}'"

    def path(self, text: str) -> Path:
        """A path of the file, from its folder."""
        return self.folder / Path(text).expanduser()

    def url(self, source: str, environment: Mapping[str, str] = os.environ) -> str:
        """The address of a database with its secrets: never print it. ShopFileError names a variable not set."""
        sql = self.sources[source].sql
        assert sql is not None
        return filled(sql.url, environment, self.place(source))
