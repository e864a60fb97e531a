"""Everything that a page can show, laid ready through the domain's own functions, without clicking.

Three platforms speak about Fatima as in the demonstration. A fourth, that no list knows, speaks about
forty kinds of work of someone with a long name. One claim is withdrawn, one waits to be kept.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from pyotp import TOTP
from sqlmodel import Session

from demo import checking, holding, issuing, stewarding
from demo.story import WITHDRAWN_WORKER, serving, set_stage
from issuer import audit, batch, organisations
from issuer.access import entrance, operators, passwords, sessions
from issuer.access.entrance import Visitor
from issuer.access.passwords import Entry
from issuer.access.roles import Role
from issuer.api import clients
from issuer.api.scopes import Scope
from issuer.audit import SYSTEM
from issuer.batch import correcting
from issuer.claiming import authorization, offers
from issuer.life import disputes
from issuer.samples import FATIMA, SAMPLES
from issuer.service import Service
from issuer.store import disputes as disputes_store
from issuer.store import offers as offers_store
from issuer.store import workers as workers_store
from issuer.tables import Operator, Organisation, WebhookDelivery, Worker
from issuer.webhooks import subscriptions
from issuer.webhooks.events import Event
from standard import compact, sd_jwt
from standard.dids import did_key, did_key_method
from standard.keys import KeySigner, PrivateKey, PublicKey
from standard.model import Form, RatingHistory, WorkHistory
from standard.openid4vci import AuthorizationRequest, code_challenge, configuration_ids
from standard.trust import root_json
from tests import cv_samples
from tests.browser.claims import lay_claims, leave_offer
from tests.browser.exports import lay_jobs, lay_large_imports, lay_uploads, read_export
from tests.issuer.correcting import KEY as AWARDED
from tests.issuer.correcting import imported
from wallet import accounts, dispute, drafts, export, held, holder_key, inbox, logins, receive
from wallet.database import migrate, transaction
from wallet.held import Checked, HeldCopy, HeldCredential
from wallet.offers import open_offer
from wallet.selection import Selection, everything
from wallet.services import Services, open_services
from wallet.vault import Vault

LONG_NAME = "Maximiliaan Alexander van Rechteren Limpurg-Almelo"
LONG_PLATFORM = "Coöperatieve Schoonmaak- en Evenementenmedewerkersvereniging Noord-Holland B.V."
OTHER_NAMES = (
    LONG_NAME,
    "فاطمة الزهراء العمراني",
    "Małgorzata Brzęczyszczykiewicz-Żółć",
    "Gülşah Çağlayan Işıkoğlu",
)
PASSPHRASE = "vier losse woorden zijn genoeg"
ACCOUNTS = ("fatima", "maximiliaan", "nieuw")
KLUSDAG_ROW = (
    "K{0}-1;M-{0};{1};m{0}@post.example;Afwas & spoelkeuken;12-03-2026;18:30;23:15;0;"
    "KL1001;00007919;hotel;Gewerkt;5;;;\r\n"
)


@dataclass(frozen=True)
class Prepared:
    """Addresses of the apps, cookies of who is logged in, and the names under which things are found."""

    issuer: str
    wallet: str
    verifier: str
    cookies: dict[str, tuple[str, str]]
    ids: dict[str, str]
    files: Path


@contextmanager
def prepared(
    folder: Path, *, slugs: Sequence[str] = ("klusdag", "helder-thuis", "vakhulp")
) -> Iterator[Prepared]:
    """Lay everything ready, and serve the three apps for as long as the block runs."""
    stage = set_stage(folder / "demo")
    service = Service.open(stage.issuer)
    files = folder / "files"
    issuing.write_exports(folder / "exports")
    issuing.open_organisations(service)
    ids = _fill_issuer(service, folder / "exports", slugs)
    root, trust_list = stewarding.sign_trust_list(service, service.clock())
    (stage.out / "trust-root.json").write_bytes(root_json(root))
    (stage.out / "documents" / "trust-list.json").write_bytes(trust_list)
    migrate(stage.wallet.resolved_database_url)
    services = open_services(stage.wallet)
    with serving(stage):
        files.mkdir()
        ids |= _fill_wallet(service, services, files)
        ids["inbox"] = _leave_offer(services, service.offer_address(ids["long-worker-offer"]))
        _write_broken(files)
        issuer, wallet, verifier = (each.url for each in stage.addresses)
        cookies = _log_in(service, services)
        yield Prepared(issuer, wallet, verifier, cookies, ids, files)
    services.engine.dispose()
    service.database.close()


def _fill_issuer(service: Service, exports: Path, slugs: Sequence[str]) -> dict[str, str]:
    for sample in SAMPLES:
        if sample.slug in slugs:
            issuing.import_export(service, sample, exports / sample.file_name)
    export_rows = (exports / "klusdag.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    others = "".join(KLUSDAG_ROW.format(90 + place, name) for place, name in enumerate(OTHER_NAMES))
    new_people = "".join([export_rows[0], others])
    klusdag = _klusdag(service)
    committed = read_export(service, klusdag, new_people, name="nieuwe mensen.csv")
    waiting = read_export(
        service,
        klusdag,
        "".join(export_rows[:220]),
        name="klusdag-export-van-het-hele-jaar-2026-versie-2-definitief.csv",
    )
    batch.commit(
        service.database, klusdag, committed,
        as_of=None, correction=None, actor=SYSTEM, now=service.clock(),
    )  # fmt: skip
    issuing.offer_to_all(service)
    earlier = new_people.replace("23:15", "22:45")
    changed = read_export(service, klusdag, earlier, name="nieuwe mensen, verbeterd.csv")
    ids = {"preview": str(waiting), "committed": str(committed), "changed": str(changed)}
    ids |= lay_uploads(service, klusdag) | lay_jobs(service, klusdag, committed)
    ids |= lay_large_imports(service, klusdag)
    with service.database.reading() as session:
        for key, name in (
            ("long-worker", LONG_NAME),
            ("worker", FATIMA),
            ("withdrawn-worker", WITHDRAWN_WORKER),
        ):
            found = workers_store.search_workers(session, organisations.identity(klusdag), name, limit=1)[0]
            offer = offers_store.latest_offer(session, found.id)
            assert offer is not None
            ids |= {key: str(found.id), f"{key}-offer": offer.id}
    long_offer = ids["long-worker-offer"]
    ids["leave-offer"] = leave_offer(service, "klusdag", long_offer)
    ids |= {"dispute": _dispute(service, long_offer), "gig": _gig(service, ids["worker"])}
    ids |= _achievement(service, klusdag)
    _connect(service, klusdag)
    return ids | _consent(service, long_offer)


def _klusdag(service: Service) -> Organisation:
    with service.database.reading() as session:
        return organisations.by_slug(session, "klusdag")


def _dispute(service: Service, offer_id: str) -> str:
    secret, now = service.keys.claim_code_key(), service.clock()
    with service.database.writing() as session:
        (dispute,) = disputes.receive_at_claim(
            session, offer_id, transaction_code=offers.codes(offer_id, secret).transaction,
            text="Ik werkte die avond langer: tot half twee, niet tot kwart over elf.", language="nl",
            secret=secret, max_attempts=5, now=now,
        )  # fmt: skip
        return str(dispute.id)


def _gig(service: Service, worker_id: str) -> str:
    with service.database.reading() as session:
        worker = session.get_one(Worker, uuid.UUID(worker_id))
        gigs = correcting.ledger_of(session, worker).gigs()
        return next(gig.key for gig in gigs if gig.review and gig.marks)


def _achievement(service: Service, organisation: Organisation) -> dict[str, str]:
    imported(service, organisation)
    with service.database.reading() as session:
        worker = workers_store.worker_by_key(session, organisations.identity(organisation), AWARDED)
        assert worker is not None
        achievement = correcting.ledger_of(session, worker).achievements()[0]
        return {"awarded-worker": str(worker.id), "achievement": achievement.key}


def _connect(service: Service, organisation: Organisation) -> None:
    """Programs of both kinds, and an address that was told something."""
    now, lifetime = service.clock(), timedelta(days=20)
    keys = json.dumps({"keys": [PrivateKey.generate("P-256").public_key.jwk()]})
    with service.database.writing() as session:
        planning = clients.add_client(
            session, organisation, name="Planning", scopes=list(Scope), jwks=None, now=now
        )
        clients.add_key(session, planning, now=now, lifetime=lifetime)
        clients.add_client(session, organisation, name=LONG_NAME, scopes=[Scope.READ], jwks=keys, now=now)
        made = subscriptions.subscribe(
            session, organisation, url="https://personeelsplanning.klusdag.example/berichten/van/kluscv",
            events=list(Event), loopback_hosts=frozenset(), now=now,
        )  # fmt: skip
        for state, answer in (("delivered", "204"), ("given-up", "fetch/status")):
            session.add(
                WebhookDelivery(
                    id=uuid.uuid4(), webhook_id=made.id, payload="{}", state=state, due_at=now,
                    last_answer=answer, created_at=now,
                )
            )  # fmt: skip


def _consent(service: Service, offer_id: str) -> dict[str, str]:
    """A wallet that asks for the statements of an offer, and what the worker's browser then brings up."""
    codes = offers.codes(offer_id, service.keys.claim_code_key())
    asked = AuthorizationRequest(
        client_id="https://wallet.andere-wallet.example", state="staat",
        redirect_uri="https://wallet.andere-wallet.example/terug",
        code_challenge=code_challenge("een woord van de wallet, lang genoeg om niet te raden"),
        issuer_state=codes.issuer_state, configuration_ids=frozenset(configuration_ids()),
        identified=frozenset(), dpop_thumbprint=None,
    )  # fmt: skip
    with service.database.writing() as session:
        request_uri = authorization.push(
            session, _klusdag(service), asked, thumbprint=None,
            secret=service.keys.claim_code_key(), now=service.clock(),
        )  # fmt: skip
    query = urlencode({"client_id": asked.client_id, "request_uri": request_uri})
    return {"consent": query, "long-worker-code": codes.transaction}


