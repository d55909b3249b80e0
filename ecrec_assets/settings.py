"""Every setting of ecrec, in one place. Environment variables `ECREC_*` override the defaults."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).parent.parent


class Settings(BaseSettings):
    """Where ecrec keeps its state and how much of the machine it may use."""

    model_config = SettingsConfigDict(env_prefix="ECREC_", frozen=True)

    home: Path = Field(Path(".ecrec"), description="folder of all state; only lake/mends cannot be made again")
    expectations: Path = Field(default=PROJECT / "expectations", description="folder of the contracts")
    source: Path | None = Field(None, description="folder with the eight raw tables; default: The Complete Journey")
    shop: Path | None = Field(None, description="an ecrec.yaml, or its folder; default: ./ecrec.yaml, if any")
    landing: Path | None = Field(default=None, description="folder watched for new files; default: home/landing")
    base_model: str | None = Field(None, description="folder or hub name; default: the checkpoint in the wheel")
    mlflow_uri: str | None = Field(default=None, description="default: sqlite:///home/mlflow.db")
    threads: int = Field(default=2, ge=1, description="processor threads for training and linear algebra")
    host: str = Field(default="127.0.0.1", description="address the pages are served on")
    dagster_port: int = 3000
    mlflow_port: int = 5000
    report_port: int = 8090

    @property
    def root(self) -> Path:
        return self.home.expanduser().resolve()

    @property
    def shop_file(self) -> Path | None:
        """The shop that is built; None: The Complete Journey."""
        file = self.shop or Path("ecrec.yaml")
        file = file.expanduser() / "ecrec.yaml" if file.expanduser().is_dir() else file.expanduser()
        return file.resolve() if self.shop or file.is_file() else None

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def reports(self) -> Path:
        return self.root / "gx"

    @property
    def models(self) -> Path:
        return self.root / "models"

    @property
    def landing_folder(self) -> Path:
        return self.landing or self.root / "landing"

    @property
    def tracking_uri(self) -> str:
        return self.mlflow_uri or f"sqlite:///{self.root / 'mlflow.db'}"

    @property
    def report_url(self) -> str:
        return f"http://{self.host}:{self.report_port}"


@cache
def get_settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
