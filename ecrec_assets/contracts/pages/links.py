"""The way out of the report: to the run in Dagster, to the run in MLflow, and nowhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from ecrec_assets.settings import get_settings

RUN = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True)
class Links:
    """`dagster` is the address of its pages."""

    dagster: str

    def run(self, run_id: str) -> str:
        """Empty for what is no run of Dagster."""
        return f"{self.dagster}/runs/{run_id}" if RUN.fullmatch(run_id) else ""

    def model_run(self, address: str) -> str:
        """The address without a password; empty where it is none of a web page."""
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return ""
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def links() -> Links:
    """As the settings of this process say. A server for every address is reached by its name here."""
    settings = get_settings()
    host = "localhost" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104 (compared, not bound)
    return Links(f"http://{host}:{settings.dagster_port}")
