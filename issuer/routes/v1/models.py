"""The messages of the platform API, with the examples that stand in its description."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from issuer.tables import Import
from issuer.webhooks.events import Event

NEXT = "MjAyNi0xMS0yMlQxNjoyODoxNy41MjkzNTcrMDA6MDAgMGUyZDVlNmI"
Reason = Annotated[
    str,
    Field(
        min_length=1,
        max_length=300,
        description="why; stays with the organisation",
        examples=["mistake in the export"],
    ),
]
WorkerKey = Annotated[
    str, Field(min_length=1, max_length=200, description="your own key for the worker", examples=["W-1041"])
]


class Message(BaseModel):
    """Root of every message: unknown members are refused."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """An error (RFC 9457). `code` is stable; `detail` holds no personal data."""

    type: str = Field(examples=["https://w3id.org/kluscv/problems/not-found"])
    title: str = Field(examples=["not found"])
    status: int = Field(examples=[404])
    code: str = Field(examples=["not-found"])
    detail: str = Field(examples=["no such batch"])
    errors: list[dict[str, str]] | None = Field(
        default=None,
        description="where single fields are wrong: a `pointer` (RFC 6901), a stable `code`, `detail`",
        examples=[[{"pointer": "#/worked", "code": "hours", "detail": "no hours of this format"}]],
    )


class TokenAnswer(Message):
    """An access token (RFC 6749, "Successful Response")."""

    access_token: str = Field(examples=["kluscv_token_iyEJUNrGGQ6vC5rHgBFiZ4yYpNLvsY6nacDdj_tFGhE"])
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a scheme
    expires_in: int = Field(description="seconds", examples=[600])
    scope: str = Field(examples=["batches read"])


class Batch(Message):
    """An export that was read. `state` is reading, failed, preview, committing, committed or discarded."""

    id: UUID
    state: str = Field(examples=["preview"])
    fault: str | None = Field(
        description="why it failed: a stable code for what is wrong with the file as a whole",
        examples=["missing-columns"],
    )
    file_name: str = Field(description="empty: corrected by hand", examples=["2026-11.csv"])
    profile: str = Field(examples=["klusdag"])
    good_count: int = Field(description="rows that say something", examples=[214])
    cancelled_count: int = Field(description="gigs that did not take place", examples=[3])
    bad_count: int = Field(description="rows that were refused; see errors", examples=[2])
    worker_count: int = Field(examples=[41])
    updated_count: int | None = Field(
        description="statements that go on where an earlier one ended", examples=[40]
    )
    changed_count: int | None = Field(
        description="statements that say something else about days that an earlier one covers", examples=[1]
    )
    new_statement_count: int = Field(
        description="after the commit: statements that say something new", examples=[42]
    )
    created_at: datetime
    committed_at: datetime | None

    @classmethod
    def of(cls, read: Import) -> Batch:
        """Show what was read."""
        return cls.model_validate(read.model_dump(include=set(cls.model_fields)))


class RefusedRow(Message):
    """A row that could not be used. `row` counts from 1, the header included."""

    row: int = Field(examples=[17])
    column: str | None = Field(examples=["uren"])
    reason: str = Field(description="a stable code", examples=["number"])
    message: str = Field(examples=["not a number"])


class Statement(Message):
    """What the organisation states about a worker as of a day."""

    id: UUID
    worker: str = Field(description="your own key", examples=["W-1041"])
    type: str = Field(examples=["WorkHistoryCredential"])
    version: int = Field(examples=[2])
    as_of: date
    created_at: datetime
    revoked_at: datetime | None
    suspended_at: datetime | None


class Credential(Message):
    """One signed copy: one form for one key of the worker. What it says is not shown here."""

    id: UUID
    form: str = Field(examples=["dc+sd-jwt"])
    statements: list[UUID]
    signed_at: datetime
    status_list: int = Field(examples=[1])
    status_index: int = Field(examples=[94567])
    wallet_event: str | None = Field(
        description="what the wallet said it did with it", examples=["credential_accepted"]
    )


class RevokeRequest(Message):
    """Why something is withdrawn."""

    reason: Reason


class Revoked(Message):
    """The statements that were withdrawn; every copy of them with it."""

    statements: list[UUID]


class OfferRequest(Message):
    """Who is offered what is stated about her."""

    worker: WorkerKey


class Offer(Message):
    """A claim link. The link and the transaction code must reach the worker by two ways."""

    id: str = Field(examples=["8ZkD5mYBq1TcWvR0uHxLrj2A"])
    worker: str = Field(examples=["W-1041"])
    state: str = Field(description="open, redeemed, locked, cancelled or expired", examples=["open"])
    created_at: datetime
    expires_at: datetime
    redeemed_at: datetime | None
    claim_link: str = Field(examples=["https://bewijs.platform.example/claim/8ZkD"])
    credential_offer_uri: str = Field(examples=["https://bewijs.platform.example/offers/8ZkD"])
    transaction_code: str | None = Field(
        description="while the offer is open, for whoever may make offers", examples=["493536"]
    )


class Job(Message):
    """Bulk work. `state` is waiting, running, done or failed."""

    id: UUID
    kind: str = Field(examples=["offers"])
    state: str = Field(examples=["running"])
    total_count: int = Field(examples=[214])
    done_count: int = Field(description="handled, whether or not something was made", examples=[100])
    made_count: int = Field(description="what did not exist before", examples=[37])
    error_code: str | None = Field(examples=["unexpected"])
    created_at: datetime
    finished_at: datetime | None


class PushRequest(Message):
    """Where the worker wants the offer left: the address of her wallet's inbox."""

    inbox: str = Field(max_length=2_000, examples=["https://wallet.example/brievenbus/5mYB"])


