"""One Dagster asset check for each rule of a contract, and its result from a verdict."""

from collections.abc import Iterator

import dagster as dg

from ecrec_assets.components.catalogue import asset_key
from ecrec_assets.contracts.model import Contract, Rule
from ecrec_assets.verdict import RuleResult, Verdict

SEVERITY = {
    True: dg.AssetCheckSeverity.ERROR,
    False: dg.AssetCheckSeverity.WARN,
}


def check_specs(contract: Contract, asset: dg.AssetKey | None = None) -> list[dg.AssetCheckSpec]:
    """A spec for each rule; the blocking ones stop what is downstream."""
    key = asset or asset_key(contract.key)
    return [
        dg.AssetCheckSpec(
            name=rule.name,
            asset=key,
            blocking=can_block(rule),
            description=f"{rule.reason} ({rule.dimension}, {rule.severity}, on failure: {rule.on_fail})",
            metadata={"expectation": rule.expectation, "contract": f"{contract.key}@{contract.version}"},
        )
        for rule in contract.rules
    ]


def can_block(rule: Rule) -> bool:
    return rule.severity == "critical" and rule.on_fail != "warn"


def check_results(
    contract: Contract, verdict: Verdict, asset: dg.AssetKey | None = None
) -> Iterator[dg.AssetCheckResult]:
    """The verdict's rules as check results, for exactly the rules the contract declares."""
    key = asset or asset_key(contract.key)
    declared = {rule.name for rule in contract.rules}
    for result in verdict.rules:
        if result.name in declared:
            yield dg.AssetCheckResult(
                asset_key=key,
                check_name=result.name,
                passed=result.passed,
                severity=SEVERITY[result.severity == "critical" and result.on_fail != "warn"],
                description=None if result.passed else result.sentence(),
                metadata=_metadata(result),
            )


def _metadata(result: RuleResult) -> dict[str, dg.MetadataValue]:
    values: dict[str, dg.MetadataValue] = {
        "dimension": dg.MetadataValue.text(result.dimension),
        "limit": dg.MetadataValue.text(result.limit),
    }
    if result.rows_checked is not None:
        values["rows_checked"] = dg.MetadataValue.int(result.rows_checked)
    if result.rows_failed is not None:
        values["rows_failed"] = dg.MetadataValue.int(result.rows_failed)
    if result.observed not in (None, []):
        values["observed"] = dg.MetadataValue.text(str(result.observed)[:500])
    return values
