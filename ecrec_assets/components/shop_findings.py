"""What a person is told of a delivery as a whole, beside the rules of its contract."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from ecrec_assets.components.shop_reader import Finding

DELIVERED = "every_file_is_read"
SHOWN = 20


def delivered_check(key: dg.AssetKey, findings: Sequence[Finding]) -> dg.AssetCheckResult:
    """A file that cannot be read, or rows of no period, are not in the table; the other files and periods are."""
    refused = [finding for finding in findings if finding.refused]
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=DELIVERED,
        passed=not findings,
        severity=dg.AssetCheckSeverity.ERROR if refused else dg.AssetCheckSeverity.WARN,
        description=_sentence(findings) if findings else None,
        metadata={"files refused": len(refused)},
    )


def findings_metadata(findings: Sequence[Finding]) -> dict[str, Any]:
    """Nothing when all is well."""
    if not findings:
        return {}
    refused = sum(finding.refused for finding in findings)
    return {
        "refused_files": refused,
        "remark": _sentence(findings[:1]) + (f" ({len(findings) - 1} more)" if len(findings) > 1 else ""),
        "findings": dg.MetadataValue.md("\n".join(f"- `{finding.what}`" for finding in findings[:SHOWN])),
    }


def _sentence(findings: Sequence[Finding]) -> str:
    told = "; ".join(finding.what for finding in findings[:SHOWN])
    return told + (f"; and {len(findings) - SHOWN} more" if len(findings) > SHOWN else "")
