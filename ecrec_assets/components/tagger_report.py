"""Puts what an evaluation of a query tagger found where people look: the MLflow run and the report's pages."""

from datetime import UTC, datetime

import polars as pl

from ecrec_assets.components.challenger import Challenger, tracking
from ecrec_assets.evaluate.tagging import TaggerReport
from ecrec_assets.settings import get_settings

WORDS = "tokens"


def keep_report(
    report: TaggerReport, state: Challenger, *, table: str = "evaluations/query_tagger", private: bool
) -> str:
    """Tables, plots and the link as part of the MLflow run; the page of worst errors. Returns its address.

    `private`: queries may hold what only their shop may see, so no word of them is shown or logged.
    """
    from ecrec_assets.contracts.pages.errors_page import WITHHELD, Errors
    from ecrec_assets.contracts.report import show_errors
    from ecrec_assets.contracts.report_links import errors_page_of
    from ecrec_assets.evaluate.spans.confusion import confusion_plot
    from ecrec_assets.evaluate.spans.reliability_plot import span_reliability_plot
    from ecrec_assets.track.runs import TrainingRun

    worst = report.worst.with_columns(_withheld(WITHHELD)) if private else report.worst
    metrics = report.metrics.filter(split=report.split).drop("split", "model_run")
    rows = (frame.to_dicts() for frame in (metrics, report.confusion, worst))
    now = datetime.now(UTC).isoformat()
    show_errors(Errors(table, state.run_id, state.run_url, report.split, now, *rows), get_settings().reports)
    address = f"{get_settings().report_url}/{errors_page_of(table, state.run_id)}"
    run = TrainingRun(tracking(), state.run_id)
    for name in ("confusion", "reliability"):
        run.table(name, getattr(report, name))
    run.table("worst", worst)
    run.figure("confusion", confusion_plot(report.confusion))
    run.figure("reliability", span_reliability_plot(report.reliability))
    run.describe(f"{_headline(report)} [Worst errors]({address})")
    return address


def _withheld(word: str) -> pl.Expr:
    return pl.col(WORDS).list.eval(pl.when(pl.element().is_not_null()).then(pl.lit(word)))


def _headline(report: TaggerReport) -> str:
    found = report.metrics.filter(split=report.split, slice="all", metric="span_f1")
    if found.is_empty():
        return f"No span is given in {report.split}."
    value, low, high = found.select("value", "low", "high").row(0)
    return f"Span F1 {value:.3f} ({low:.3f} to {high:.3f}) on {report.split}."
