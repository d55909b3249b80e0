"""What the role `queries` of a shop asks for: its labelled queries, those of several people, and a tagger."""

from collections.abc import Sequence

import dagster as dg
import polars as pl

from ecrec_assets.components.gated_asset import gated_asset
from ecrec_assets.components.label_decisions import decided, decisions_state
from ecrec_assets.components.query_files import annotation_files, files_state, query_files
from ecrec_assets.components.tagger_assets import tagger_assets
from ecrec_assets.components.tagger_plan import TaggerPlan, shop_tagger_plan
from ecrec_assets.contracts.odcs import ContractFileError
from ecrec_assets.prepare.labelled_queries import SPLITS
from ecrec_assets.shop.config import Shop
from ecrec_assets.shop.query_role import QueryRole

RAW = "raw/labelled_queries"
GROUP = "datasets"


def query_assets(shop: Shop) -> list[dg.AssetsDefinition]:
    """Of `roles.queries`: the tables of queries and annotations, and the assets of the tagger."""
    role, plan = shop.roles.queries, shop_tagger_plan(shop)
    if role is None or plan is None:
        return []
    _check(shop, plan)
    raw = [_raw_queries(shop, role)] if role.files else []
    people = [_raw_annotations(shop, role), _annotations()] if role.annotators else []
    return [*raw, _queries(role), *people, *tagger_assets(plan)]


def _check(shop: Shop, plan: TaggerPlan) -> None:
    """Before anything runs: somebody has said which labels there are."""
    try:
        plan.types  # noqa: B018
    except ContractFileError as error:
        own = shop.contract_folder / f"{plan.queries}.yaml"
        way_out = "" if own.exists() else f" 'ecrec shop draft' writes {own} with those that stand in your files."
        raise ContractFileError(f"{error}.{way_out}") from None


def drawn_splits(role: QueryRole) -> Sequence[str]:
    """The splits that are taken from the training queries, because nothing gives them."""
    if role.source:
        return () if role.split else SPLITS[1:]
    return [split for split in SPLITS[1:] if split not in role.files]


def _raw_queries(shop: Shop, role: QueryRole) -> dg.AssetsDefinition:
    def state() -> str:
        return f"{files_state(query_files(shop, role).values())} {role.columns}"

    @gated_asset(RAW, group="collection", source=state, kinds=("file", "deltalake"))
    def labelled_queries() -> pl.LazyFrame:
        """As people labelled them; a line that is no query is kept in quarantine with its file and number."""
        from ecrec_assets.collect.labelled_queries import read_queries

        return read_queries(query_files(shop, role), role.columns).lazy()

    return labelled_queries


def _raw_annotations(shop: Shop, role: QueryRole) -> dg.AssetsDefinition:
    def state() -> str:
        return f"{files_state(annotation_files(shop, role))} {role.columns}"

    @gated_asset("raw/annotations", group="collection", source=state, kinds=("file", "deltalake"))
    def annotations() -> pl.LazyFrame:
        """As each annotator delivered them."""
        from ecrec_assets.collect.labelled_queries import read_annotations

        return read_annotations(annotation_files(shop, role), role.columns).lazy()

    return annotations


def _queries(role: QueryRole) -> dg.AssetsDefinition:
    def state() -> str:
        return f"{role.columns} {role.split} {list(drawn_splits(role))} {decisions_state('datasets/queries')}"

    @gated_asset(
        "datasets/queries", group=GROUP, reads={"raw": f"raw/{role.source}" if role.source else RAW}, source=state
    )
    def queries(raw: pl.LazyFrame) -> pl.LazyFrame:
        """Each query in one split; labels that are no IOB2 tags of the label set are kept in quarantine."""
        from ecrec_assets.prepare.labelled_queries import labelled_queries

        if role.source:
            from ecrec_assets.collect.labelled_queries import queries_of

            raw = queries_of(raw, role.columns, role.split).lazy()
        return decided("datasets/queries", labelled_queries(raw, drawn=drawn_splits(role)))

    return queries


def _annotations() -> dg.AssetsDefinition:
    @gated_asset("datasets/annotations", group=GROUP, reads={"raw": "raw/annotations", "queries": "datasets/queries"})
    def annotations(raw: pl.LazyFrame, queries: pl.LazyFrame) -> pl.LazyFrame:
        """Each with the words of its query; labels of a query that nobody knows are kept in quarantine."""
        from ecrec_assets.prepare.labelled_queries import annotated

        return annotated(raw, queries)

    return annotations
