"""What the wallet is told from outside: environment variables with the prefix `WALLET_`."""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import Field, PositiveInt, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PASSPHRASE_VARIABLE: Final = "WALLET_PASSPHRASE"  # noqa: S105 - a name, not a passphrase
"""Read by the commands alone: a service that serves several people has no passphrase."""


class WalletSettings(BaseSettings):
    """Settings of one wallet service; `create_app` and the commands take them as an argument."""

    model_config = SettingsConfigDict(
        env_prefix="WALLET_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    base_url: str = Field("http://127.0.0.1:8102", description="the address of the wallet")
    host: str = Field("127.0.0.1", description="the address to listen on")
    port: int = Field(8102, ge=0, le=65535)
    data_dir: Path = Field(Path("data/wallet"), description="database (unless a URL is set) and the PDF key")
    database_url: str = Field("", description="SQLAlchemy URL; empty means SQLite in the data directory")
    checker_url: str = Field("http://127.0.0.1:8103", description="the checker that a QR code points to")
    trust_roots: tuple[Path, ...] = Field(
        (), description="files with pinned trust roots, the most trusted first"
    )
    x5c_anchors: tuple[Path, ...] = Field(
        (), description="PEM files with certificate authorities that may vouch for unlisted issuers"
    )
    documents: Path | None = Field(None, description="folder with evidence to use before the network")
    loopback_hosts: frozenset[str] = Field(
        frozenset(), description="development only: host:port pairs that may be fetched over plain HTTP"
    )
    status_max_age_days: PositiveInt = Field(7, description="an older status list says nothing")
    session_idle_minutes: PositiveInt = Field(30, description="an unused session closes after this")
    session_hours: PositiveInt = Field(12, description="every session closes after this")
    argon2_memory_kib: PositiveInt = Field(65_536, description="memory of one passphrase derivation")
    argon2_passes: PositiveInt = Field(3, description="passes of one passphrase derivation")

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_variables(cls, given: Any) -> Any:
        """A misspelt or renamed variable would otherwise leave its default in force, unnoticed."""
        known = {f"WALLET_{name}".upper() for name in cls.model_fields} | {PASSPHRASE_VARIABLE}
        for name in os.environ:
            if name.upper().startswith("WALLET_") and name.upper() not in known:
                near = get_close_matches(name.upper(), known, n=1)
                raise ValueError(f"{name} is not a setting" + (f"; {near[0]} is" if near else ""))
        return given

    @property
    def resolved_database_url(self) -> str:
        """The database to use: the one that was set, else SQLite in the data directory."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'wallet.sqlite3'}"

    @property
    def secure(self) -> bool:
        """Whether workers reach the wallet over https."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def checker_host(self) -> str:
        """The checker as a person types it: host and, when it is not the usual one, port."""
        return urlsplit(self.checker_url).netloc