class Pushed(Message):
    """An offer that lies in the wallet now; its transaction code still goes another way."""

    offer: str = Field(examples=["8ZkD5mYBq1TcWvR0uHxLrj2A"])


class PullRequest(Message):
    """Where an export can be fetched."""

    url: str = Field(max_length=2_000, examples=["https://platform.example/export.csv"])
    profile: str = Field(max_length=60, description="how to read it", examples=["klusdag"])


class WebhookRequest(Message):
    """An address that is told what happens."""

    url: str = Field(max_length=2_000, examples=["https://platform.example/kluscv"])
    events: list[Event] = Field(min_length=1, max_length=20, examples=[["batch.finished"]])


class Webhook(Message):
    """An address that is told what happens. Messages follow the Standard Webhooks specification."""

    id: str = Field(examples=["bcba49199b09b3c6"])
    url: str = Field(examples=["https://platform.example/kluscv"])
    events: list[Event]
    created_at: datetime
    disabled_at: datetime | None = Field(
        description="since when it is told nothing, because it took no message for days"
    )


class NewWebhook(Webhook):
    """An address with the secret that signs what it is sent."""

    secret: str = Field(description="check signatures with it", examples=["whsec_c2VjcmV0"])


class Delivery(Message):
    """One message. `state` is waiting, delivered or given-up."""

    id: UUID
    state: str = Field(examples=["delivered"])
    attempts: int = Field(examples=[1])
    last_answer: str | None = Field(description="an HTTP status, or why there was none", examples=["204"])
    created_at: datetime


class WebhookList(Message):
    """Every address, the oldest first."""

    items: list[Webhook]


class DeliveryList(Message):
    """The latest messages for an address."""

    items: list[Delivery]


class BatchPage(Message):
    """Batches, the latest first."""

    items: list[Batch]
    next: str | None = Field(
        description="pass it as `after`; null: this was the last page",
        examples=[NEXT],
    )


class RefusedRowPage(Message):
    """Refused rows in the order of the file."""

    items: list[RefusedRow]
    next: str | None = Field(examples=["217"])


class StatementPage(Message):
    """Statements, the latest first."""

    items: list[Statement]
    next: str | None = Field(examples=[NEXT])


class CredentialPage(Message):
    """Copies, the latest first."""

    items: list[Credential]
    next: str | None = Field(examples=[NEXT])


class OfferPage(Message):
    """Offers, the latest first."""

    items: list[Offer]
    next: str | None = Field(examples=[NEXT])
