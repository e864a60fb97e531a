"""The story, step by step, in words a newcomer follows; every step uses the real services over HTTP."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from demo import checking, holding, issuing, stewarding
from demo.servers import Address, free_address, running
from issuer.app import create_app as create_issuer
from issuer.samples import FATIMA, SAMPLES
from issuer.service import Service as IssuerService
from issuer.settings import IssuerSettings
from standard.model import Did
from standard.trust import TrustRoot, root_json
from verifier import database as verifier_database
from verifier.app import create_app as create_verifier
from verifier.settings import VerifierSettings
from wallet.app import create_app as create_wallet
from wallet.services import Services as WalletServices
from wallet.services import open_services
from wallet.settings import WalletSettings

PORTS = (8101, 8102, 8103)
WITHDRAWN_WORKER = "Tomasz Kowalczyk"
CONTEXT = Path(__file__).parents[1] / "standard" / "contexts" / "v1.jsonld"

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the story plays: its folder, and the settings of the three services."""

    out: Path
    issuer: IssuerSettings
    wallet: WalletSettings
    verifier: VerifierSettings
    addresses: tuple[Address, Address, Address]


@dataclass(frozen=True, slots=True)
class Played:
    """What is left when the story has been told: how to enter, and the verdicts."""

    operator_link: str
    account: str
    passphrase: str
    verdicts: tuple[checking.Verdict, ...]

    @property
    def as_expected(self) -> bool:
        """Whether everything verifies except what was withdrawn."""
        return all(
            (verdict.outcome == "invalid") == verdict.file.startswith("revoked/")
            and verdict.outcome != "indeterminate"
            for verdict in self.verdicts
        )


def set_stage(out: Path) -> Stage:
    """Clear the folder and decide where everything lives and listens."""
    if out.exists():
        _refuse_strange_folder(out)
        shutil.rmtree(out)
    state = out / "state"
    state.mkdir(mode=0o700, parents=True)
    issuer, wallet, verifier = addresses = tuple(free_address(port) for port in PORTS)
    loopback = frozenset(address.host for address in addresses)
    documents, root = out / "documents", out / "trust-root.json"
    documents.mkdir()
    return Stage(
        out,
        IssuerSettings(
            data_dir=state / "issuer", base_url=issuer.url, wallet_url=wallet.url, port=issuer.port,
            vc_api=True, loopback_hosts=loopback, link_log_in=True,
        ),
        WalletSettings(
            data_dir=state / "wallet", base_url=wallet.url, checker_url=verifier.url,
            trust_roots=(root,), documents=documents, loopback_hosts=loopback,
        ),
        VerifierSettings(
            data_dir=state / "verifier", base_url=verifier.url, port=verifier.port,
            trust_roots=(root,), documents=documents, loopback_hosts=loopback,
        ),
        (issuer, wallet, verifier),
    )  # fmt: skip


def _refuse_strange_folder(out: Path) -> None:
    """Only an earlier demonstration is ever deleted."""
    if any(out.iterdir()) and not (out / "state").is_dir():
        raise FileExistsError(f"{out} holds something other than an earlier demonstration")


def play(stage: Stage, tell: Tell) -> Played:
    """Play the whole story and leave its results in the folder."""
    service = IssuerService.open(stage.issuer)
    root = _platforms(stage, service, tell)
    services = open_services(stage.wallet)
    passphrase = holding.new_passphrase()
    with running(create_issuer(stage.issuer), stage.addresses[0]):
        _worker(stage, service, services, passphrase, tell)
        tell(f"7. {WITHDRAWN_WORKER} claims too, and Klusdag withdraws: wrong person. The copies stay real.")
        links = issuing.claim_links(service, WITHDRAWN_WORKER)
        checking.withdraw_one(service, services, links[0], stage.out / "revoked")
        count = checking.collect_documents(service, services.fetcher, stage.out / "documents")
    tell(f"8. {count} public documents are laid beside the files, so that no network is needed any more.")
    verdicts = tuple(checking.judge_files(stage.out, root, service))
    _report(stage, verdicts, tell)
    played = Played(issuing.operator_link(service), holding.ACCOUNT, passphrase, verdicts)
    services.engine.dispose()
    service.database.close()
    return played