def _fill_wallet(service: Service, services: Services, files: Path) -> dict[str, str]:
    with transaction(services.engine) as session:
        for name in ACCOUNTS:
            accounts.register(session, name, PASSPHRASE, now=services.clock(), cost=services.cost)
    ids = {}
    with transaction(services.engine) as session:
        vault = _vault(session, services, "fatima")
        *first, last = issuing.claim_links(service, FATIMA)
        for link in first:
            held.keep(vault, held.put_received(vault, _claim(vault, services, link)).id)
        kept = held.all_held(vault)
        withdrawn = Checked("invalid", "status/revoked", services.clock())
        ids |= {"proof": kept[0].id, "told-proof": kept[-1].id}
        _tell(vault, kept[-1], service, services)
        ids["received"] = held.put_received(vault, _claim(vault, services, last)).id
        chosen = holding.choose(kept)
        ids["draft"] = drafts.add(vault, chosen).id
        _write(files, "valid", vault, kept, chosen, services)
    with transaction(services.engine) as session:
        vault = _vault(session, services, "maximiliaan")
        signer = holder_key.signer(vault)
        many = held.put_received(vault, _forty(signer.public_key, services))
        plain = held.put_received(vault, _unrated(signer.public_key, services))
        kept = [held.keep(vault, each.id) for each in (many, plain)]
        held.put_checked(vault, kept[1], withdrawn)
        ids |= {"long-proof": many.id, "revoked-proof": plain.id}
        ids |= lay_claims(vault, services, issuer_name=LONG_PLATFORM)
        chosen = replace(
            everything(kept, title=f"Sollicitatie {LONG_PLATFORM}"[:60], language="nl"), show_name=True
        )
        ids["long-draft"] = drafts.add(vault, chosen).id
        _write(files, "unlisted", vault, kept, chosen, services)
    withdrawn_link = issuing.claim_links(service, WITHDRAWN_WORKER)[0]
    checking.withdraw_one(service, services, withdrawn_link, files / "revoked")
    return ids


