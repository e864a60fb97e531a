"""The worker's part: claim what six organisations offer, choose, and make a KlusCV."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from demo.issuing import ClaimLink
from standard.model import DATA_INTEGRITY, Did, Form
from wallet import accounts, export, held, holder_key, receive
from wallet.compose import KlusCV
from wallet.database import migrate, transaction
from wallet.held import HeldCopy, HeldCredential
from wallet.offers import open_offer
from wallet.selection import Part, Selection, everything
from wallet.services import Services
from wallet.settings import WalletSettings

ACCOUNT = "fatima"
PASSPHRASE_WORDS = 5
LEFT_OUT = frozenset({"Veldkracht Techniek", "Oppaspunt"})
"""What Fatima keeps to herself this time; what the other four say fits in one QR code."""

SUFFIXES = {
    **dict.fromkeys(DATA_INTEGRITY, ".vc.json"),
    Form.SD_JWT: ".sd-jwt",
    Form.COMPACT: ".compact",
}
HEADLINE = "Keukenhulp, bediening en schoonmaak"
OWN_TEXT = (
    "Ik werk graag met anderen samen en ik ben altijd op tijd. "
    "Ik zoek vast werk in een keuken, het liefst in Utrecht, 24 tot 32 uur per week."
)
_WORDS = (
    "appel", "brood", "citroen", "druif", "eiland", "fiets", "gras", "haven", "jas", "koffie", "lamp",
    "molen", "noot", "oever", "peer", "regen", "stoel", "tulp", "veld", "water", "zomer",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MadeKlusCV:
    """Everything that Fatima hands over, and what she keeps."""

    kept: Sequence[HeldCredential]
    kluscv: KlusCV
    pdf: bytes
    qr_png: bytes


def new_passphrase() -> str:
    """Draw a passphrase for the demonstration's account."""
    return " ".join(secrets.choice(_WORDS) for _ in range(PASSPHRASE_WORDS))


def open_account(settings: WalletSettings, services: Services, passphrase: str) -> None:
    """Make the tables and Fatima's account."""
    migrate(settings.resolved_database_url)
    with transaction(services.engine) as session:
        accounts.register(session, ACCOUNT, passphrase, now=services.clock(), cost=services.cost)


def claim_and_compose(services: Services, passphrase: str, links: Sequence[ClaimLink]) -> MadeKlusCV:
    """Claim every link over HTTP, verify and keep what came, and make one KlusCV of it."""
    with transaction(services.engine) as session:
        attempt = accounts.Attempt(ACCOUNT, "127.0.0.1", services.clock())
        vault = accounts.log_in(session, attempt, passphrase, cost=services.cost)
        signer = holder_key.signer(vault)
        for link in links:
            opened = open_offer(link.link, fetcher=services.fetcher)
            received = receive.accept(
                opened, link.transaction_code, fetcher=services.fetcher, signer=signer,
                policy=services.policy, resolver=services.resolver,
            )  # fmt: skip
            held.keep(vault, held.put_received(vault, received).id)
        kept = held.all_held(vault)
        selection = choose(kept)
        made = export.make(vault, kept, selection, services=services)
        pdf = export.pdf_bytes(made, services=services)
        return MadeKlusCV(kept, made, pdf, export.qr_png(kept, selection, 1, services=services))


def choose(kept: Sequence[HeldCredential]) -> Selection:
    """Choose as a worker might: all lines of four organisations, the name, a few reviews, own words."""
    begun = everything(kept, title="Voor een restaurant", language="nl")
    by_id = {each.id: each for each in kept if each.issuer_name not in LEFT_OUT}
    organisations = [each for each in begun.organisations if each.held_id in by_id]
    shown = tuple(
        replace(each, places={**each.places, Part.REVIEW: _favourite(by_id[each.held_id])})
        for each in organisations
    )
    return replace(begun, headline=HEADLINE, own_text=OWN_TEXT, organisations=shown)


def _favourite(credential: HeldCredential) -> frozenset[int]:
    """Find the longest review in Dutch that gave the highest mark."""
    reviews = credential.ratings.reviews if credential.ratings else ()
    best = [
        (len(review.text), place)
        for place, review in enumerate(reviews)
        if review.language == "nl" and review.rating is not None and review.rating == review.best
    ]
    return frozenset({max(best)[1]}) if best else frozenset()


def write_credentials(folder: Path, kept: Sequence[HeldCredential], slugs: Mapping[Did, str]) -> None:
    """Write every copy as a file, in a folder per platform."""
    for credential in kept:
        write_copies(folder / slugs[credential.issuer], credential.copies)


def write_copies(folder: Path, copies: Sequence[HeldCopy]) -> None:
    """Write copies as `<n>.vc.json`, `<n>.sd-jwt` and `<n>.compact`, counted per form from 1."""
    folder.mkdir(parents=True, exist_ok=True)
    counts: Counter[str] = Counter()
    for copy in copies:
        suffix = SUFFIXES[copy.form]
        counts[suffix] += 1
        (folder / f"{counts[suffix]}{suffix}").write_text(copy.text, encoding="utf-8")
