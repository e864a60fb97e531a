"""Everything the wallet works with, made once from the settings and passed on; the commands use it too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from standard.fetch import Fetcher
from standard.model import Did
from standard.resolution import (
    ChainResolver,
    FolderResolver,
    NetworkResolver,
    Resolver,
    SelfContainedResolver,
)
from standard.trust import TrustedOrganisation, TrustRoot, follow, read_root
from standard.verification import VerificationPolicy
from wallet.database import make_engine
from wallet.key_slots import Argon2Cost
from wallet.logins import LoginLimits
from wallet.settings import WalletSettings

FETCH_SECONDS: Final = 15.0
FETCH_LIMIT_BYTES: Final = 8 << 20


@dataclass(frozen=True, slots=True)
class Services:
    """What routes and commands need, ready to use."""

    settings: WalletSettings
    engine: Engine
    fetcher: Fetcher
    resolver: Resolver
    trust_root: TrustRoot | None
    clock: Callable[[], datetime]

    @property
    def cost(self) -> Argon2Cost:
        """What a passphrase derivation costs."""
        return Argon2Cost(self.settings.argon2_memory_kib, self.settings.argon2_passes)

    @property
    def limits(self) -> LoginLimits:
        """How long a login lasts."""
        idle = timedelta(minutes=self.settings.session_idle_minutes)
        return LoginLimits(idle=idle, whole=timedelta(hours=self.settings.session_hours))

    @property
    def policy(self) -> VerificationPolicy:
        """How the wallet judges what it receives, as of now."""
        return VerificationPolicy(
            now=self.clock(),
            trust_roots=(self.trust_root,) if self.trust_root else (),
            status_max_age=timedelta(days=self.settings.status_max_age_days),
            expected_challenge=None,
            expected_domain=None,
        )

    @property
    def demonstration(self) -> bool:
        """Whether the pinned root is one that only demonstrates."""
        return self.trust_root is not None and self.trust_root.demonstration

    def organisation(self, issuer: Did) -> TrustedOrganisation | None:
        """Look an organisation up on the trust list; None when it is not there, or the list is not."""
        if self.trust_root is None:
            return None
        reached = follow(self.trust_root, self.resolver.resolve, self.clock())
        return reached.trust_list.organisation(issuer) if reached.trust_list else None


def open_services(settings: WalletSettings, *, clock: Callable[[], datetime] | None = None) -> Services:
    """Make everything from the settings; nothing is fetched or written yet."""
    fetcher = Fetcher(
        loopback_hosts=settings.loopback_hosts,
        timeout_seconds=FETCH_SECONDS,
        limit_bytes=FETCH_LIMIT_BYTES,
    )
    folders = [FolderResolver(settings.documents)] if settings.documents is not None else []
    return Services(
        settings=settings,
        engine=make_engine(settings.resolved_database_url),
        fetcher=fetcher,
        resolver=ChainResolver(SelfContainedResolver(), *folders, NetworkResolver(fetcher)),
        trust_root=_trust_root(settings.trust_root),
        clock=clock or _now,
    )


def _trust_root(path: Path | None) -> TrustRoot | None:
    return read_root(path.read_bytes()) if path is not None else None


def _now() -> datetime:
    return datetime.now(UTC)
