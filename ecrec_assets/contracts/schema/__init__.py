"""The JSON schema of contract files, for editors that complete and check while one types."""

from __future__ import annotations

import json
from typing import Any

from ecrec_assets.contracts.schema.document import document

FILE_NAME = "contract.schema.json"


def json_schema() -> dict[str, Any]:
    """Draft 7, which the YAML language server, VS Code and JetBrains read."""
    return document()


def text() -> str:
    """The schema as a file."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"
