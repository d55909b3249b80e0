"""The gate against what a user of Great Expectations would run instead: its own pandas engine, same suite.

python -m tests.bench.gate_audit            both, alternated, in processes of their own, with the ratio
python -m tests.bench.gate_audit ecrec      one side: seconds and peak memory as JSON
"""

import json
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from statistics import median

ROUNDS = 3
TABLE = "promotions"
RULES = (
    "product_id_is_present",
    "store_id_is_present",
    "display_location_is_present",
    "mailer_location_is_present",
    "week_is_present",
    "display_location_is_known",
    "mailer_location_is_known",
    "week_is_in_the_year",
    "reaches_the_last_week",
)


def ecrec() -> int:
    """The whole gate: audit, row masks, split and counts. Rows that fail."""
    from dataclasses import replace

    from ecrec_assets.collect.complete_journey import read
    from ecrec_assets.contracts.gate import audit

    contract = _contract()
    chosen = replace(contract, rules=tuple(rule for rule in contract.rules if rule.name in RULES))
    return audit(read(TABLE), chosen, now=datetime.now(UTC)).verdict.rows_quarantined


def pandas() -> int:
    """The suite alone on pandas, as the documentation of Great Expectations shows; no split."""
    import great_expectations as gx

    from ecrec_assets.collect.complete_journey import read
    from ecrec_assets.contracts.suite import expectation_of

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    asset = context.data_sources.add_pandas("p").add_dataframe_asset("a")
    batch = asset.add_batch_definition_whole_dataframe("b")
    suite = gx.ExpectationSuite(
        name="s", expectations=[expectation_of(r) for r in _contract().rules if r.name in RULES]
    )
    definition = gx.ValidationDefinition(name="v", data=batch, suite=context.suites.add(suite))
    result = definition.run(batch_parameters={"dataframe": read(TABLE).collect().to_pandas()})
    return sum(found.result.get("unexpected_count", 0) for found in result.results)


def _contract():
    from ecrec_assets.contracts.odcs import load_contract
    from ecrec_assets.settings import PROJECT

    root = PROJECT / "expectations"
    return load_contract(root / "raw" / f"{TABLE}.yaml", root)


def one(side: str) -> None:
    """Prints the figures of one side, imports left out of the time."""
    import ecrec_assets.contracts.gate  # noqa: F401

    started = time.perf_counter()
    failing = {"ecrec": ecrec, "pandas": pandas}[side]()
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(json.dumps({"seconds": seconds, "gigabytes": peak, "failing": failing}))


def both() -> None:
    """Alternates the sides, prints medians and the ratio."""
    found: dict[str, list[dict[str, float]]] = {"ecrec": [], "pandas": []}
    for _ in range(ROUNDS):
        for side, figures in found.items():
            done = subprocess.run(
                [sys.executable, "-m", "tests.bench.gate_audit", side], capture_output=True, text=True, check=True
            )
            figures.append(json.loads(done.stdout.splitlines()[-1]))
    libraries = ", ".join(f"{name} {version(name)}" for name in ("great-expectations", "polars", "pandas"))
    print(f"raw/{TABLE}, 20,940,529 rows x 5 columns, {len(RULES)} rules, median of {ROUNDS}; {libraries}")
    middle = {side: {key: median(run[key] for run in runs) for key in runs[0]} for side, runs in found.items()}
    for side, figures in middle.items():
        print(f"{side:<8} {figures['seconds']:7.2f} s {figures['gigabytes']:6.2f} GB  {figures['failing']:.0f} failing")
    ratios = {key: middle["pandas"][key] / middle["ecrec"][key] for key in ("seconds", "gigabytes")}
    print(f"pandas / ecrec: time {ratios['seconds']:.1f}, memory {ratios['gigabytes']:.1f}")


if __name__ == "__main__":
    one(sys.argv[1]) if len(sys.argv) > 1 else both()
