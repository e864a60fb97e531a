"""The running issuer: settings, database, keys and clock, handed to everything that needs them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from issuer.access.passkeys import RelyingParty
from issuer.access.sessions import SessionRules
from issuer.database import Database
from issuer.keyring.far_keys import HardwareKeys, ServiceKeys
from issuer.keyring.keys import KeyFolder
from issuer.life.status_lists import Publishing
from issuer.settings import IssuerSettings
from issuer.turns import Turns


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Service:
    """One running issuer."""

    settings: IssuerSettings
    database: Database
    keys: KeyFolder
    clock: Callable[[], datetime]
    turns: Turns = field(default_factory=Turns)
    stopping: Callable[[], bool] = lambda: False

    @classmethod
    def open(
        cls,
        settings: IssuerSettings,
        clock: Callable[[], datetime] = utc_now,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Service:
        """Prepare the service that settings describe; nothing connects yet.

        Args:
            settings: of the operator of the host.
            clock: tells the time.
            stopping: tells whether this process is to end, so that long work breaks off where it can go on.
        """
        keys = KeyFolder(
            settings.keys_folder,
            settings.passphrase,
            hardware=HardwareKeys(settings.pkcs11),
            service=ServiceKeys(settings.kms),
        )
        return cls(settings, Database(settings.database), keys, clock, stopping=stopping)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of those who read the pages."""
        return ZoneInfo(self.settings.time_zone)

    def local(self, moment: datetime) -> datetime:
        """A moment on the clock of those who read the pages."""
        return moment.astimezone(self.zone)

    def today(self) -> date:
        """The day on that clock."""
        return self.local(self.clock()).date()

    @property
    def session_rules(self) -> SessionRules:
        """How long operators stay logged in."""
        return SessionRules(
            lifetime=timedelta(hours=self.settings.session_hours),
            idle=timedelta(minutes=self.settings.session_idle_minutes),
            set_up=timedelta(minutes=self.settings.set_up_minutes),
            confirmation=timedelta(minutes=self.settings.confirmation_minutes),
        )

    @property
    def relying_party(self) -> RelyingParty:
        """Who asks operators for passkeys."""
        return RelyingParty(self.settings.base_url, self.keys.claim_code_key())

    def credential_issuer(self, slug: str) -> str:
        """The identifier of an organisation in OpenID4VCI."""
        return f"{self.settings.base_url}/org/{slug}"

    def status_base(self, slug: str) -> str:
        """The address that the number of a status list follows."""
        return f"{self.credential_issuer(slug)}/status/"

    def publishing(self, slug: str) -> Publishing:
        """How an organisation's status lists are published."""
        return Publishing(
            status_base=self.status_base(slug),
            restamp_after=timedelta(hours=self.settings.status_restamp_hours),
            ttl_seconds=max(self.settings.status_max_age_seconds, 1),
        )

    def offer_address(self, offer_id: str) -> str:
        """Where a wallet fetches an offer."""
        return f"{self.settings.base_url}/offers/{offer_id}"

    def claim_address(self, offer_id: str) -> str:
        """The page that a worker opens."""
        return f"{self.settings.base_url}/claim/{offer_id}"
