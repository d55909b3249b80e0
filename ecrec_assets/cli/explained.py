"""What each word adds to a span, as bars in the terminal and as values for scripts."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.text import Text

if TYPE_CHECKING:
    from ecrec_assets.models.tagger.explain import Explanation

WIDTH = 24  # of the longest bar
EIGHTHS = " ▏▎▍▌▋▊▉█"
AGAINST = "red"
LONGEST_WORD = 20


def bars(reason: "Explanation", colour: str, shown: Callable[[str], str]) -> list[Text]:
    """A line a word: its bar, its part of the span's log odds, and the span's score without it."""
    most = max((abs(word.weight) for word in reason.words), default=0.0) or 1.0
    lines = []
    for word in reason.words:
        name = _padded(shown(word.word))
        bar = _bar(abs(word.weight) / most)
        line = Text(f"    {name} ")
        line.append(bar, AGAINST if word.weight < 0 else colour)
        line.append(f" {word.weight:+.1f}")
        line.append(f"   without it {word.without:.0%}", "dim")
        lines.append(line)
    return lines


def plain_explanation(reason: "Explanation") -> dict[str, Any]:
    """JSON values: weights of the words sum to log_odds - masked_log_odds, but for `error`."""
    return {
        "words": [word._asdict() for word in reason.words],
        "log_odds": reason.log_odds,
        "masked_log_odds": reason.masked_log_odds,
        "error": reason.error,
    }


def _padded(word: str) -> str:
    """At most LONGEST_WORD cells wide, and exactly so when shorter; a wide sign takes two."""
    kept = ""
    for sign in word:
        if cell_len(kept + sign) > LONGEST_WORD - 1:
            kept += "…"
            break
        kept += sign
    return kept + " " * (LONGEST_WORD - cell_len(kept))


def _bar(share: float) -> str:
    eighths = round(share * WIDTH * 8)
    full, rest = divmod(eighths, 8)
    text = "█" * full + (EIGHTHS[rest] if rest else "")
    return f"{text:<{WIDTH}}"
