from __future__ import annotations

import subprocess
import sys

from ecrec_assets.models.tagger.base import bundled_checkpoint


def test_the_bundled_checkpoint_is_complete_and_not_pickled() -> None:
    names = {path.name for path in bundled_checkpoint().iterdir()}
    assert {"model.safetensors", "config.json", "tokenizer.json"} <= names
    assert not [name for name in names if name.endswith((".bin", ".pt", ".pkl"))]


def test_finding_the_checkpoint_loads_no_model_library() -> None:
    code = (
        "import sys; from ecrec_assets.models.tagger.base import bundled_checkpoint; bundled_checkpoint();"
        "print(sorted({'sentence_transformers', 'torch', 'transformers'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
