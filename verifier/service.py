"""What every request shares: the pinned roots, where documents come from, the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from cryptography.x509 import Certificate
from fastapi import Depends, Request
from sqlalchemy import Engine

from standard.fetch import Fetcher
from standard.resolution import (
    ChainResolver,
    FolderResolver,
    NetworkResolver,
    Resolver,
    SelfContainedResolver,
)
from standard.sd_jwt.certificates import read_anchors
from standard.trust import TrustRoot, read_root
from standard.verification import VerificationPolicy
from verifier.database import make_engine
from verifier.documents import CachingResolver
from verifier.intake import ChildPool
from verifier.judgement import Judgement, judge
from verifier.settings import VerifierSettings

_FETCH_SECONDS: Final = 6.0
_FETCH_LIMIT_BYTES: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Service:
    """One running verifier.

    Attributes:
        resolver: asks the network through the cache.
        direct_resolver: asks the network each time, for the VC-API: what was just revoked shows at once.
    """

    trust_roots: tuple[TrustRoot, ...]
    x509_anchors: tuple[Certificate, ...]
    engine: Engine
    resolver: Resolver
    direct_resolver: Resolver
    pool: ChildPool
    status_max_age: timedelta
    now: Callable[[], datetime]

    @property
    def policy(self) -> VerificationPolicy:
        """What is demanded of something that is handed in now."""
        return VerificationPolicy(
            now=self.now(),
            trust_roots=self.trust_roots,
            status_max_age=self.status_max_age,
            expected_challenge=None,
            expected_domain=None,
            x509_anchors=self.x509_anchors,
        )

    def judge(self, data: bytes) -> Judgement:
        """Verify what was handed in, now, under the pinned roots."""
        return judge(data, policy=self.policy, resolver=self.resolver, pool=self.pool)


def service_from(settings: VerifierSettings, *, now: Callable[[], datetime] | None = None) -> Service:
    """Build the service that the settings describe."""
    clock = now or _utc_now
    engine = make_engine(settings.resolved_database_url)
    near, network = _near(settings), _network(settings)
    cache = [CachingResolver(engine, network, max_age=settings.cache_age, now=clock)] if network else []
    return Service(
        trust_roots=tuple(read_root(path.read_bytes()) for path in settings.trust_roots),
        x509_anchors=tuple(each for path in settings.x5c_anchors for each in read_anchors(path.read_bytes())),
        engine=engine,
        resolver=ChainResolver(*near, *cache),
        direct_resolver=ChainResolver(*near, *([network] if network else [])),
        pool=ChildPool(settings.children, settings.wait_seconds),
        status_max_age=settings.status_max_age,
        now=clock,
    )


def _near(settings: VerifierSettings) -> list[Resolver]:
    """What answers at once: the identifier itself, and the folder."""
    folder: list[Resolver] = [FolderResolver(settings.documents)] if settings.documents else []
    return [SelfContainedResolver(), *folder]


def _network(settings: VerifierSettings) -> Resolver | None:
    if settings.offline:
        return None
    fetcher = Fetcher(
        loopback_hosts=settings.loopback_hosts,
        timeout_seconds=_FETCH_SECONDS,
        limit_bytes=_FETCH_LIMIT_BYTES,
    )
    return NetworkResolver(fetcher)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(_service)]