def _tell(vault: Vault, kept: HeldCredential, service: Service, services: Services) -> None:
    """Something that the organisation answered, and something that it did not look at yet."""
    first = dispute.compose(kept, "", "Ik werkte die avond langer: tot half twee.", language="nl")
    dispute.tell(vault, kept, first, services=services)
    with service.database.writing() as session:
        organisation = organisations.by_slug(session, kept.credential_issuer.rpartition("/")[2])
        said, _ = disputes_store.disputes_of_organisation(session, organisations.identity(organisation))[0]
        disputes.reply(session, organisation, said.id, "Je hebt gelijk. Dank je wel.", now=service.clock())
    dispute.tell(vault, held.one_held(vault, kept.id), first, services=services)
    second = dispute.compose(kept, "", "Deze review gaat over iemand anders.", language="nl")
    dispute.tell(vault, held.one_held(vault, kept.id), second, services=services)


def _leave_offer(services: Services, offer_uri: str) -> str:
    """Put an offer in Fatima's inbox, and give the address of that of a new account."""
    message = json.dumps({"credential_offer_uri": offer_uri}).encode()
    hosts = services.settings.loopback_hosts
    with transaction(services.engine) as session:
        address, new = (
            inbox.address_of(session, _vault(session, services, name).worker_id)
            for name in ("fatima", "nieuw")
        )
        inbox.leave(session, address, message, loopback_hosts=hosts, now=services.clock())
    return f"{services.settings.base_url}/brievenbus/{new}"


