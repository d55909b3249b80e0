from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.components.challenger import Challenger, tracking
from ecrec_assets.components.tagger_report import keep_report
from ecrec_assets.contracts.report_links import errors_page_of, site_of
from ecrec_assets.evaluate.tagging import TaggerReport, tagging_metrics
from ecrec_assets.settings import get_settings
from ecrec_assets.track.runs import training_run
from ecrec_assets.track.tracking import connect

TABLE = "evaluations/query_tagger"
TAGS = {"tags": [["B-a", "O"]], "predicted": [["B-b", "O"]]}


@pytest.fixture
def report() -> TaggerReport:
    """One query of the test with one wrong span."""
    queries = pl.LazyFrame({"split": ["test"], "tokens": [["secret", "words"]], **TAGS})
    scores = {"scores": [[0.9, 0.8]], "given_scores": [[0.05, 0.8]]}
    worst = {
        "reason": ["certain"],
        "certain": [0.9],
        "loss": [3.2],
        "types": [["a", "b"]],
        "tokens": [["secret", "words"]],
    }
    curve = {"lower": [0.8], "upper": [1.0], "predicted": [0.9], "observed": [0.5], "answers": [2]}
    stages = [pl.DataFrame({"stage": [stage], "unit": ["word"], **curve}) for stage in ("before", "after")]
    return TaggerReport(
        tagging_metrics(queries, model_run="x").collect(),
        pl.DataFrame({"given": ["a"], "found": ["b"], "spans": [1]}),
        pl.concat(stages),
        pl.DataFrame({**worst, **TAGS, **scores}),
        "test",
    )


def kept(report: TaggerReport, *, private: bool) -> tuple[str, str, Path]:
    with training_run(tracking(), "query_tagger", "a run", parameters={}, inputs={}) as run:
        state = Challenger("query_tagger", run.run_id, run.url, "", "f")
        address = keep_report(report, state, private=private)
    page = site_of(get_settings().reports) / errors_page_of(TABLE, run.run_id)
    return run.run_id, address, page


def test_the_run_has_tables_plots_and_the_way_to_the_page_of_worst_errors(home: Path, report: TaggerReport) -> None:
    run_id, address, page = kept(report, private=False)
    client = connect(tracking())
    paths = {file.path for folder in ("tables", "figures") for file in client.list_artifacts(run_id, folder)}
    assert paths == {
        *("tables/confusion.csv", "tables/reliability.csv", "tables/worst.json"),
        *("figures/confusion.png", "figures/reliability.png"),
    }
    said = client.get_run(run_id).data.tags["mlflow.note.content"]
    assert f"[Worst errors]({address})" in said
    assert "Span F1 0.000 (0.000 to 0.000) on test." in said
    assert address.endswith(errors_page_of(TABLE, run_id))
    assert "secret" in page.read_text()


def test_words_of_private_queries_are_neither_shown_nor_logged(home: Path, report: TaggerReport) -> None:
    run_id, _, page = kept(report, private=True)
    table = Path(connect(tracking()).download_artifacts(run_id, "tables/worst.json")).read_text()
    assert "secret" not in page.read_text() + table
    assert "(withheld)" in page.read_text()