def _platforms(stage: Stage, service: IssuerService, tell: Tell) -> TrustRoot:
    tell("1. Six platforms hand out their workers' history, each in its own kind of export.")
    exports = stage.out / "exports"
    issuing.write_exports(exports)
    issuing.open_organisations(service)
    tell("2. Each gets its own keys. The exports are read; what cannot be right is reported, not dropped.")
    for done in issuing.import_exports(service, exports):
        tell(
            f"   {done.organisation.name}: {done.good_count} rows, {done.cancelled_count} cancelled, "
            f"{done.bad_count} refused, {done.worker_count} workers"
        )
        if done.first_bad_row:
            tell(f"     refused: {done.first_bad_row}")
    root, trust_list = stewarding.sign_trust_list(service, service.clock())
    (stage.out / "trust-root.json").write_bytes(root_json(root))
    (stage.out / "documents" / "trust-list.json").write_bytes(trust_list)
    tell("3. A steward signs the list of platforms to trust. This root is a demonstration, made just now.")
    offered = issuing.offer_to_all(service)
    tell(f"4. {offered} workers get a claim link, and a code by another way. Nothing is signed yet.")
    return root


def _worker(
    stage: Stage, service: IssuerService, services: WalletServices, passphrase: str, tell: Tell
) -> None:
    out = stage.out
    holding.open_account(stage.wallet, services, passphrase)
    made = holding.claim_and_compose(services, passphrase, issuing.claim_links(service, FATIMA))
    copies = sum(len(each.copies) for each in made.kept)
    tell(f"5. {FATIMA} opens her wallet and claims: {copies} signed copies from {len(made.kept)} platforms.")
    slugs = {Did(f"did:web:{_escaped(stage)}:org:{each.slug}"): each.slug for each in SAMPLES}
    holding.write_credentials(out / "credentials", made.kept, slugs)
    (out / "kluscv.pdf").write_bytes(made.pdf)
    (out / "kluscv.presentation.json").write_bytes(made.kluscv.presentation_json)
    (out / "kluscv-qr.png").write_bytes(made.qr_png)
    (out / "kluscv-qr.txt").write_text("\n".join(made.kluscv.qr_texts) + "\n", encoding="ascii")
    shutil.copyfile(CONTEXT, out / "context-v1.jsonld")
    tell("6. She chooses what to show and makes her KlusCV: a PDF, a QR code, and the data behind them.")


def _escaped(stage: Stage) -> str:
    return stage.issuer.public_host.replace(":", "%3A")


def _report(stage: Stage, verdicts: tuple[checking.Verdict, ...], tell: Tell) -> None:
    report = [
        {
            "file": each.file,
            "outcome": each.outcome,
            "reasons": each.reasons,
            "demonstration": each.demonstration,
        }
        for each in verdicts
    ]
    path = stage.out / "report.json"
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    valid = sum(each.outcome == "valid" for each in verdicts)
    withdrawn = sum(each.file.startswith("revoked/") and each.outcome == "invalid" for each in verdicts)
    tell(f"9. An employer checks every file offline: {valid} valid, {withdrawn} real but withdrawn.")


@contextmanager
def serving(stage: Stage) -> Iterator[None]:
    """Serve all three apps for as long as the block runs."""
    verifier_database.migrate(stage.verifier.resolved_database_url)
    apps = (create_issuer(stage.issuer), create_wallet(stage.wallet), create_verifier(stage.verifier))
    with ExitStack() as stack:
        for app, address in zip(apps, stage.addresses, strict=True):
            stack.enter_context(running(app, address))
        yield
