"""A shop of labelled queries, from its files to a tagger: what is made, what is kept out, and what is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest
from typer.testing import CliRunner

from ecrec_assets.cli import app
from ecrec_assets.components.catalogue import contracts
from ecrec_assets.components.shop_graph import shop_definitions
from ecrec_assets.components.tagger_plan import shop_tagger_plan
from ecrec_assets.contracts.label_types import label_types
from ecrec_assets.contracts.odcs import ContractFileError, load_contract
from ecrec_assets.lake.store import Lake
from ecrec_assets.models.tagger.model import save
from ecrec_assets.settings import get_settings
from ecrec_assets.shop.errors import ShopFileError
from ecrec_assets.shop.load import load_shop
from tests.models.tagger.conftest import tiny_network

SHOP = """
name: label-shop
roles:
  queries:
    train: train.jsonl
    validation: validation.jsonl
    test: test.jsonl
    annotators: ["annotator-*.jsonl"]
    training: {epochs: 8, batch_size: 8, learning_rate: 0.01, head: tokens, decoding: likeliest, averaging: 0}
"""
COLORS = ("orange", "olive", "lime", "plum", "peach", "red", "blue")
ITEMS = (["shirt"], ["running", "shoe"], ["lamp"], ["phone", "case"], ["bag"], ["wool", "hat"])
MADE = {
    "raw/labelled_queries",
    "raw/annotations",
    "datasets/queries",
    "datasets/annotations",
    "challengers/query_tagger",
    "evaluations/query_tagger",
    "evaluations/query_labels",
    "models/query_tagger",
}


def labelled() -> dict[str, list[dict[str, Any]]]:
    """126 queries: a colour before an item, behind it, and as a fruit that is none, so that a table of words errs."""
    found: dict[str, list[dict[str, Any]]] = {"train": [], "validation": [], "test": []}
    forms = ((color, item, form) for color in COLORS for item in ITEMS for form in range(3))
    for number, (color, item, form) in enumerate(forms):
        tags = ["B-item", *["I-item"] * (len(item) - 1)]
        words, labels = (
            ([color, *item], ["B-color", *tags]),
            ([*item, "in", color], [*tags, "O", "B-color"]),
            (["fresh", color, "for", *item], ["O", "B-item", "O", *tags]),
        )[form]
        split = {0: "validation", 3: "test"}.get(number % 7, "train")
        found[split].append({"id": number, "tokens": words, "labels": labels})
    return found


def write(folder: Path, split: str, rows: list[Any]) -> None:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    (folder / f"{split}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def shop(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a shop with its files; the settings name it."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "ecrec.yaml").write_text(SHOP)
    rows = labelled()
    for split, some in rows.items():
        write(folder, split, some)
    for person in ("annotator-1", "annotator-2"):
        write(folder, person, [{"id": row["id"], "labels": row["labels"]} for row in rows["test"]])
    monkeypatch.setenv("ECREC_SHOP", str(folder))
    monkeypatch.setenv("ECREC_THREADS", "1")
    read_anew()
    return folder


def read_anew() -> None:
    get_settings.cache_clear()
    contracts.cache_clear()


def told(*command: str) -> tuple[int, str]:
    """Exit code and output, on one line."""
    read_anew()
    found = CliRunner().invoke(app, list(command))
    read_anew()
    crash = "" if isinstance(found.exception, SystemExit | None) else repr(found.exception)
    return found.exit_code, " ".join((found.output + crash).split())


def made(shop: Path, *only: str) -> dg.ExecuteInProcessResult:
    """Materializes the assets named, or all."""
    assets = [
        asset for asset in shop_definitions(load_shop(shop)).assets or () if isinstance(asset, dg.AssetsDefinition)
    ]
    chosen = [asset for asset in assets if not only or "/".join(asset.key.path) in only]
    return dg.materialize(assets, selection=chosen, instance=dg.DagsterInstance.ephemeral(), raise_on_error=False)


def reason(result: dg.ExecuteInProcessResult) -> str:
    return " ".join(
        event.step_failure_data.user_failure_data.description or ""
        for event in result.all_events
        if event.is_step_failure and event.step_failure_data.user_failure_data
    )


def test_the_labels_of_the_files_become_the_contract_and_the_contract_the_label_set(shop: Path) -> None:
    with pytest.raises(ContractFileError, match=r"lists no types.*'ecrec shop draft' writes .*datasets/queries.yaml"):
        shop_definitions(load_shop(shop))
    assert told("shop", "check")[0] == 2
    code, output = told("shop", "draft")
    assert code == 0 and "(queries) 90 18 18 item 120 24 24 color 60 12 12" in output
    drafted = load_contract(shop / "contracts" / "datasets" / "queries.yaml", shop / "contracts")
    assert label_types(drafted) == ("item", "color")
    assert "- item   # 120, 24, 24" in (shop / "contracts" / "datasets" / "queries.yaml").read_text()
    code, output = told("shop", "draft")
    assert code == 2 and "datasets/queries.yaml is there already; 'ecrec shop check' compares it" in output
    code, output = told("shop", "check")
    assert code == 0 and "models/query_tagger" in output and "sensor labelled_query_files" in output
    read_anew()
    assets = shop_definitions(load_shop(shop)).assets or ()
    assert {"/".join(asset.key.path) for asset in assets if isinstance(asset, dg.AssetsDefinition)} == MADE


def test_a_check_names_every_label_that_somebody_has_to_look_at(shop: Path) -> None:
    told("shop", "draft")
    rows = labelled()
    write(shop, "train", [*rows["train"], {"tokens": ["x"], "labels": ["B-colour"]}, "no json"])
    write(shop, "test", [*rows["test"], {"tokens": ["big"], "labels": ["B-size"]}])
    contract = shop / "contracts" / "datasets" / "queries.yaml"
    contract.write_text(contract.read_text().replace("- item ", "- brand\n                  - item "))
    code, output = told("shop", "check")
    assert code == 1
    assert "✗ train.jsonl:92 is not JSON: Expecting value (character 1)" in output
    assert "the label 'colour' (1 in train) is not in the contract of datasets/queries; do you mean 'color'?" in output
    assert "the label 'size' (1 in test) is not in the contract of datasets/queries; add it to 'types'" in output
    assert "the label 'size' (1 in test) is in no training query, so it cannot be learnt" in output
    assert "no query has the label 'brand' of the contract" in output


def test_a_draft_asks_about_a_label_that_looks_like_a_slip(shop: Path) -> None:
    write(shop, "train", [*labelled()["train"], {"tokens": ["x", "y"], "labels": ["B-colr", "B-yes"]}])
    told("shop", "draft")
    text = (shop / "contracts" / "datasets" / "queries.yaml").read_text()
    assert "- colr   # 1, 0, 0; a slip for 'color'? Then remove the line" in text
    assert '- "yes"  # 1, 0, 0\n' in text
    assert label_types(load_contract(shop / "contracts/datasets/queries.yaml", shop / "contracts"))[2:] == (
        "colr",
        "yes",
    )


def test_a_setting_that_does_not_exist_is_told_with_the_nearest(shop: Path) -> None:
    (shop / "ecrec.yaml").write_text(SHOP.replace("epochs: 8", "epohs: 8, warmup: 2"))
    told("shop", "draft")
    code, output = told("shop", "check")
    assert code == 2
    assert "ecrec.yaml: roles.queries.training: there is no setting 'epohs'; do you mean 'epochs'?" in output
    assert "warmup, 2: Input should be less than 1 (share of all steps in which the rate rises from 0)" in output
    plan = shop_tagger_plan(load_shop(shop))
    assert plan is not None
    with pytest.raises(ShopFileError, match="epohs"):
        plan.config()


BAD: list[tuple[Callable[[dict[str, Any]], Any], str]] = [
    (lambda row: {**row, "labels": ["B-brand", *row["labels"][1:]]}, "the label 'brand' is unknown (word 1)"),
    (lambda row: {**row, "labels": ["I-color", *row["labels"][1:]]}, "I-color follows O, so nothing begins the span"),
    (lambda row: {**row, "labels": row["labels"][1:]}, "tags for "),
]


def test_broken_labels_go_to_quarantine_with_the_reason_and_the_rest_is_published(shop: Path) -> None:
    told("shop", "draft")
    contract = shop / "contracts" / "datasets" / "queries.yaml"
    contract.write_text(contract.read_text().replace("0.98", "0.9").replace("value: 0.02", "value: 0.1"))
    rows = labelled()
    spoilt = [change(row) for (change, _), row in zip(BAD, rows["train"], strict=False)]
    leak, twice = {**rows["test"][0], "id": 900}, {**rows["train"][50], "id": 901}
    write(shop, "train", [*spoilt, *rows["train"][3:], leak, twice, '{"tokens": ["a"]'])
    read_anew()
    result = made(shop, "raw/labelled_queries", "datasets/queries")
    assert result.success, reason(result)
    lake = Lake(get_settings().lake)
    queries = lake.read("datasets/queries").collect()
    assert queries.height == 126 - 3
    assert "900" not in queries["query_id"] and "901" not in queries["query_id"]
    verdict = lake.verdict("datasets/queries")
    observed = " ".join(map(str, verdict.rule("tags_are_iob2").observed))
    assert verdict.rule("tags_are_iob2").rows_failed == 3
    assert all(why in observed for _, why in BAD)
    assert verdict.rule("no_query_leaks").rows_failed == 1
    assert verdict.rule("no_query_twice").rows_failed == 1
    (kept,) = lake.quarantine("raw/labelled_queries").collect().to_dicts()
    assert kept["_failed_rules"] == ["values_are_readable"]
    assert json.loads(kept["_unreadable"]) == {"train.jsonl:93": "is not JSON: Expecting ',' delimiter (character 17)"}


def test_too_many_broken_labels_hold_everything_back(shop: Path) -> None:
    told("shop", "draft")
    rows = labelled()
    write(shop, "train", [{**row, "labels": ["B-brand"] * len(row["labels"])} for row in rows["train"]])
    read_anew()
    result = made(shop, "raw/labelled_queries", "datasets/queries")
    assert not result.success
    assert "90 rows fail 'tags_are_iob2'" in reason(result) and "Nothing is published yet" in reason(result)


@pytest.mark.slow
def test_a_shop_without_python_goes_from_labelled_files_to_a_tagger(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tiny_network(), tmp_path / "base")
    monkeypatch.setenv("ECREC_BASE_MODEL", str(tmp_path / "base"))
    told("shop", "draft")
    read_anew()
    result = made(shop)
    assert result.success, reason(result)
    lake = Lake(get_settings().lake)
    figures = lake.read("evaluations/query_tagger").filter(pl.col("split") == "test").collect()
    gain = figures.filter(slice="baseline", metric="gain")["value"][0]
    assert 0.1 <= gain <= 1
    assert set(figures.filter(slice="type")["segment"]) == {"item", "color"}
    labels = lake.read("evaluations/query_labels").collect()
    assert set(labels["type"]) == {"O", "item", "color"}
    code, output = told("tag", "--json", "blue shirt")
    assert code == 0 and {span["type"] for span in json.loads(output)[0]["spans"]} <= {"item", "color"}
    read_anew()
    again = made(shop)
    unchanged = [
        event.step_materialization_data.materialization.metadata["unchanged"].value
        for event in again.all_events
        if event.is_step_materialization
    ]
    assert unchanged == [True] * len(MADE)
