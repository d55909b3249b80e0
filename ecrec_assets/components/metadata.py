"""What a person sees on an asset in the Dagster UI after each run."""

import base64
import io
from typing import Any

import dagster as dg

from ecrec_assets.components.publish import Outcome
from ecrec_assets.contracts.model import Contract
from ecrec_assets.lake.version import Version
from ecrec_assets.settings import get_settings
from ecrec_assets.verdict import Verdict

MetadataDict = dict[str, Any]


def outcome_metadata(contract: Contract, outcome: Outcome) -> MetadataDict:
    """Row counts, share quarantined, versions, a picture of the verdict and the link to the report."""
    version = outcome.version
    assert version is not None
    return {
        "dagster/row_count": version.rows,
        "rows_in": outcome.verdict.rows_in,
        "rows_quarantined": outcome.verdict.rows_quarantined,
        "quarantined_share": _share(outcome.verdict),
        **_mended(version),
        "version": version.number,
        "unchanged": outcome.unchanged,
        "inputs": dg.MetadataValue.json(dict(version.inputs)),
        **_verdict_metadata(contract, outcome.verdict),
    }


def failure_metadata(contract: Contract, outcome: Outcome) -> MetadataDict:
    """The same for a rejected candidate, with the place where it can be inspected."""
    return {
        "rows_in": outcome.verdict.rows_in,
        "rows_quarantined": outcome.verdict.rows_quarantined,
        "rejected_candidate": dg.MetadataValue.path(str(outcome.rejected)),
        **_verdict_metadata(contract, outcome.verdict),
    }


def _mended(version: Version) -> MetadataDict:
    """Rows of the whole table that people mended or dropped, when there are any."""
    mended, dropped = version.mend_count
    return {"rows_mended": mended, "rows_dropped": dropped} if mended or dropped else {}


def _share(verdict: Verdict) -> float:
    return verdict.rows_quarantined / verdict.rows_in if verdict.rows_in else 0.0


def _verdict_metadata(contract: Contract, verdict: Verdict) -> MetadataDict:
    values: MetadataDict = {
        "verdict": verdict.id,
        "report": dg.MetadataValue.url(report_url(contract, verdict)),
        **_worst_errors(contract),
        "contract_version": f"{contract.key}@{verdict.contract_version}",
    }
    picture = failing_rows_picture(verdict)
    if picture:
        values["failing_rows"] = dg.MetadataValue.md(picture)
    return values


def _worst_errors(contract: Contract) -> MetadataDict:
    """The page of a model's worst errors, where its evaluation has written one."""
    from ecrec_assets.contracts.report_links import errors_page_of, site_of

    page = errors_page_of(contract.key)
    there = (site_of(get_settings().reports) / page).exists()
    return {"worst_errors": dg.MetadataValue.url(f"{get_settings().report_url}/{page}")} if there else {}


def report_url(contract: Contract, verdict: Verdict) -> str:
    """The page of this verdict on the report server."""
    from ecrec_assets.contracts.report_links import page_of

    return f"{get_settings().report_url}/{page_of(contract.key, verdict.id)}"


def failing_rows_picture(verdict: Verdict) -> str:
    """A bar for each rule that some row failed, as an inline image; empty when all rows passed."""
    failing = sorted(((rule.rows_failed or 0, rule) for rule in verdict.rules if rule.rows_failed), key=lambda x: x[0])
    if not failing:
        return ""
    from matplotlib.figure import Figure

    shown = failing[-12:]
    figure = Figure(figsize=(7, 0.6 + 0.32 * len(shown)), layout="constrained")
    axes = figure.subplots()
    colours = [
        "#c2410c" if rule.blocks else "#2563eb" if rule.on_fail == "quarantine" else "#94a3b8" for _, rule in shown
    ]
    bars = axes.barh([rule.name for _, rule in shown], [count for count, _ in shown], color=colours)
    axes.bar_label(bars, [f"{count:,}" for count, _ in shown], padding=3, fontsize=8)
    axes.set_xlabel("rows failing (blue: quarantined, grey: warned, red: blocked)", fontsize=8)
    axes.tick_params(labelsize=8)
    axes.margins(x=0.15)
    axes.spines[["top", "right"]].set_visible(False)
    return as_image(figure)


def as_image(figure: Any) -> str:
    """A matplotlib figure as inline markdown."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    return f"![plot](data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()})"
