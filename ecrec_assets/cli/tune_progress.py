"""What a person sees while settings are searched: a bar on a terminal, plain lines otherwise."""

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.text import Text

from ecrec_assets.components.tuning.news import News

MARKS = {
    "complete": ("✓", "green"),
    "pruned": ("✂", "dim"),
    "failed": ("✗", "bold red"),
    "stopped": ("‖", "yellow"),
}


class TuneProgress:
    """Takes the news of a search; use as a context manager. `seconds` is its budget, None without one."""

    def __init__(self, console: Console, seconds: float | None) -> None:
        self.console, self.started = console, time.monotonic()
        self.bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[best]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self.task = self.bar.add_task("starting", total=seconds, best="")

    def __enter__(self) -> "TuneProgress":
        self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.stop()

    def news(self, news: News) -> None:
        """A line when a trial begins and when it ends; without a terminal also one an epoch."""
        best = "" if news.best is None else f"best {news.best:.4f}"
        at = f"trial {news.trial}, epoch {min(news.epoch + 1, news.epochs)} of {news.epochs}"
        self.bar.update(self.task, description=at, best=best, completed=time.monotonic() - self.started)
        if news.kind in MARKS:
            self.console.print(_ended(news), soft_wrap=True)
        elif news.kind in ("started", "resumed"):
            verb = "goes on" if news.kind == "resumed" else "tries"
            self.console.print(Text(f"  trial {news.trial} {verb}: {shown(news.settings)}"), soft_wrap=True)
        elif not self.console.is_terminal:
            self.console.print(Text(f"    epoch {news.epoch} of {news.epochs}: {news.value:.4f}"), soft_wrap=True)


def shown(settings: Mapping[str, Any]) -> str:
    """`learning_rate 0.00037, epochs 4`."""
    return ", ".join(
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}" for name, value in settings.items()
    )


def _ended(news: News) -> Text:
    mark, style = MARKS[news.kind]
    reached = "" if news.value is None else f" {news.value:.4f}"
    why = f"  {news.reason}" if news.reason else ""
    return Text(f"{mark} trial {news.trial} {news.kind}{reached}{why}", style)
