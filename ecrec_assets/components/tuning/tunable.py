"""Which models can be tuned, and the plan of each over what is published here."""

from pathlib import Path
from typing import Any

from ecrec_assets.components.tuning.plan import Plan
from ecrec_assets.components.tuning.study import SearchError
from ecrec_assets.settings import get_settings

TUNABLE = ("query_tagger",)


def require_known(model: str) -> None:
    """SearchError names the models that can be tuned."""
    if model not in TUNABLE:
        raise SearchError(f"'{model}' cannot be tuned; {', '.join(TUNABLE)} can")


def plan_of(model: str, space: Path | None) -> Plan:
    """The plan of a model by its name; `space` is a YAML file of what may be changed, None the built-in one.

    Raises SearchError, SpaceError, NotPublished, or what reading contracts raises.
    """
    require_known(model)
    return _query_tagger(space)


def _query_tagger(space: Path | None) -> Plan:
    from ecrec_assets.components.tagger_plan import tagger_plan
    from ecrec_assets.components.tuning.tagger import search_plan
    from ecrec_assets.lake.store import Lake
    from ecrec_assets.models.tagger.search_space import SPACE, parsed

    plan = tagger_plan()
    if plan is None:
        raise SearchError("this shop has no labelled queries: name their source under roles.queries in its ecrec.yaml")
    lake = Lake(get_settings().lake)
    version = lake.require(plan.queries).number
    return search_plan(
        lake.read(plan.queries, version=version),
        plan.config(),
        types=plan.types,
        base=plan.base,
        table=plan.queries,
        version=version,
        space=SPACE if space is None else parsed(_yaml(space)),
    )


def _yaml(file: Path) -> dict[str, Any]:
    import yaml

    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SearchError(f"{file} cannot be read as a search space: {error}") from error
    if not isinstance(found, dict):
        raise SearchError(f"{file} is no search space; write 'learning_rate: {{low: 1.0e-4, high: 1.0e-3, log: true}}'")
    return found