def _vault(session: Session, services: Services, name: str) -> Vault:
    attempt = accounts.Attempt(name, "127.0.0.1", services.clock())
    return accounts.log_in(session, attempt, PASSPHRASE, cost=services.cost)


def _claim(vault: Vault, services: Services, link: issuing.ClaimLink) -> HeldCredential:
    opened = open_offer(link.link, fetcher=services.fetcher)
    return receive.accept(
        opened, link.transaction_code, fetcher=services.fetcher, signer=holder_key.signer(vault),
        policy=services.policy, resolver=services.resolver,
    )  # fmt: skip


def _forty(holder: PublicKey, services: Services) -> HeldCredential:
    """Forty kinds of work and a dozen reviews, from one platform with a long name."""
    shown = cv_samples.forty(LONG_NAME).statements
    histories = [each.content for each in shown if isinstance(each.content, WorkHistory)]
    rated = [each.content for each in shown if isinstance(each.content, RatingHistory)]
    lines = tuple(line for each in histories for line in each.engagements)
    first = min(line.first_date for line in lines)
    history = replace(
        histories[0],
        engagements=lines,
        period=replace(histories[0].period, start_date=first),
        totals=replace(
            histories[0].totals, occupation_count=len(lines),
            gig_count=sum(line.gig_count for line in lines),
            worked_minutes=sum(line.worked_minutes for line in lines),
        ),
    )  # fmt: skip
    marks = tuple(
        replace(mark, value=mark.value.removesuffix(".0")) for each in rated for mark in each.ratings
    )
    reviews = tuple(review for each in rated for review in each.reviews)
    ratings = replace(
        rated[0], ratings=marks, reviews=reviews,
        totals=replace(
            rated[0].totals, rating_line_count=len(marks),
            rating_count=sum(mark.count for mark in marks), review_count=214,
        ),
    )  # fmt: skip
    return _issued(LONG_PLATFORM, holder, services, history, ratings)


def _unrated(holder: PublicKey, services: Services) -> HeldCredential:
    """One afternoon of work, and nobody said anything about it."""
    content = cv_samples.single("Gülşah Çağlayan Işıkoğlu").statements[0].content
    assert isinstance(content, WorkHistory)
    return _issued("Ali", holder, services, content, None)


