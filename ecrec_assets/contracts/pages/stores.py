"""Where results and pages are kept: a file is there whole or not at all, and never holds every failing value."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from great_expectations.data_context.store import ValidationResultsStore
from great_expectations.data_context.store.tuple_store_backend import TupleFilesystemStoreBackend

from ecrec_assets.verdict import Verdict

ALL_FAILING = ("unexpected_list", "unexpected_index_list", "unexpected_index_query", "unexpected_rows", "details")


def write_whole(path: Path, content: bytes) -> None:
    """Writes beside the file and renames, so that a reader or a killed writer never leaves half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


class WholeFileBackend(TupleFilesystemStoreBackend):
    """Great Expectations' folder of files; several processes may write to it."""

    def _set(self, key: Any, value: str | bytes, **_: Any) -> str:
        path = Path(self.full_base_directory, self._convert_key_to_filepath(key))
        write_whole(path, value.encode() if isinstance(value, str) else value)
        return os.fspath(path)


class BriefResultsStore(ValidationResultsStore):
    """Keeps counts and a few examples of a result, whatever result format was asked for."""

    def serialize(self, value: Any) -> str:
        for result in value.results:
            # a quantile rule gives a bool of numpy, which JSON cannot hold (GX 1.24 with numpy 2.4)
            result.success = bool(result.success)
        found = json.loads(super().serialize(value))
        for result in found["results"]:
            result["result"] = {k: v for k, v in (result.get("result") or {}).items() if k not in ALL_FAILING}
        return json.dumps(found, ensure_ascii=False)


def stored_results(root: Path) -> Callable[[Verdict], dict[str, Any]]:
    """Reads the stored results of a verdict, by rule; none where none were stored. A run is named after its verdict."""
    from ecrec_assets.contracts.context import open_context

    store = open_context(root).validation_results_store
    keys = {key.run_id.run_name: key for key in store.list_keys()}

    def read(verdict: Verdict) -> dict[str, Any]:
        if verdict.id not in keys:
            return {}
        return {each.expectation_config.meta["rule"]: each for each in store.get(keys[verdict.id]).results}

    return read
