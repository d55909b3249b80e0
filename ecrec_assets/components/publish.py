"""Write, audit, publish: the one way a table comes into the lake, whoever asks for it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import polars as pl

from ecrec_assets.components.catalogue import reference_tables
from ecrec_assets.contracts.model import Contract
from ecrec_assets.lake.store import Lake
from ecrec_assets.lake.version import Partition, Version
from ecrec_assets.verdict import Verdict


class Outcome(NamedTuple):
    """What became of a candidate. `version` is None when it was rejected, and then `rejected` is its folder."""

    verdict: Verdict
    version: Version | None
    unchanged: bool = False
    rejected: Path | None = None


def fingerprint(*parts: object) -> str:
    """Sixteen hex digits that change when any part does: code, contract, inputs, source."""
    return sha256("\n".join(str(part) for part in parts).encode()).hexdigest()[:16]


def published_as(lake: Lake, table: str, wanted: str, partition: Partition | None) -> Outcome | None:
    """The published state when it was made from exactly these inputs by exactly this code, else None."""
    version = lake.current(table)
    if version is None or lake.fingerprint(table, partition) != wanted:
        return None
    return Outcome(lake.verdict(table, partition=partition), version, unchanged=True)


def reference_frames(lake: Lake, contract: Contract, versions: Mapping[str, int]) -> dict[str, pl.LazyFrame]:
    """The tables its rules look into, in the versions given; of itself the published version, where there is one."""
    current = lake.current(contract.key)
    own = {contract.key: current.number} if current else {}
    known = {**own, **versions}
    return {name: lake.read(name, version=known[name]) for name in reference_tables(contract) if name in known}


def write_audit_publish(
    lake: Lake,
    contract: Contract,
    compute: Callable[[], pl.LazyFrame],
    *,
    inputs: Mapping[str, int],
    fingerprint: str,
    references: Mapping[str, pl.LazyFrame],
    run_id: str = "",
    partition: Partition | None = None,
    fingerprints: Mapping[int, str] | None = None,
    whole: bool = False,
    reports: Path | None = None,
) -> Outcome:
    """Stages what `compute` returns, audits it, and publishes its clean rows or keeps it aside as rejected.

    `fingerprints` and `whole` are told in `Lake.publish`.
    """
    from ecrec_assets.contracts.gate import audit

    candidate = lake.stage(contract.key, compute(), partition=partition)
    result = audit(
        candidate.frame,
        contract,
        references=references,
        run_id=run_id,
        now=datetime.now(UTC),
        reports=reports,
        partition=str(partition) if partition else "",
    )
    if not result.verdict.passed:
        return Outcome(result.verdict, None, rejected=lake.reject(candidate, result))
    version = lake.publish(
        candidate,
        result,
        inputs=inputs,
        fingerprint=fingerprint,
        run_id=run_id,
        partition=partition,
        fingerprints=fingerprints,
        whole=whole,
    )
    return Outcome(result.verdict, version)