def _issued(
    name: str, holder: PublicKey, services: Services, history: WorkHistory, ratings: RatingHistory | None
) -> HeldCredential:
    """What an organisation with a did:key sends, that stands on nobody's list."""
    key = PrivateKey.generate("P-256")
    issuer = did_key(key.public_key)
    signer = KeySigner(key, did_key_method(issuer))
    now = services.clock()
    copies = []
    for statement in (history, ratings):
        if statement is not None:
            identifier = uuid.uuid4().urn
            text = sd_jwt.issue_statement(
                statement, issuer=issuer, organisation_name=name, holder=holder, jti=identifier,
                issued=now, status=None, signer=signer, new_salt=lambda: secrets.token_urlsafe(16),
            )  # fmt: skip
            copies.append(HeldCopy(identifier, Form.SD_JWT, text))
    paper = compact.issue(
        compact.paper_statement(history, ratings), holder=holder, issued=now, status=None, signer=signer,
        new_salt=lambda: secrets.token_bytes(16),
    )  # fmt: skip
    copies.append(HeldCopy(uuid.uuid4().urn, Form.COMPACT, paper))
    checked = Checked("indeterminate", "trust/not-listed", now)
    return HeldCredential("", "", issuer, name, now, checked, tuple(copies))


def _write(
    files: Path,
    name: str,
    vault: Vault,
    kept: Sequence[HeldCredential],
    chosen: Selection,
    services: Services,
) -> None:
    made = export.make(vault, kept, chosen, services=services)
    (files / f"{name}.json").write_bytes(made.presentation_json)
    (files / f"{name}.pdf").write_bytes(export.pdf_bytes(made, services=services))
    (files / f"{name}.txt").write_text("\n".join(made.qr_texts), encoding="ascii")


def _write_broken(files: Path) -> None:
    """A changed letter, and a file of another kind."""
    document = json.loads((files / "valid.json").read_bytes())
    document["ownWords"]["headline"] = "Chef-kok"
    (files / "changed.json").write_text(json.dumps(document), encoding="utf-8")
    (files / "other.pdf").write_bytes(b"%PDF-1.7")


def _new_operator(service: Service, *, is_set_up: bool) -> str:
    """Somebody who has just come in by a link, or who has chosen a password too."""
    now, secret = service.clock(), service.keys.claim_code_key()
    name = "Noor van der Berg-Yılmaz" if is_set_up else "Jan de Vries"
    with service.database.writing() as session:
        operator = Operator(name=name, role=Role.ISSUER, organisation_id=1, created_at=now)
        session.add(operator)
        session.flush()
        if is_set_up:
            proposal = passwords.propose(operator, service_secret=secret)
            entry = Entry("noor@klusdag.example", PASSPHRASE, TOTP(proposal.app_secret).at(now))
            passwords.set_up(session, operator, entry, proposal, service_secret=secret, now=now)
        return sessions.begin(
            session, operator, browser="Firefox/ Android", is_set_up=is_set_up, now=now,
            rules=service.session_rules,
        )  # fmt: skip


def _log_in(service: Service, services: Services) -> dict[str, tuple[str, str]]:
    now = service.clock()
    with service.database.writing() as session:
        code = operators.invite(
            session,
            name="Test",
            role=Role.OWNER,
            organisation=None,
            actor=audit.COMMAND_LINE,
            now=now,
            lifetime=timedelta(hours=1),
        )
        operators.invite(
            session, name=LONG_NAME, role=Role.READER,
            organisation=organisations.by_slug(session, "klusdag"), actor=audit.COMMAND_LINE, now=now,
            lifetime=timedelta(hours=1),
        )  # fmt: skip
    token = entrance.by_link(service, code, Visitor("127.0.0.1", "Chrome/ Linux"))
    cookies = {
        "operator": ("kluscv-issuer", token),
        "new operator": ("kluscv-issuer", _new_operator(service, is_set_up=False)),
        "operator with password": ("kluscv-issuer", _new_operator(service, is_set_up=True)),
    }
    with transaction(services.engine) as session:
        for name in ACCOUNTS:
            vault = _vault(session, services, name)
            value = logins.open_login(session, vault, now=services.clock(), limits=services.limits)
            cookies[name] = ("kluscv-wallet", value)
    return cookies
