"""What the verifier is told from outside: environment variables with the prefix `VERIFIER_`."""

from __future__ import annotations

import os
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from verifier.intake import UPLOAD_LIMIT_BYTES


class VerifierSettings(BaseSettings):
    """Settings of one verifier service; `create_app` and the commands take them as an argument."""

    model_config = SettingsConfigDict(
        env_prefix="VERIFIER_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    base_url: str = Field("http://127.0.0.1:8103", description="the address that people type or scan")
    host: str = Field("127.0.0.1", description="the address to listen on")
    port: int = Field(8103, ge=0, le=65535)
    data_dir: Path = Field(Path("data/verifier"), description="holds the database unless a URL is set")
    database_url: str = Field("", description="SQLAlchemy URL; empty means SQLite in the data directory")
    trust_roots: tuple[Path, ...] = Field(
        (), description="files with pinned trust roots, the most trusted first; without one nothing is valid"
    )
    x5c_anchors: tuple[Path, ...] = Field(
        (), description="PEM files with certificate authorities that may vouch for unlisted issuers"
    )
    documents: Path | None = Field(None, description="folder with evidence that is used before the network")
    offline: bool = Field(False, description="never use the network: only the documents folder")
    loopback_hosts: frozenset[str] = Field(
        frozenset(), description="development only: host:port pairs that may be fetched over plain HTTP"
    )
    status_max_age_days: PositiveInt = Field(7, description="an older status list says nothing")
    cache_minutes: NonNegativeInt = Field(
        15, description="a fetched document is not fetched again for this long"
    )
    upload_limit_bytes: PositiveInt = Field(UPLOAD_LIMIT_BYTES, description="larger requests are refused")
    children: PositiveInt = Field(2, description="files that are taken apart at the same time")
    wait_seconds: PositiveFloat = Field(10.0, description="how long a request waits for its turn")

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_variables(cls, given: Any) -> Any:
        """A misspelt or renamed variable would otherwise leave its default in force, unnoticed."""
        known = {f"VERIFIER_{name}".upper() for name in cls.model_fields}
        for name in os.environ:
            if name.upper().startswith("VERIFIER_") and name.upper() not in known:
                near = get_close_matches(name.upper(), known, n=1)
                raise ValueError(f"{name} is not a setting" + (f"; {near[0]} is" if near else ""))
        return given

    @property
    def resolved_database_url(self) -> str:
        """The database to use: the one that was set, else SQLite in the data directory."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'verifier.sqlite3'}"

    @property
    def secure(self) -> bool:
        """Whether readers reach the verifier over https."""
        return self.base_url.startswith("https://")

    @property
    def status_max_age(self) -> timedelta:
        """How old a status list may be."""
        return timedelta(days=self.status_max_age_days)

    @property
    def cache_age(self) -> timedelta:
        """How long a fetched document counts as fresh."""
        return timedelta(minutes=self.cache_minutes)
