"""`ecrec labels apply`: keeps what was decided in a review."""

import getpass
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ecrec_assets.cli.labels.scope import QUERIES, published, types_of
from ecrec_assets.cli.quarantine.scope import say, told, write_out


def apply(
    file: Annotated[Path, typer.Argument(help="A file that 'ecrec labels suspects -o' wrote and you filled in.")],
    why: Annotated[str, typer.Option(help="A note that is kept with each decision.")] = "",
    by: Annotated[str | None, typer.Option(help="Who decides; default: your login name.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell, and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Keep the decisions of a review. Each later run of the queries applies them before the gate.

    A decision whose query is gone or was labelled anew since the review is told and not kept.
    Exit code 0: done, or nothing to do. 2: the file cannot be read.
    """
    from ecrec_assets.cli.labels.review_file import read_review
    from ecrec_assets.components.label_decisions import decisions_path, read_decisions, write_decisions
    from ecrec_assets.prepare.label_noise.decisions import apply_decisions

    with told():
        review = read_review(
            file,
            types_of(QUERIES),
            by=by or getpass.getuser(),
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            why=why,
        )
        stale = apply_decisions(published(QUERIES), review.decisions).stale
        lost = {each.decision.id for each in stale}
        before = read_decisions(QUERIES)
        new = {decision.id: decision for decision in review.decisions if decision.id not in lost}
        fresh = {
            id_: decision
            for id_, decision in new.items()
            if id_ not in before or (before[id_].verdict, before[id_].label) != (decision.verdict, decision.label)
        }
        if fresh and not dry_run:
            rest = {id_: decision for id_, decision in before.items() if id_ not in fresh}
            write_decisions(QUERIES, {**rest, **fresh}.values())
    counts = Counter(decision.verdict for decision in fresh.values())
    if as_json:
        told_stale = [{"query_id": each.decision.query_id, "why": each.why} for each in stale]
        known = len(new) - len(fresh)
        write_out(json.dumps({**counts, "known": known, "open": review.open, "stale": told_stale, "dry_run": dry_run}))
        return
    for each in stale:
        say(f"{each.decision.query_id}: not kept: {each.why}", "yellow")
    parts = [f"{counts[verdict]:,} {verdict}" for verdict in ("change", "keep", "drop") if counts[verdict]]
    said = [*parts, *[f"{len(new) - len(fresh):,} known already"] * (len(new) > len(fresh)), f"{review.open:,} open"]
    say(f"{', '.join(said)}; {len(stale):,} stale")
    if fresh and dry_run:
        say("Nothing was changed: this was a dry run.", "dim")
    elif fresh:
        say(f"Kept in {decisions_path(QUERIES)}: commit it. 'ecrec run' makes the queries with them.", "dim")
