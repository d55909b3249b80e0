"""What a query tagger is trained on and how, for The Complete Journey and for any shop alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecrec_assets.components.catalogue import contract, current_shop
from ecrec_assets.contracts.label_types import label_types
from ecrec_assets.settings import get_settings
from ecrec_assets.shop.config import Shop
from ecrec_assets.shop.errors import ShopFileError, nearest

if TYPE_CHECKING:
    from ecrec_assets.models.tagger.config import TaggerConfig

NAME = "query_tagger"
QUERIES = "datasets/queries"


@dataclass(frozen=True)
class TaggerPlan:
    """The table of queries, who labelled them, and the settings that are not the defaults.

    `by_people`: labels of people are few and good, made ones many and weak; each kind has its own default settings.
    `annotations`: a table of the labels of several people, or none. `place` names the settings in messages.
    """

    by_people: bool = False
    training: Mapping[str, Any] = field(default_factory=dict)
    annotations: str | None = None
    place: str = "the plan"
    queries: str = QUERIES
    seed: int = 1

    @property
    def types(self) -> tuple[str, ...]:
        """The label set, from the contract of the queries. ContractFileError when it lists none."""
        return label_types(contract(self.queries))

    @property
    def private(self) -> bool:
        """Whether the contract says that what people typed may not be shown."""
        return any(
            column.classification for column in contract(self.queries).columns if column.name in ("text", "tokens")
        )

    @property
    def base(self) -> Path | str:
        """The checkpoint that training starts from."""
        from ecrec_assets.models.tagger.base import bundled_checkpoint

        return get_settings().base_model or bundled_checkpoint()

    def config(self) -> "TaggerConfig":
        """The settings of the next training: the defaults, over them those of the plan, over them those that a search
        found and somebody kept. ShopFileError names a setting that does not exist or does not fit.
        """
        from pydantic import ValidationError

        from ecrec_assets.components.tuning.kept import kept_settings
        from ecrec_assets.models.tagger.config import TaggerConfig

        defaults = TaggerConfig.labelled() if self.by_people else TaggerConfig()
        own = {"seed": self.seed, "threads": get_settings().threads}
        try:
            return TaggerConfig.model_validate({**defaults.model_dump(), **own, **self.training, **kept_settings(NAME)})
        except ValidationError as error:
            raise ShopFileError("\n".join(f"{self.place}: {_reason(each)}" for each in error.errors())) from None

    def parameters(self) -> Mapping[str, object]:
        """What decides whether a training has to be done again, and what MLflow lists of it."""
        return {
            "types": ", ".join(self.types),
            "labels": "by people" if self.by_people else "made",
            "base_model": get_settings().base_model or "bundled",
            **self.config().model_dump(),
        }


def tagger_plan() -> TaggerPlan | None:
    """The plan of this code location: a shop's, or The Complete Journey's; None for a shop without labelled queries."""
    shop = current_shop()
    return TaggerPlan() if shop is None else shop_tagger_plan(shop)


def shop_tagger_plan(shop: Shop) -> TaggerPlan | None:
    role = shop.roles.queries
    if role is None:
        return None
    annotations = "datasets/annotations" if role.annotators else None
    return TaggerPlan(True, role.training, annotations, f"{shop.file}: roles.queries.training")


def _reason(error: Any) -> str:
    from ecrec_assets.models.tagger.config import TaggerConfig

    name = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"there is no setting '{name}'{nearest(name, TaggerConfig.model_fields)}"
    about = TaggerConfig.model_fields[name].description if name in TaggerConfig.model_fields else None
    return f"{name}, {error['input']!r}: {error['msg'].removeprefix('Value error, ')}" + (
        f" ({about})" if about else ""
    )
