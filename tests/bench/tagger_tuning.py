"""What parameter-efficient tuning of the query tagger trains, costs and gives, beside tuning every weight.

python -m tests.bench.tagger_tuning                     the table; what was measured before is not measured again
python -m tests.bench.tagger_tuning --only lora         one method
python -m tests.bench.tagger_tuning --epochs 3 --threads 1 --results FILE

QueryNER: trained on train, span F1 on dev; test is not read. Each method runs in a process of its own, so that its
memory is its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl

DATA = Path(__file__).parents[3] / "shared" / "data" / "queryner"
METHODS: dict[str, dict[str, Any]] = {
    "full": {"learning_rate": 5e-4},
    "lora": {"tuning": "lora", "tuning_size": 16, "learning_rate": 3e-3},
    "adalora": {"tuning": "adalora", "tuning_size": 16, "learning_rate": 5e-3},
    "prefix": {"tuning": "prefix", "tuning_size": 20, "learning_rate": 1e-2},
    "adapter": {"tuning": "adapter", "tuning_size": 32, "learning_rate": 3e-3},
}


def queries() -> pl.DataFrame:
    """tokens, tags, split of train and validation."""
    parts = [
        pl.read_ndjson(DATA / f"{file}.bio.jsonl").select("tokens", tags="labels", split=pl.lit(split))
        for file, split in (("train", "train"), ("dev", "validation"))
    ]
    return pl.concat(parts)


def measured(method: str, *, epochs: int, threads: int) -> dict[str, Any]:
    """Trains once, in this process."""
    import torch

    from ecrec_assets.models.tagger.base import bundled_checkpoint
    from ecrec_assets.models.tagger.config import TaggerConfig
    from ecrec_assets.models.tagger.labels import LabelSet
    from ecrec_assets.models.tagger.train import train

    torch.set_num_threads(threads)
    rows = queries()
    types = sorted(LabelSet.of_tags(rows["tags"].explode()).types)
    config = TaggerConfig(epochs=epochs, batch_size=128, threads=threads, seed=1, **METHODS[method])
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        found = train(rows.lazy(), config, types=types, base=bundled_checkpoint(), folder=Path(folder))
        seconds = time.perf_counter() - started
        adapter = found.folder / "adapter" / "adapter.safetensors"
        file = adapter if adapter.exists() else found.folder / "model.safetensors"
        return {
            "method": method,
            **METHODS[method],
            "epochs": epochs,
            "threads": threads,
            "trained": trained_parameters(file, config),
            "file_mb": file.stat().st_size / 1e6,
            "seconds": seconds,
            "train_seconds": sum(row["train_seconds"] for row in found.history),
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "dev_f1": found.history[found.best]["validation_span_f1"],
        }


def trained_parameters(file: Path, config: Any) -> int:
    """Weights in the file, without the vectors of word pieces where they are frozen."""
    from safetensors import safe_open

    with safe_open(file, framework="np") as opened:
        sizes = {name: opened.get_slice(name).get_shape() for name in opened.keys()}  # noqa: SIM118  (no mapping)
    frozen = () if config.train_embeddings or config.tuning != "full" else ("word_embeddings",)
    kept = (shape for name, shape in sizes.items() if not any(part in name for part in frozen))
    return sum(_product(shape) for shape in kept)


def _product(shape: list[int]) -> int:
    count = 1
    for length in shape:
        count *= length
    return count


def table(rows: list[dict[str, Any]]) -> str:
    """Markdown."""
    lines = [
        "| tuning | trained weights | file | seconds an epoch | peak memory | dev F1 |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        name = row["method"] + (f" ({row['tuning_size']})" if "tuning_size" in row else "")
        lines.append(
            f"| {name} | {row['trained']:,} | {row['file_mb']:.1f} MB | {row['train_seconds'] / row['epochs']:.0f} | "
            f"{row['peak_mb']:,.0f} MB | {row['dev_f1']:.3f} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=METHODS)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--results", type=Path, default=Path(tempfile.gettempdir()) / "ecrec_tagger_tuning.jsonl")
    parser.add_argument("--here", action="store_true", help="measure --only in this process and print it as JSON")
    asked = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"{DATA} is not there; this benchmark needs QueryNER")
    if asked.here:
        print(json.dumps(measured(asked.only, epochs=asked.epochs, threads=asked.threads)))
        return
    for method in [asked.only] if asked.only else METHODS:
        if method not in {row["method"] for row in done(asked)}:
            measure_apart(method, asked)
    print(table(done(asked)))
    print(f"\n{asked.epochs} epochs, batch 128, {asked.threads} thread(s), one seed; kept in {asked.results}")


def done(asked: argparse.Namespace) -> list[dict[str, Any]]:
    """What was measured with the same settings before, in the order of METHODS."""
    lines = asked.results.read_text().splitlines() if asked.results.exists() else []
    wanted = {"epochs": asked.epochs, "threads": asked.threads}
    rows = [row for row in map(json.loads, lines) if wanted.items() <= row.items()]
    same = [row for row in rows if METHODS.get(row["method"], {}).items() <= row.items()]
    return sorted(same, key=lambda row: list(METHODS).index(row["method"]))


def measure_apart(method: str, asked: argparse.Namespace) -> None:
    command = [sys.executable, "-m", "tests.bench.tagger_tuning", "--here", "--only", method]
    command += ["--epochs", str(asked.epochs), "--threads", str(asked.threads)]
    line = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1]
    with asked.results.open("a") as file:
        file.write(line + "\n")


if __name__ == "__main__":
    main()
