"""SD-JWT VC: what is shown can be verified, what is hidden stays hidden, what is odd is refused."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard import base64url, jws, sd_jwt
from standard.claims import subject_claims
from standard.errors import DataModelError, KlusCVError, ProofError, SdJwtError, SignatureMismatchError
from standard.keys import KeySigner, PrivateKey
from standard.model import (
    Did,
    DidUrl,
    Dispute,
    DisputeStatus,
    NameCheck,
    PersonName,
    RatingHistory,
    Statement,
    WorkHistory,
)
from standard.status_list import StatusReference
from tests.standard.statements import RATING_HISTORY, WORK_HISTORY, statements

ISSUER = Did("did:web:klusdag.example")
SIGNER = KeySigner(PrivateKey.generate("P-256"), DidUrl(f"{ISSUER}#p256-09ab12cd"))
HOLDER = KeySigner(PrivateKey.generate("P-256"), DidUrl("did:key:zDn#zDn"))
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
STATUS = StatusReference("https://klusdag.example/status/", 1, 94_567)
HERE = {"audience": "https://verifier.example", "nonce": "n-0S6_WzA2Mj", "now": NOW}
WINDOW = timedelta(minutes=5)


NAMES = st.builds(PersonName, st.text(st.characters(codec="utf-8"), min_size=1), st.sampled_from(NameCheck))
STATEMENTS = st.builds(
    lambda statement, name: replace(statement, name=name), statements, st.one_of(st.none(), NAMES)
)


COPY_ID = "urn:uuid:6f1a2b3c-0000-4000-8000-000000000001"


def issue(statement: Statement, supersedes: tuple[str, ...] = ()) -> str:
    return sd_jwt.issue_statement(
        statement,
        issuer=ISSUER,
        organisation_name="Klusdag B.V.",
        holder=HOLDER.public_key,
        jti=COPY_ID,
        issued=NOW,
        status=STATUS,
        signer=SIGNER,
        new_salt=lambda: secrets.token_urlsafe(16),
        supersedes=supersedes,
    )


def signed(
    payload: Mapping[str, Any], *disclosures: list[Any], header: Mapping[str, Any] | None = None
) -> str:
    """An SD-JWT exactly as given, however wrong."""
    texts = [jws.encode_json(content) for content in disclosures]
    return "~".join([jws.sign(header or {"typ": "dc+sd-jwt"}, payload, SIGNER), *texts, ""])


def digest(content: list[Any]) -> str:
    return base64url.encode(sha256(jws.encode_json(content).encode()).digest())


def lists_of(statement: Statement) -> dict[str, tuple[Any, ...]]:
    if isinstance(statement, WorkHistory):
        return {"engagement": statement.engagements, "achievement": statement.achievements}
    return {"rating": statement.ratings, "review": statement.reviews}


@given(STATEMENTS)
def test_an_issued_copy_verifies_and_says_what_was_stated(statement: Statement) -> None:
    token = sd_jwt.parse(issue(statement))
    sd_jwt.verify_signature(token, SIGNER.public_key)
    shown = sd_jwt.to_disclosed_statement(token)
    assert shown.content == statement
    assert (shown.issuer, shown.issuer_name) == (ISSUER, "Klusdag B.V.")
    assert shown.issued_on == date(2026, 11, 22)


@given(STATEMENTS, st.data())
def test_a_reduced_copy_shows_the_rest_and_only_the_rest(statement: Statement, data: st.DataObject) -> None:
    paths = [(name, index) for name, items in lists_of(statement).items() for index in range(len(items))]
    kept = data.draw(st.sets(st.sampled_from([*paths, ("name",)])))
    token = sd_jwt.parse(sd_jwt.reduce(issue(statement), lambda path, _: path in kept))
    sd_jwt.verify_signature(token, SIGNER.public_key)
    content = sd_jwt.to_disclosed_statement(token).content
    assert isinstance(content, WorkHistory | RatingHistory)
    for name, items in lists_of(statement).items():
        assert lists_of(content)[name] == tuple(item for i, item in enumerate(items) if (name, i) in kept)
    assert content.name == (statement.name if ("name",) in kept else None)
    assert content.totals == statement.totals


@given(STATEMENTS)
def test_nothing_that_was_hidden_is_in_the_text(statement: Statement) -> None:
    whole = sd_jwt.parse(issue(statement))
    bare = sd_jwt.reduce(whole.text, lambda *_: False)
    assert bare.count("~") == 1
    for shown in whole.shown:
        assert shown.text not in bare
        assert (
            shown.path[0] not in sd_jwt.parse(bare).claims or sd_jwt.parse(bare).claims[shown.path[0]] == []
        )


@given(STATEMENTS, st.integers(0, 2**40), st.characters(codec="ascii"))
def test_a_changed_character_never_verifies(statement: Statement, position: int, character: str) -> None:
    text = issue(statement)
    position %= len(text)
    if text[position] == character:
        return
    changed = text[:position] + character + text[position + 1 :]
    with pytest.raises(KlusCVError):
        token = sd_jwt.parse(changed)
        sd_jwt.verify_signature(token, SIGNER.public_key)
        if token.key_binding:
            sd_jwt.verify_key_binding(token, max_age=WINDOW, **HERE)


@given(st.text(max_size=200))
def test_parse_raises_nothing_but_its_own_error(text: str) -> None:
    for candidate in (text, f"{text}~", f"{signed({'a': 1})}{text}~", signed({"_sd": [text]}) + text):
        with contextlib.suppress(SdJwtError):
            sd_jwt.parse(candidate)


SALTED = ["salt", "a", 1]
ELEMENT = ["salt", 1]

ODD: dict[str, str] = {
    "a disclosure that no digest names": signed({"_sd": []}, SALTED),
    "the same disclosure twice": signed({"_sd": [digest(SALTED)]}, SALTED, SALTED),
    "the same digest twice in one object": signed({"_sd": [digest(SALTED)] * 2}, SALTED),
    "the same digest twice in two objects": signed({"_sd": [digest(SALTED)], "b": {"_sd": [digest(SALTED)]}}),
    "the same unknown digest twice": signed({"_sd": ["x", "x"]}),
    "a claim that is there already": signed({"a": 2, "_sd": [digest(SALTED)]}, SALTED),
    "a disclosure named _sd": signed({"_sd": [digest(["s", "_sd", []])]}, ["s", "_sd", []]),
    "a disclosure named ...": signed({"_sd": [digest(["s", "...", 1])]}, ["s", "...", 1]),
    "an array element's disclosure in an object": signed({"_sd": [digest(ELEMENT)]}, ELEMENT),
    "a claim's disclosure in an array": signed({"a": [{"...": digest(SALTED)}]}, SALTED),
    "a hidden element with another key": signed({"a": [{"...": digest(ELEMENT), "b": 1}]}, ELEMENT),
    "... outside an array": signed({"...": "x"}),
    "... that is not a text": signed({"a": [{"...": 1}]}),
    "_sd that is not an array": signed({"_sd": "x"}),
    "a digest that is not a text": signed({"_sd": [1]}),
    "_sd_alg inside": signed({"a": {"_sd_alg": "sha-256"}}),
    "another digest algorithm": signed({"_sd_alg": "sha-512"}),
    "a disclosure of one": signed({"_sd": [digest(["s"])]}, ["s"]),
    "a disclosure of four": signed({"_sd": [digest(["s", "a", 1, 2])]}, ["s", "a", 1, 2]),
    "a salt that is not a text": signed({"_sd": [digest([1, "a", 1])]}, [1, "a", 1]),
    "a name that is not a text": signed({"_sd": [digest(["s", 1, 1])]}, ["s", 1, 1]),
    "a float": signed({"a": 0.5}),
    "no tilde": signed({}).rstrip("~"),
    "an empty disclosure": signed({}) + "~",
    "too many disclosures": signed({}, *[[str(n), "a", n] for n in range(5000)]),
    "crit": signed({}, header={"typ": "dc+sd-jwt", "crit": ["exp"]}),
}


@pytest.mark.parametrize("case", ODD)
def test_parse_refuses(case: str) -> None:
    with pytest.raises(SdJwtError):
        sd_jwt.parse(ODD[case])


def test_claims_nested_without_end_are_refused() -> None:
    contents: list[list[Any]] = [["s", "a", 1]]
    for place in range(200):
        contents.append([f"s{place}", "a", {"_sd": [digest(contents[-1])]}])
    with pytest.raises(SdJwtError, match="nested"):
        sd_jwt.parse(signed({"_sd": [digest(contents[-1])]}, *contents))


def test_alg_none_is_refused() -> None:
    text = signed({"a": 1}).split(".", 1)[1]
    header = jws.encode_json({"alg": "none", "typ": "dc+sd-jwt"})
    with pytest.raises(SdJwtError):
        sd_jwt.parse(f"{header}.{text}")


def test_alg_must_be_that_of_the_key() -> None:
    token = sd_jwt.parse(signed({"a": 1}))
    with pytest.raises(SignatureMismatchError):
        sd_jwt.verify_signature(token, PrivateKey.generate("Ed25519").public_key)


def test_a_claim_with_a_reserved_name_cannot_be_issued() -> None:
    with pytest.raises(SdJwtError):
        sd_jwt.issue(
            {"a": {"...": 1}}, disclosable=lambda _: False, header={}, signer=SIGNER, new_salt=lambda: "s"
        )


GOOD: dict[str, Any] = {
    "iss": ISSUER,
    "issuerName": "Klusdag B.V.",
    "vct": "https://w3id.org/kluscv/vct/work-history",
    "jti": "urn:uuid:1",
    "iat": 1_795_000_000,
    "cnf": {"jwk": HOLDER.public_key.jwk()},
}
GOOD_HEADER = {"typ": "dc+sd-jwt", "kid": SIGNER.verification_method}


def test_the_facts_of_a_good_envelope_are_read() -> None:
    facts = sd_jwt.read_facts(sd_jwt.parse(signed({**GOOD, "exp": 1_800_000_000}, header=GOOD_HEADER)))
    assert facts.issuer == ISSUER
    assert facts.holder == HOLDER.public_key
    assert facts.expires == datetime.fromtimestamp(1_800_000_000, UTC)
    assert facts.not_before is None
    assert facts.status is None


@pytest.mark.parametrize(
    "change",
    [
        {"iss": None},
        {"iss": "https://klusdag.example"},
        {"iss": "did:web:other.example"},
        {"vct": "https://w3id.org/kluscv/vct/other"},
        {"vct": 1},
        {"iat": None},
        {"iat": "1795000000"},
        {"iat": True},
        {"exp": "never"},
        {"nbf": 10**15},
        {"cnf": {}},
        {"cnf": {"jwk": {"kty": "oct", "k": "AA"}}},
        {"cnf": {"jwk": {**HOLDER.public_key.jwk(), "d": "AA"}}},
        {"jti": ""},
        {"status": {"status_list": {"idx": "1", "uri": "https://klusdag.example/status/1/token"}}},
        {"status": {"status_list": {"idx": 1, "uri": "ftp://klusdag.example/status/1/token"}}},
        {"status": {}},
        {"issuerName": None},
    ],
)
def test_an_envelope_that_breaks_the_profile_is_refused(change: dict[str, Any]) -> None:
    payload = {name: value for name, value in {**GOOD, **change}.items() if value is not None}
    with pytest.raises(SdJwtError):
        sd_jwt.read_facts(sd_jwt.parse(signed(payload, header=GOOD_HEADER)))


EARLIER = "urn:uuid:6f1a2b3c-0000-4000-8000-000000000000"


def test_a_correction_names_the_earlier_copies_whatever_is_left_out() -> None:
    text = issue(WORK_HISTORY, supersedes=(EARLIER,))
    hidden = sd_jwt.reduce(text, lambda _path, _value: False)
    assert sd_jwt.to_disclosed_statement(sd_jwt.parse(hidden)).supersedes == (EARLIER,)
    assert sd_jwt.to_disclosed_statement(sd_jwt.parse(issue(WORK_HISTORY))).supersedes == ()


@pytest.mark.parametrize(
    "value", [[], "x", None, [1], ["https://x.example"], [EARLIER, EARLIER], [GOOD["jti"]], [COPY_ID]]
)
def test_a_correction_that_names_no_other_copy_is_refused(value: object) -> None:
    claims = subject_claims(WORK_HISTORY, new_id=None)
    payload = {**GOOD, "jti": COPY_ID, **claims, "supersedes": value}
    with pytest.raises(DataModelError, match="supersedes"):
        sd_jwt.to_disclosed_statement(sd_jwt.parse(signed(payload, header=GOOD_HEADER)))


@pytest.mark.parametrize("status", DisputeStatus)
def test_a_disputed_record_is_never_shown_without_its_mark(status: DisputeStatus) -> None:
    mark = Dispute(status, date(2026, 11, 20))
    first, *others = RATING_HISTORY.reviews
    disputed = replace(RATING_HISTORY, reviews=(replace(first, dispute=mark), *others))
    token = sd_jwt.parse(issue(disputed))
    assert ("review", 0, "dispute") not in {shown.path for shown in token.shown}
    text = sd_jwt.reduce(token.text, lambda path, _value: path == ("review", 0))
    content = sd_jwt.to_disclosed_statement(sd_jwt.parse(text)).content
    assert isinstance(content, RatingHistory)
    assert [review.dispute for review in content.reviews] == [mark]


@pytest.mark.parametrize(
    "header",
    [
        {"kid": SIGNER.verification_method},
        {"typ": "JWT", "kid": SIGNER.verification_method},
        {"typ": "dc+sd-jwt"},
        {"typ": "dc+sd-jwt", "kid": "did:web:other.example#p256"},
        {"typ": "dc+sd-jwt", "kid": ISSUER},
        {"typ": "dc+sd-jwt", "kid": "#p256"},
    ],
)
def test_a_header_that_breaks_the_profile_is_refused(header: dict[str, Any]) -> None:
    with pytest.raises(SdJwtError):
        sd_jwt.read_facts(sd_jwt.parse(signed(GOOD, header=header)))


def test_another_algorithm_than_that_of_the_profile_is_refused() -> None:
    signer = replace(SIGNER, key=PrivateKey.generate("Ed25519"))
    token = sd_jwt.parse(jws.sign(GOOD_HEADER, GOOD, signer) + "~")
    sd_jwt.verify_signature(token, signer.public_key)
    with pytest.raises(SdJwtError):
        sd_jwt.read_facts(token)


@pytest.mark.parametrize(
    "name", ["iss", "vct", "cnf", "exp", "iat", "status", "supersedes", "workTotals", "asOf"]
)
def test_what_must_always_be_shown_cannot_be_disclosed_alone(name: str) -> None:
    content = ["salt", name, GOOD.get(name, 1)]
    payload = {key: value for key, value in GOOD.items() if key != name}
    with pytest.raises(SdJwtError):
        sd_jwt.read_facts(
            sd_jwt.parse(signed({**payload, "_sd": [digest(content)]}, content, header=GOOD_HEADER))
        )


def bound(**change: Any) -> str:
    text = signed(GOOD, header=GOOD_HEADER)
    made = sd_jwt.bind(text, signer=HOLDER, **HERE)
    payload = {**json.loads(base64url.decode(made.rsplit("~")[-1].split(".")[1])), **change}
    return text + jws.sign({"typ": "kb+jwt"}, {k: v for k, v in payload.items() if v is not None}, HOLDER)


def test_a_key_binding_made_here_and_now_verifies() -> None:
    sd_jwt.verify_key_binding(sd_jwt.parse(bound()), max_age=WINDOW, **HERE)


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "https://other.example"},
        {"aud": None},
        {"aud": [HERE["audience"]]},
        {"nonce": "other"},
        {"nonce": None},
        {"sd_hash": "AAAA"},
        {"sd_hash": None},
        {"iat": None},
        {"iat": str(int(NOW.timestamp()))},
        {"iat": int(NOW.timestamp()) - 3600},
        {"iat": int(NOW.timestamp()) + 3600},
    ],
)
def test_a_key_binding_for_elsewhere_or_another_time_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(SdJwtError):
        sd_jwt.verify_key_binding(sd_jwt.parse(bound(**change)), max_age=WINDOW, **HERE)


def test_a_key_binding_by_another_key_or_of_another_type_is_refused() -> None:
    text = signed(GOOD, header=GOOD_HEADER)
    stranger = replace(HOLDER, key=PrivateKey.generate("P-256"))
    as_jwt = text + jws.sign({"typ": "JWT"}, jws.parse(bound().rsplit("~", 1)[1]).payload, HOLDER)
    for forged in (sd_jwt.bind(text, signer=stranger, **HERE), as_jwt, text):
        with pytest.raises(SdJwtError):
            sd_jwt.verify_key_binding(sd_jwt.parse(forged), max_age=WINDOW, **HERE)


def test_a_key_binding_does_not_survive_another_choice_of_disclosures() -> None:
    content = ["salt", "name", {"fullName": "A", "check": "none"}]
    text = signed({**GOOD, "_sd": [digest(content)]}, content, header=GOOD_HEADER)
    binding = sd_jwt.bind(text, signer=HOLDER, **HERE).rsplit("~", 1)[1]
    fewer = sd_jwt.reduce(text, lambda *_: False) + binding
    with pytest.raises(ProofError):
        sd_jwt.verify_key_binding(sd_jwt.parse(fewer), max_age=WINDOW, **HERE)


@given(STATEMENTS)
def test_the_date_of_issue_is_rounded_down_to_the_day(statement: Statement) -> None:
    assert sd_jwt.parse(issue(statement)).payload["iat"] == int(
        datetime(2026, 11, 22, tzinfo=UTC).timestamp()
    )


@pytest.mark.parametrize("is_hidden", [True, False])
@pytest.mark.parametrize("name", ["_sd", "...", "_sd_alg"])
def test_a_reserved_name_is_refused_below_what_can_be_hidden_too(is_hidden: bool, name: str) -> None:
    with pytest.raises(SdJwtError):
        sd_jwt.issue(
            {"a": {"b": [{name: 1}]}}, disclosable=lambda _: is_hidden, header={}, signer=SIGNER,
            new_salt=lambda: "s", deepest=1,
        )  # fmt: skip


def test_only_json_that_every_reader_reads_alike_is_signed() -> None:
    for value in (float("nan"), 2**64, object(), {1: "a"}):
        with pytest.raises((ValueError, TypeError)):
            jws.sign({}, {"a": [None, value]}, SIGNER)


def test_many_values_are_written_as_each_is_alone() -> None:
    values = [{"a": 1}, None, "null", ["é", 10**15]]
    assert jws.write_json_each(values) == [jws.write_json(value) for value in values]
    with pytest.raises(ValueError, match="JSON"):
        jws.write_json_each([*values, float("nan")])


def test_something_that_has_a_key_binding_or_is_no_sd_jwt_is_not_bound() -> None:
    bound = sd_jwt.bind(issue(WORK_HISTORY), signer=HOLDER, **HERE)
    for text in (bound, "no SD-JWT"):
        with pytest.raises(SdJwtError):
            sd_jwt.bind(text, signer=HOLDER, **HERE)


def test_every_salt_is_a_new_part_of_the_randomness_given() -> None:
    drawn: list[bytes] = []

    def random_bytes(count: int) -> bytes:
        drawn.append(secrets.token_bytes(count))
        return drawn[-1]

    salts = list(islice(sd_jwt.salts(random_bytes), 100))
    assert len(set(salts)) == 100
    assert all(8 * len(base64url.decode(salt)) >= 128 for salt in salts)
    assert b"".join(drawn).startswith(b"".join(map(base64url.decode, salts)))
