"""Everything the wallet works with, made once from the settings and passed on; the commands use it too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.x509 import Certificate
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
from standard.sd_jwt.certificates import read_anchors
from standard.trust import TrustedOrganisation, TrustRoot, follow, read_root
from standard.verification import VerificationPolicy
from wallet.database import make_engine
from wallet.key_slots import Argon2Cost
from wallet.logins import LoginLimits
from wallet.settings import WalletSettings

FETCH_SECONDS: Final = 15.0
HASTY_FETCH_SECONDS: Final = 4.0
FETCH_LIMIT_BYTES: Final = 8 << 20


@dataclass(frozen=True, slots=True)
class Services:
    """What routes and commands need, ready to use.

    `hasty_fetcher` is for what is asked in passing, while the worker waits for another page.
    """

    settings: WalletSettings
    engine: Engine
    fetcher: Fetcher
    hasty_fetcher: Fetcher
    resolver: Resolver
    trust_roots: tuple[TrustRoot, ...]
    x509_anchors: tuple[Certificate, ...]
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
            trust_roots=self.trust_roots,
            status_max_age=timedelta(days=self.settings.status_max_age_days),
            expected_challenge=None,
            expected_domain=None,
            x509_anchors=self.x509_anchors,
        )

    @property
    def demonstration(self) -> bool:
        """Whether any pinned root is one that only demonstrates."""
        return any(root.demonstration for root in self.trust_roots)

    def organisation(self, issuer: Did) -> TrustedOrganisation | None:
        """Look an organisation up on the trust lists, the most trusted first; None when it is on none."""
        for root in self.trust_roots:
            trust_list = follow(root, self.resolver.resolve, self.clock()).trust_list
            found = trust_list.organisation(issuer) if trust_list else None
            if found is not None:
                return found
        return None


def open_services(settings: WalletSettings, *, clock: Callable[[], datetime] | None = None) -> Services:
    """Make everything from the settings; nothing is fetched or written yet."""
    fetcher, hasty_fetcher = (
        Fetcher(
            loopback_hosts=settings.loopback_hosts, timeout_seconds=seconds, limit_bytes=FETCH_LIMIT_BYTES
        )
        for seconds in (FETCH_SECONDS, HASTY_FETCH_SECONDS)
    )
    folders = [FolderResolver(settings.documents)] if settings.documents is not None else []
    return Services(
        settings=settings,
        engine=make_engine(settings.resolved_database_url),
        fetcher=fetcher,
        hasty_fetcher=hasty_fetcher,
        resolver=ChainResolver(SelfContainedResolver(), *folders, NetworkResolver(fetcher)),
        trust_roots=tuple(read_root(path.read_bytes()) for path in settings.trust_roots),
        x509_anchors=tuple(each for path in settings.x5c_anchors for each in read_anchors(path.read_bytes())),
        clock=clock or _now,
    )


def _now() -> datetime:
    return datetime.now(UTC)
