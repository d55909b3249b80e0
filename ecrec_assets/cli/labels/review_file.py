"""The file suspect labels are reviewed in: what is written, and what was decided when it comes back."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple, cast

import polars as pl

from ecrec_assets.cli.quarantine.cells import TEXT, cell_of
from ecrec_assets.cli.quarantine.mend_file import BYTE_ORDER_MARK
from ecrec_assets.prepare.label_noise.decisions import Decision, Verdict
from ecrec_assets.prepare.label_noise.review import at_length, in_short

COLUMNS = (
    "rank",
    "query_id",
    "text",
    "words",
    "given",
    "suggested",
    "score",
    "decision",
    "label",
    "start",
    "end",
    "tokens",
)
VERDICTS = ("keep", "change", "drop")


class ReviewFileError(ValueError):
    """A review that cannot be read; the message names the line."""


class Review(NamedTuple):
    """What was decided, and how many lines nobody decided about."""

    decisions: tuple[Decision, ...]
    open: int


def write_review(pieces: pl.DataFrame, path: Path) -> None:
    """One line a piece of a query (`review_pieces`), worst first. `decision` and `label` are empty."""
    if not path.parent.is_dir():
        raise ReviewFileError(f"{path}: there is no folder {path.parent}")
    draft = path.with_name(path.name + ".draft")
    draft.touch(mode=0o600)  # may hold what people typed: for its owner only
    with draft.open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        file.write(BYTE_ORDER_MARK)
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for rank, row in enumerate(pieces.iter_rows(named=True), start=1):
            writer.writerow(_line(rank, row))
    draft.replace(path)


def read_review(path: Path, types: Sequence[str], *, by: str, at: str, why: str = "") -> Review:
    """The decisions in a file that `write_review` wrote and a person filled in. ReviewFileError names the line."""
    decisions: dict[str, Decision] = {}
    places: dict[str, str] = {}
    unread = 0
    for place, cells in _lines(path):
        if cells["decision"].strip():
            try:
                decision = _decision(cells, types, by=by, at=at, why=why)
            except (ValueError, TypeError) as error:
                raise ReviewFileError(f"{place}: {error}") from error
            if decision.id in places:
                raise ReviewFileError(f"{place}: the same words are also decided in {places[decision.id]}: keep one")
            decisions[decision.id], places[decision.id] = decision, place
        elif cells["label"].strip():
            raise ReviewFileError(f"{place}: there is a label but no decision; write change under 'decision'")
        else:
            unread += 1
    return Review(tuple(decisions.values()), unread)


def _line(rank: int, row: dict[str, Any]) -> list[str]:
    tokens, start, end = row["tokens"], row["start"], row["end"]
    texts = (
        row["query_id"],
        " ".join(tokens),
        " ".join(tokens[start:end]),
        in_short(row["given"]),
        in_short(row["suggested"]),
    )
    numbers = (str(rank), f"{row['score']:.4f}", str(start), str(end))
    return [numbers[0], *map(cell_of, texts), numbers[1], "", "", *numbers[2:], cell_of(json.dumps(tokens))]


def _decision(cells: dict[str, str], types: Sequence[str], *, by: str, at: str, why: str) -> Decision:
    verdict = cells["decision"].strip().lower()
    if verdict not in VERDICTS:
        raise ValueError(f"decision '{cells['decision'].strip()}' is none of {', '.join(VERDICTS)}")
    if cells["label"].strip() and verdict != "change":
        raise ValueError(f"a label is given, but the decision is '{verdict}'; write change, or empty the label")
    tokens, start, end = tuple(json.loads(_text(cells["tokens"]))), int(cells["start"]), int(cells["end"])
    given = at_length(_text(cells["given"]), end - start, types)
    said = _text(cells["label"]).strip() or _text(cells["suggested"])
    label = at_length(said, end - start, types) if verdict == "change" else None
    if label == given:
        verdict, label = "keep", None
    id_ = _text(cells["query_id"])
    return Decision(id_, tokens, start, end, given, cast(Verdict, verdict), label, by, at, why)


def _lines(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    with path.open(encoding="utf-8-sig", errors="surrogatepass", newline="") as file:
        header = file.readline()
        file.seek(0)
        lines = csv.reader(file, delimiter=max(",;\t", key=header.count), strict=True)
        try:
            names = [name.strip() for name in next(lines, [])]
            _check_header(path, names)
            for cells in lines:
                if any(cells):
                    place = f"{path}, line {lines.line_num}"
                    if len(cells) != len(names):
                        raise ReviewFileError(f"{place}: {len(cells)} cells, but line 1 names {len(names)} columns")
                    yield place, dict(zip(names, cells, strict=True))
        except csv.Error as error:
            raise ReviewFileError(f"{path}, line {lines.line_num}: {error}") from error


def _check_header(path: Path, names: list[str]) -> None:
    needed = ("query_id", "given", "suggested", "decision", "label", "start", "end", "tokens")
    missing = [name for name in needed if name not in names]
    if missing:
        near = get_close_matches(missing[0], names, n=1)
        hint = f" ('{near[0]}'?)" if near else ""
        raise ReviewFileError(
            f"{path}: there is no column {missing[0]}{hint}; use a file that 'ecrec labels suspects -o' wrote"
        )


def _text(cell: str) -> str:
    return cell.removeprefix(TEXT)
