from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from time import process_time

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from wallet import accounts, holder_key, logins
from wallet.accounts import Attempt
from wallet.errors import (
    AccountNameError,
    LoginRefusedError,
    NameTakenError,
    TooManyAttemptsError,
    WeakPassphraseError,
)
from wallet.key_slots import Argon2Cost
from wallet.logins import LoginLimits
from wallet.tables import SEALED_TABLES, KeySlot, LoginSession, SelectionRow, WalletTable, Worker
from wallet.vault import Vault

from .conftest import CHEAP, NOW

PASSPHRASE = "drie fietsen in de regen"
LIMITS = LoginLimits(idle=timedelta(minutes=30), whole=timedelta(hours=12))


def attempt(name: str = "fatima", address: str = "192.0.2.1", at: datetime = NOW) -> Attempt:
    return Attempt(name, address, at)


@pytest.fixture
def own(session: Session) -> Vault:
    """A registered worker's vault, committed."""
    vault = accounts.register(session, "Fatima", PASSPHRASE, now=NOW, cost=CHEAP)
    session.commit()
    return vault


def test_the_passphrase_opens_the_vault(session: Session, own: Vault) -> None:
    assert accounts.log_in(session, attempt("FATIMA "), PASSPHRASE, cost=CHEAP).key == own.key


@pytest.mark.parametrize("guess", ["", "drie fietsen in de Regen", PASSPHRASE + " ", "x" * 10_000])
def test_a_wrong_passphrase_opens_nothing(session: Session, own: Vault, guess: str) -> None:
    with pytest.raises(LoginRefusedError):
        accounts.log_in(session, attempt(), guess, cost=CHEAP)


@pytest.mark.parametrize("name", ["iemand", "", "x" * 500, "../fatima"])
def test_an_unknown_name_is_refused_like_a_wrong_passphrase(session: Session, own: Vault, name: str) -> None:
    with pytest.raises(LoginRefusedError):
        accounts.log_in(session, attempt(name), PASSPHRASE, cost=CHEAP)


def test_an_unknown_name_answers_no_sooner_than_a_wrong_passphrase(session: Session) -> None:
    slow = Argon2Cost(memory_kib=16_384, passes=2)
    accounts.register(session, "fatima", PASSPHRASE, now=NOW, cost=slow)
    session.commit()

    def seconds(name: str) -> float:
        begin = process_time()
        with pytest.raises(LoginRefusedError):
            accounts.log_in(session, attempt(name), "verkeerd", cost=slow)
        return process_time() - begin

    # Processor time of the derivation: an answer without it takes a twentieth.
    assert min(seconds("iemand") for _ in range(3)) > 0.25 * min(seconds("fatima") for _ in range(3))


def test_ten_failures_close_the_door_for_a_quarter_of_an_hour(session: Session, own: Vault) -> None:
    for number in range(10):
        with pytest.raises(LoginRefusedError):
            accounts.log_in(session, attempt(address=f"192.0.2.{number}"), "verkeerd", cost=CHEAP)
    with pytest.raises(TooManyAttemptsError):
        accounts.log_in(session, attempt(), PASSPHRASE, cost=CHEAP)
    later = attempt(at=NOW + timedelta(minutes=15))
    assert accounts.log_in(session, later, PASSPHRASE, cost=CHEAP).key == own.key


def test_one_address_cannot_try_many_names(session: Session, own: Vault) -> None:
    for number in range(50):
        with pytest.raises(LoginRefusedError):
            accounts.log_in(session, attempt(f"naam-{number}"), "verkeerd", cost=CHEAP)
    with pytest.raises(TooManyAttemptsError):
        accounts.log_in(session, attempt(), PASSPHRASE, cost=CHEAP)


def test_a_failure_counts_though_the_request_is_rolled_back(engine: Engine, own: Vault) -> None:
    own.session.close()
    for _ in range(10):
        with Session(engine) as session, pytest.raises(LoginRefusedError):
            accounts.log_in(session, attempt(), "verkeerd", cost=CHEAP)
    with Session(engine) as session, pytest.raises(TooManyAttemptsError):
        accounts.log_in(session, attempt(), PASSPHRASE, cost=CHEAP)


def test_a_name_is_given_once_however_it_is_spelled(session: Session, own: Vault) -> None:
    with pytest.raises(NameTakenError):
        accounts.register(session, "FATIMA", "een heel andere zin", now=NOW, cost=CHEAP)


@pytest.mark.parametrize("name", ["ab", " ", "x" * 41, "fatima el amrani", "a/b", "<b>"])
def test_an_unfit_name_is_refused(session: Session, name: str) -> None:
    with pytest.raises(AccountNameError):
        accounts.register(session, name, PASSPHRASE, now=NOW, cost=CHEAP)


