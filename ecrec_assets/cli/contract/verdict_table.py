"""A verdict on a terminal: one line a rule, what matters first, and a sentence about what the gate would do."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Column, Table

from ecrec_assets.contracts.model import Contract
from ecrec_assets.verdict import RuleResult, Verdict

STATES = {
    "blocks": "[red]✗ blocks[/red]",
    "warns": "[yellow]! warns[/yellow]",
    "quarantines": "[cyan]~ quarantines[/cyan]",
    "passes": "[green]✓[/green]",
}
LONGEST = 60


def verdict_table(verdict: Verdict, contract: Contract) -> Table:
    """Rules that fail first, then those that turn rows away, then the rest, each in the order of the contract."""
    table = Table(
        Column("rule", no_wrap=True),
        "dimension",
        Column("state", no_wrap=True),
        Column("rows", justify="right", no_wrap=True),
        Column("share", justify="right", no_wrap=True),
        Column("limit", no_wrap=True, overflow="ellipsis", max_width=48),
        Column("example", no_wrap=True, overflow="ellipsis", max_width=40),
        title=escape(f"{contract.key} {contract.version}: {verdict.rows_in:,} rows"),
        title_justify="left",
        box=None,
        header_style="bold",
    )
    private = {column.name for column in contract.columns if column.classification not in ("", "public")}
    for rule in sorted(verdict.rules, key=lambda rule: list(STATES).index(state(rule))):
        table.add_row(
            escape(rule.name),
            rule.dimension,
            STATES[state(rule)],
            f"{rule.rows_failed:,}" if rule.rows_failed else "",
            _share(rule),
            escape(_cut(rule.limit)),
            escape(_cut(_example(rule, private))),
        )
    return table


def state(rule: RuleResult) -> str:
    """blocks, warns, quarantines or passes."""
    if rule.blocks:
        return "blocks"
    if not rule.passed:
        return "warns"
    return "quarantines" if rule.rows_failed and rule.on_fail == "quarantine" else "passes"


def outcome(verdict: Verdict) -> str:
    """What the gate would do, in a sentence or two."""
    if not verdict.passed:
        reasons = "\n".join(f"  {escape(rule.sentence())}" for rule in verdict.blocking)
        many = "1 rule blocks" if len(verdict.blocking) == 1 else f"{len(verdict.blocking)} rules block"
        return f"[red]The gate would publish nothing: {many}.[/red]\n{reasons}"
    warned = sum(not rule.passed for rule in verdict.rules)
    rows = f"publish {verdict.rows_clean:,} rows"
    kept = f"{verdict.rows_quarantined:,}"
    share = verdict.rows_quarantined / verdict.rows_in if verdict.rows_in else 0
    aside = f" and keep {kept} in quarantine ({share:.2%})" if verdict.rows_quarantined else ", and keep none back"
    warnings = f" {warned} {'rule warns' if warned == 1 else 'rules warn'}." if warned else ""
    return f"[green]The gate would {rows}{aside}.[/green]{warnings}"


def _share(rule: RuleResult) -> str:
    if not rule.rows_failed or not rule.rows_checked:
        return ""
    share = rule.rows_failed / rule.rows_checked
    return f"{share:.2%}" if share >= 0.0001 else "<0.01%"


def _example(rule: RuleResult, private: set[str]) -> str:
    """A failing value, or what was observed; nothing of a personal column."""
    if rule.error:
        return rule.error
    if rule.passed and not rule.rows_failed:
        return ""
    if private & set(rule.columns):
        return "(personal)" if rule.rows_failed else ""
    observed = rule.observed
    if isinstance(observed, list):
        observed = observed[0] if observed else None
    if isinstance(observed, dict):
        return ", ".join(f"{name} {value}" for name, value in observed.items() if value not in (None, [], {}))
    return "" if observed is None else str(observed)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
