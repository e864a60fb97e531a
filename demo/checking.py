"""The reader's part: everything a third party needs without a network, and the verdict on each file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from demo.holding import write_copies
from demo.issuing import ClaimLink
from issuer import organisations
from issuer.life import status
from issuer.samples import SAMPLES
from issuer.service import Service as IssuerService
from issuer.store import copies as copies_store
from issuer.store import offers as offers_store
from standard.dids import did_key, did_key_method
from standard.fetch import Fetcher
from standard.keys import KeySigner, PrivateKey
from standard.resolution import ChainResolver, FolderResolver, SelfContainedResolver
from standard.trust import TrustRoot
from standard.verification import VerificationPolicy
from verifier.intake import ChildPool
from verifier.judgement import Judgement, judge
from wallet import receive
from wallet.offers import open_offer
from wallet.services import Services as WalletServices

STATUS_MAX_AGE = timedelta(days=7)
REVOCATION_REASON = "De gegevens hoorden bij iemand anders."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verifier said about one file."""

    file: str
    outcome: str
    reasons: tuple[str, ...]
    demonstration: bool


def withdraw_one(service: IssuerService, services: WalletServices, link: ClaimLink, folder: Path) -> None:
    """Let another worker claim, withdraw the statements, and keep the copies as files."""
    key = PrivateKey.generate("P-256")
    signer = KeySigner(key, did_key_method(did_key(key.public_key)))
    opened = open_offer(link.link, fetcher=services.fetcher)
    received = receive.accept(
        opened, link.transaction_code, fetcher=services.fetcher, signer=signer, policy=services.policy,
        resolver=services.resolver,
    )  # fmt: skip
    with service.database.writing() as session:
        organisation = organisations.by_slug(session, link.slug)
        offer_id = link.link.rsplit("/", 1)[-1]
        for statement in offers_store.offered_statements(session, offer_id):
            status.revoke(session, organisation, statement.id, reason=REVOCATION_REASON, now=service.clock())
    write_copies(folder, received.copies)


def collect_documents(service: IssuerService, fetcher: Fetcher, folder: Path) -> int:
    """Fetch what organisations publish, over HTTP, and lay it beside the trust list; count the files."""
    base = service.settings.base_url
    for sample in SAMPLES:
        own = f"{base}/org/{sample.slug}"
        _save(fetcher, f"{own}/did.json", folder / f"{sample.slug}.did.json")
        for number in _list_numbers(service, sample.slug):
            _save(fetcher, f"{own}/status/{number}", folder / f"{sample.slug}.status-{number}.json")
            _save(
                fetcher,
                f"{own}/status/{number}/suspension",
                folder / f"{sample.slug}.suspension-{number}.json",
            )
            _save(fetcher, f"{own}/status/{number}/token", folder / f"{sample.slug}.status-{number}.jwt")
    return sum(1 for _ in folder.iterdir())


def _list_numbers(service: IssuerService, slug: str) -> list[int]:
    with service.database.reading() as session:
        organisation = organisations.by_slug(session, slug)
        lists = copies_store.status_lists(session, organisations.identity(organisation))
        return [each.number for each in lists]


def _save(fetcher: Fetcher, url: str, path: Path) -> None:
    response = fetcher.get(url, accept="*/*")
    if response.status != 200:
        raise RuntimeError(f"{url} answered {response.status}")
    path.write_bytes(response.body)


def judge_files(out: Path, root: TrustRoot, service: IssuerService) -> list[Verdict]:
    """Verify every file that was made, offline, as a stranger would who pins the root."""
    resolver = ChainResolver(SelfContainedResolver(), FolderResolver(out / "documents"))
    policy = VerificationPolicy(
        now=service.clock(),
        trust_roots=(root,),
        status_max_age=STATUS_MAX_AGE,
        expected_challenge=None,
        expected_domain=None,
    )
    pool = ChildPool(1, 60.0)
    names = ["kluscv.pdf", "kluscv.presentation.json", "kluscv-qr.png", "kluscv-qr.txt"]
    files = [out / name for name in names]
    files += sorted((out / "credentials").rglob("*.*")) + sorted((out / "revoked").iterdir())
    return [
        _verdict(path.relative_to(out), judge(path.read_bytes(), policy=policy, resolver=resolver, pool=pool))
        for path in files
    ]


def _verdict(name: Path, judgement: Judgement) -> Verdict:
    failed = tuple(
        f"{check.code.value}: {check.reason}"
        for check in judgement.result.checks
        if check.state.value in ("failed", "indeterminate")
    )
    return Verdict(str(name), judgement.result.outcome.value, failed, judgement.result.demonstration)
