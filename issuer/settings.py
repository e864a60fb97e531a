"""Settings of the issuer, from environment variables that begin with `ISSUER_`."""

from __future__ import annotations

import os
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from issuer.keyring.far_keys import Token, http_transport
from standard.signers.kms import Transport

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


class IssuerSettings(BaseSettings):
    """What differs between one installation of the issuer and another."""

    model_config = SettingsConfigDict(env_prefix="ISSUER_", extra="forbid", hide_input_in_errors=True)

    data_dir: Path = Field(Path("data/issuer"), description="where the default database and the keys live")
    database_url: str = Field("", description="sqlite:///… or postgresql+psycopg://…; empty: in data_dir")
    keys_dir: Path | None = Field(None, description="where private keys live; empty: keys/ in data_dir")
    keys_passphrase: SecretStr | None = Field(None, description="encrypts the key files when set")
    pkcs11_module: Path | None = Field(None, description="the library of a hardware module with keys")
    pkcs11_token: str = Field("", description="the label of its token")
    pkcs11_pin: SecretStr = Field(SecretStr(""), description="the PIN of the token's user")
    kms_endpoint: str = Field("", description="https://… of a key service with keys")
    kms_token: SecretStr = Field(SecretStr(""), description="the bearer token that the key service asks for")
    backup_passphrase: SecretStr | None = Field(None, description="seals backups; asked for when empty")
    base_url: str = Field("http://127.0.0.1:8101", description="the public address of this service")
    wallet_url: str = Field("http://127.0.0.1:8102", description="the wallet that claim pages link to")
    host: str = Field("127.0.0.1", description="the address to listen on")
    port: int = Field(8101, ge=0, le=65535)
    processes: int = Field(1, ge=1, le=64, description="that answer requests; more than one shares a port")

    login_link_minutes: int = Field(24 * 60, gt=0)
    link_log_in: bool = Field(
        False, description="demonstration only: a login link lets in by itself, without passkey or password"
    )
    session_hours: int = Field(12, gt=0, description="after which an operator logs in again at the latest")
    session_idle_minutes: int = Field(60, gt=0, description="after which a session that nobody uses ends")
    set_up_minutes: int = Field(30, gt=0, description="time to choose how to log in, after an invitation")
    confirmation_minutes: int = Field(
        10, gt=0, description="how long a log-in counts for work on keys and operators"
    )
    offer_days: int = Field(30, gt=0)
    access_token_minutes: int = Field(60, gt=0)
    nonce_minutes: int = Field(5, gt=0)
    tx_code_attempts: int = Field(5, gt=0)
    time_zone: str = Field("Europe/Amsterdam", description="in which pages tell the time")
    status_max_age_seconds: int = Field(
        300, ge=0, le=840, description="how long a status list may be cached; visible in 15 minutes at most"
    )
    status_restamp_hours: int = Field(12, gt=0, description="when an unchanged list is signed anew")
    keep_preview_days: int = Field(7, gt=0, description="how long an export waits for a yes")
    keep_refused_row_days: int = Field(90, gt=0, description="how long it is told what was wrong with a row")
    keep_offer_days: int = Field(90, gt=0, description="how long a claim link that is over is remembered")
    keep_answer_days: int = Field(7, gt=0, description="how long a repeated request gets its first answer")
    keep_delivery_days: int = Field(30, gt=0, description="how long messages to webhooks are remembered")
    keep_job_days: int = Field(90, gt=0, description="how long it is told what became of bulk work")
    upload_limit_bytes: int = Field(512 * 2**20, gt=0)
    job_processes: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=0,
        description="processes for bulk work: of the service on SQLite, of each worker on PostgreSQL",
    )
    job_stalled_seconds: int = Field(
        30, gt=0, description="how long a worker may be silent before others take over what it did"
    )
    loopback_hosts: frozenset[str] = Field(
        frozenset(), description="development only: host:port pairs that may be called over plain HTTP"
    )
    webhook_poll_seconds: float = Field(2, gt=0, description="pause between looks for webhooks to send")
    api_token_minutes: int = Field(10, gt=0, description="how long a program's access token works")
    api_key_days: int = Field(365, gt=0, description="how long a new API key works")
    api_calls_per_minute: int = Field(600, gt=0, description="steady rate of one program")
    api_burst: int = Field(100, gt=0, description="calls at once beyond the steady rate")
    vc_api: bool = Field(
        False, description="also issue credentials of any kind, to anybody, with keys of the service's own"
    )

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_variables(cls, given: Any) -> Any:
        """A misspelt or renamed variable would otherwise leave its default in force, unnoticed."""
        known = {f"ISSUER_{name}".upper() for name in cls.model_fields}
        for name in os.environ:
            if name.upper().startswith("ISSUER_") and name.upper() not in known:
                near = get_close_matches(name.upper(), known, n=1)
                raise ValueError(f"{name} is not a setting" + (f"; {near[0]} is" if near else ""))
        return given

    @model_validator(mode="after")
    def _check_addresses(self) -> Self:
        for address in (self.base_url, self.wallet_url):
            parts = urlsplit(address)
            if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK_NAMES):
                raise ValueError("an address must be https://, or http:// on this machine")
            if parts.query or parts.fragment or address.endswith("/"):
                raise ValueError("an address has no query, no fragment and no slash at its end")
        if urlsplit(self.base_url).path:
            raise ValueError("the public address has no path: DIDs and well-known addresses hang on its host")
        return self

    @field_validator("time_zone")
    @classmethod
    def _check_zone(cls, name: str) -> str:
        try:
            return ZoneInfo(name).key
        except (KeyError, OSError, ValueError) as error:
            raise ValueError("no such time zone") from error

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'issuer.sqlite3').absolute()}"

    @property
    def keys_folder(self) -> Path:
        """The folder of the private keys."""
        return self.keys_dir or self.data_dir / "keys"

    @property
    def passphrase(self) -> bytes | None:
        """The passphrase of the key files, as bytes."""
        return self.keys_passphrase.get_secret_value().encode() if self.keys_passphrase else None

    @property
    def pkcs11(self) -> Token | None:
        """The token with organisations' keys, where there is one."""
        if self.pkcs11_module is None:
            return None
        return Token(self.pkcs11_module, self.pkcs11_token, self.pkcs11_pin.get_secret_value())

    @property
    def kms(self) -> Transport | None:
        """The way to the key service with organisations' keys, where there is one."""
        if not self.kms_endpoint:
            return None
        return http_transport(self.kms_endpoint, self.kms_token.get_secret_value())

    @property
    def public_host(self) -> str:
        """Host and port of the public address, as they stand in a did:web."""
        return urlsplit(self.base_url).netloc

    @property
    def secure_cookies(self) -> bool:
        """Whether browsers reach this service over https."""
        return self.base_url.startswith("https://")

    @property
    def offer_lifetime(self) -> timedelta:
        """How long a claim link works."""
        return timedelta(days=self.offer_days)
