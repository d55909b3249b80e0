"""The state of the whole house as plain values, for `ecrec status`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ecrec_assets.lake.store import Lake
from ecrec_assets.settings import Settings

MODELS = ("query_tagger", "recommender")
HEADLINES = ("test/span_f1", "test/token_accuracy", "test/ndcg_at_20", "test/ndcg_at_20_new", "test/auc")


@dataclass(frozen=True, slots=True)
class TableState:
    """One published table. `rejected` is the day of a candidate that came later and did not pass."""

    table: str
    version: int
    rows: int
    quarantined: int
    warnings: int
    verdict: str
    published_at: datetime
    rejected: str | None

    @property
    def quarantined_share(self) -> float:
        total = self.rows + self.quarantined
        return self.quarantined / total if total else 0.0


@dataclass(frozen=True, slots=True)
class ModelState:
    """A model that serves."""

    name: str
    version: int
    run_id: str
    metrics: str
    reason: str


@dataclass(frozen=True, slots=True)
class Overview:
    """All tables and all champions."""

    tables: tuple[TableState, ...]
    models: tuple[ModelState, ...]

    def to_plain(self) -> dict[str, Any]:
        """JSON values."""
        tables = [{**asdict(row), "published_at": row.published_at.isoformat()} for row in self.tables]
        return {"tables": tables, "models": [asdict(model) for model in self.models]}


def overview(settings: Settings) -> Overview:
    """Reads the lake and the registry; changes nothing."""
    lake = Lake(settings.lake)
    tables = tuple(_table(lake, table) for table in lake.tables())
    return Overview(tables, _models(settings) if tables else ())


def _table(lake: Lake, table: str) -> TableState:
    version = lake.require(table)
    verdict = lake.verdict(table)
    rejected = lake.rejected(table)
    later = rejected is not None and rejected.verdict.created_at > verdict.created_at
    return TableState(
        table,
        version.number,
        version.rows,
        version.rows_quarantined,
        sum(not rule.passed for rule in verdict.rules),
        verdict.id,
        version.published_at,
        f"{rejected.verdict.created_at:%Y-%m-%d %H:%M}" if rejected and later else None,
    )


def _models(settings: Settings) -> tuple[ModelState, ...]:
    from ecrec_assets.track.registry import champion
    from ecrec_assets.track.tracking import Tracking

    store = Tracking(settings.tracking_uri, settings.root / "mlartifacts")
    found = [champion(store, name) for name in MODELS]
    return tuple(
        ModelState(one.name, one.version, one.run_id, _headline(one.metrics), one.reason) for one in found if one
    )


def _headline(metrics: dict[str, float]) -> str:
    shown = [f"{name.removeprefix('test/')} {metrics[name]:.3f}" for name in HEADLINES if name in metrics]
    return ", ".join(shown)
