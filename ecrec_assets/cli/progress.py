"""What a person sees while the main job runs: a bar on a terminal, plain lines otherwise."""

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.text import Text

from ecrec_assets.components.main_job import RunReport, StepNews

MARKS = {
    "published": ("✓", "green"),
    "unchanged": ("=", "dim"),
    "rejected": ("✗", "bold red"),
    "failed": ("✗", "bold red"),
    "skipped": ("·", "yellow"),
}


class Progress:
    """Takes the news of a run; use as a context manager."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self.task = self.bar.add_task("starting", total=None)
        self.started: dict[str, float] = {}
        self.told: set[str] = set()

    def __enter__(self) -> "Progress":
        self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.stop()

    def plan(self, steps: int) -> None:
        self.bar.update(self.task, total=steps)

    def news(self, news: StepNews) -> None:
        """A line when an asset ends; partitions of one asset make one line."""
        if news.state == "started":
            self.started[news.table] = time.monotonic()
            self.bar.update(self.task, description=news.table)
        elif news.table not in self.told:
            self.told.add(news.table)
            self.bar.advance(self.task)
            self.console.print(self._line(news), soft_wrap=True)

    def _line(self, news: StepNews) -> Text:
        mark, style = MARKS[news.state]
        seconds = time.monotonic() - self.started.get(news.table, time.monotonic())
        line = Text(f"{mark} {news.table:<32} {news.state:<10} {seconds:6.1f} s  ", style=style)
        return line.append(_details(news), style="default" if news.message else style)

    def summary(self, report: RunReport, seconds: float) -> None:
        """The last lines: counts, time, what to do next."""
        ended = {state: count for state, count in report.states.items() if state in MARKS}
        counts = ", ".join(f"{count} {state}" for state, count in ended.items())
        verdict = Text(
            "Done" if report.success else "Not everything was published", "green" if report.success else "red"
        )
        self.console.print(
            verdict, f"in {seconds:.0f} s: {counts}. Runs {', '.join(run[:8] for run in report.run_ids)}.", sep=" "
        )
        self.console.print("See it: 'ecrec up' (Dagster, MLflow, reports) or 'ecrec status'.")


def _details(news: StepNews) -> str:
    if news.message:
        return news.message
    remark = f". {news.metadata['remark']}" if news.metadata.get("remark") else ""
    return _rows(news) + remark


def _rows(news: StepNews) -> str:
    rows = news.metadata.get("dagster/row_count")
    if rows is None:
        return str(news.metadata.get("summary", ""))
    quarantined = news.metadata.get("rows_quarantined") or 0
    share = news.metadata.get("quarantined_share") or 0.0
    return f"{rows:,} rows" + (f", {quarantined:,} in quarantine ({share:.2%})" if quarantined else "")