@pytest.mark.parametrize("passphrase", ["", "kort", "aaaaaaaaaaaaaa", "samir12345", "x" * 300])
def test_a_weak_passphrase_is_refused(session: Session, passphrase: str) -> None:
    with pytest.raises(WeakPassphraseError):
        accounts.register(session, "samir12345", passphrase, now=NOW, cost=CHEAP)


def test_the_recovery_sheet_gives_a_new_passphrase_and_ends_other_logins(
    session: Session, own: Vault
) -> None:
    code = accounts.unsaved_recovery_code(own)
    assert code is not None
    cookie = logins.open_login(session, own, now=NOW, limits=LIMITS)
    vault = accounts.recover(session, attempt(), code, "vier nieuwe losse woorden", cost=CHEAP)
    assert vault.key == own.key
    assert logins.resume(session, cookie, now=NOW, limits=LIMITS) is None
    assert accounts.log_in(session, attempt(), "vier nieuwe losse woorden", cost=CHEAP).key == own.key
    with pytest.raises(LoginRefusedError):
        accounts.log_in(session, attempt(), PASSPHRASE, cost=CHEAP)


def test_a_new_sheet_makes_the_old_one_worthless(session: Session, own: Vault) -> None:
    old = accounts.unsaved_recovery_code(own)
    new = accounts.new_recovery_sheet(own)
    assert old is not None
    with pytest.raises(LoginRefusedError):
        accounts.recover(session, attempt(), old, "vier nieuwe losse woorden", cost=CHEAP)
    assert accounts.recover(session, attempt(), new, "vier nieuwe losse woorden", cost=CHEAP).key == own.key


def test_a_kept_sheet_is_no_longer_readable_and_still_works(session: Session, own: Vault) -> None:
    code = accounts.unsaved_recovery_code(own)
    assert code is not None
    accounts.recovery_sheet_kept(own)
    assert accounts.unsaved_recovery_code(own) is None
    assert accounts.recover(session, attempt(), code, "vier nieuwe losse woorden", cost=CHEAP).key == own.key


def test_changing_the_passphrase_asks_for_the_old_one(session: Session, own: Vault) -> None:
    with pytest.raises(LoginRefusedError):
        accounts.change_passphrase(own, attempt(), "verkeerd", "vier nieuwe losse woorden", cost=CHEAP)
    accounts.change_passphrase(own, attempt(), PASSPHRASE, "vier nieuwe losse woorden", cost=CHEAP)
    assert accounts.log_in(session, attempt(), "vier nieuwe losse woorden", cost=CHEAP).key == own.key


def test_another_accounts_passphrase_confirms_nothing(session: Session, own: Vault) -> None:
    accounts.register(session, "samir", "de zee is groot en blauw", now=NOW, cost=CHEAP)
    with pytest.raises(LoginRefusedError):
        accounts.confirm(own, attempt("samir"), "de zee is groot en blauw", cost=CHEAP)


def test_a_dump_of_the_whole_database_shows_nothing_of_the_worker(engine: Engine, own: Vault) -> None:
    session = own.session
    own.put(SelectionRow, "row", b"Fatima el Amrani")
    cookie = logins.open_login(session, own, now=NOW, limits=LIMITS)
    code, key = accounts.unsaved_recovery_code(own), holder_key.signer(own).key.to_pem(None)
    session.commit()
    dump = b""
    with engine.connect() as connection:
        for table in WalletTable.metadata.tables:
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):  # noqa: S608
                dump += b"\n".join(_bytes(value) for value in row)
    assert code is not None
    for secret in (b"Amrani", own.key.raw, cookie.encode(), code.encode(), key[40:80], PASSPHRASE.encode()):
        assert secret not in dump


def test_erasure_leaves_no_row_of_the_worker_and_all_of_the_others(session: Session, own: Vault) -> None:
    other = accounts.register(session, "samir", "de zee is groot en blauw", now=NOW, cost=CHEAP)
    logins.open_login(session, own, now=NOW, limits=LIMITS)
    own.put(SelectionRow, "row", b"mijn keuze")
    accounts.erase(own)
    session.commit()
    for table in (*SEALED_TABLES, KeySlot, LoginSession):
        owners = {row.worker_id for row in session.exec(select(table)).all()}
        assert owners <= {other.worker_id}, table
    assert [row.id for row in session.exec(select(Worker)).all()] == [other.worker_id]
    with pytest.raises(LoginRefusedError):
        accounts.log_in(session, replace(attempt(), address="192.0.2.9"), PASSPHRASE, cost=CHEAP)


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
