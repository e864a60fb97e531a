"""SD-JWT VCs whose header, payload or key binding is wrong; each is signed as it stands."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from standard import base64url, jws
from standard.verification import CheckCode, Reason
from tests.standard.vector_cases.registry import Group
from tests.standard.vector_cases.scene import Scene, published_key, published_signer
from tests.world import NOW

token = Group("sd-jwt")
broken = token.invalid(CheckCode.SCHEMA, Reason.BREAKS_DATA_MODEL)
malformed = token.invalid(CheckCode.PARSE, Reason.MALFORMED)


def _with_claim(scene: Scene, name: str, value: Any) -> str:
    return scene.token_with(lambda payload: payload.update({name: value}))


def _without_claim(scene: Scene, name: str) -> str:
    return scene.token_with(lambda payload: payload.pop(name))


@broken
def typ_missing(scene: Scene) -> str:
    """Without `typ` any JWT that the issuer ever signed could pass."""
    return scene.token_with(header={"typ": None})


@broken
def typ_of_another_jwt(scene: Scene) -> str:
    """A JWT for something else."""
    return scene.token_with(header={"typ": "JWT"})


@malformed
def alg_none(scene: Scene) -> str:
    """No signature, and a header that says so."""
    jwt, _, disclosures = scene.token_with(header={"alg": "none"}).partition("~")
    return f"{jwt.rpartition('.')[0]}.~{disclosures}"


@malformed
def alg_hs256(scene: Scene) -> str:
    """The public key as the secret of a MAC."""
    return scene.token_with(header={"alg": "HS256"})


@broken
def alg_of_another_curve(scene: Scene) -> str:
    """ES384 with a key of P-256."""
    return scene.token_with(header={"alg": "ES384"})


@malformed
def alg_missing(scene: Scene) -> str:
    """A header without an algorithm."""
    return scene.token_with(header={"alg": None})


@malformed
def crit(scene: Scene) -> str:
    """An extension that must be understood, and is not."""
    return scene.token_with(header={"crit": ["exp"], "exp": 0})


@malformed
def b64_false(scene: Scene) -> str:
    """A payload that is not encoded means another thing to some libraries."""
    return scene.token_with(header={"b64": False})


@broken
def kid_missing(scene: Scene) -> str:
    """No key is named."""
    return scene.token_with(header={"kid": None})


@broken
def kid_of_another(scene: Scene) -> str:
    """A key of somebody else than `iss`, who signed."""
    other = scene.organisations[1].signer("P-256")
    return scene.token_with(header={"kid": other.verification_method}, signer=other)


@broken
def key_in_the_header(scene: Scene) -> str:
    """The token brings its own key in `jwk` and names none of the issuer's."""
    stranger = published_signer("P-256", "stranger")
    return scene.token_with(header={"kid": None, "jwk": stranger.public_key.jwk()}, signer=stranger)


@broken
def issuer_missing(scene: Scene) -> str:
    """No `iss`."""
    return _without_claim(scene, "iss")


@broken
def type_missing(scene: Scene) -> str:
    """No `vct`."""
    return _without_claim(scene, "vct")


@broken
def type_unknown(scene: Scene) -> str:
    """A `vct` that is not of this standard."""
    return _with_claim(scene, "vct", "https://example.org/vct/diploma")


@broken
def type_of_another_statement(scene: Scene) -> str:
    """A work history under the `vct` of a rating."""
    return _with_claim(scene, "vct", "https://w3id.org/kluscv/vct/rating/v1")


@broken
def issued_missing(scene: Scene) -> str:
    """No `iat`: was the key in its window?"""
    return _without_claim(scene, "iat")


@broken
def issued_as_text(scene: Scene) -> str:
    """`iat` as a text."""
    return _with_claim(scene, "iat", "2026-11-22")


@broken
def issued_out_of_range(scene: Scene) -> str:
    """A second that no calendar has."""
    return _with_claim(scene, "iat", 2**52)


@broken
def issued_true(scene: Scene) -> str:
    """`true` is the number one to some readers."""
    return _with_claim(scene, "iat", True)


@token.invalid(CheckCode.VALIDITY_PERIOD, Reason.EXPIRED)
def expired(scene: Scene) -> str:
    """`exp` is now, which is no longer valid."""
    return _with_claim(scene, "exp", int(NOW.timestamp()))


@token.invalid(CheckCode.VALIDITY_PERIOD, Reason.NOT_YET_VALID)
def not_before(scene: Scene) -> str:
    """`nbf` is an hour ahead."""
    return _with_claim(scene, "nbf", int((NOW + timedelta(hours=1)).timestamp()))


@token.invalid(CheckCode.VALIDITY_PERIOD, Reason.NOT_YET_VALID)
def issued_tomorrow(scene: Scene) -> str:
    """`iat` is a day ahead."""
    return _with_claim(scene, "iat", int((NOW + timedelta(days=1)).timestamp()))


@broken
def holder_missing(scene: Scene) -> str:
    """No `cnf`: it would be anybody's."""
    return _without_claim(scene, "cnf")


@broken
def holder_by_reference(scene: Scene) -> str:
    """`cnf` with the name of a key instead of the key."""
    return _with_claim(scene, "cnf", {"kid": "did:key:zDnaWorker"})


@broken
def holder_with_private_key(scene: Scene) -> str:
    """`cnf` that gives the private key away."""
    jwk = {**scene.holder.jwk(), "d": base64url.encode(bytes(32))}
    return _with_claim(scene, "cnf", {"jwk": jwk})


@broken
def holder_with_a_key_for_encryption(scene: Scene) -> str:
    """`cnf` with a key that says it is not for signatures."""
    return _with_claim(scene, "cnf", {"jwk": {**scene.holder.jwk(), "use": "enc"}})


@broken
def holder_of_another_curve(scene: Scene) -> str:
    """A worker's key is of P-256."""
    return _with_claim(scene, "cnf", {"jwk": published_key("P-384", "worker").public_key.jwk()})


@broken
def holder_with_a_key_for_another_algorithm(scene: Scene) -> str:
    """A key of P-256 that says to be for ES384."""
    return _with_claim(scene, "cnf", {"jwk": {**scene.holder.jwk(), "alg": "ES384"}})


@broken
def holder_off_the_curve(scene: Scene) -> str:
    """`cnf` with a point that is not on the curve."""
    jwk = {**scene.holder.jwk(), "y": base64url.encode(bytes(31) + b"\1")}
    return _with_claim(scene, "cnf", {"jwk": jwk})


@broken
def status_index_negative(scene: Scene) -> str:
    """An index from the end of the list."""
    return _with_claim(
        scene, "status", {"status_list": {"idx": -1, "uri": "https://klusdag.example/status/1/token"}}
    )


@broken
def status_index_as_text(scene: Scene) -> str:
    """An index that is a text, as in the other kind of list."""
    return _with_claim(
        scene, "status", {"status_list": {"idx": "5", "uri": "https://klusdag.example/status/1/token"}}
    )


@broken
def status_of_unknown_kind(scene: Scene) -> str:
    """A status that cannot be read is not the same as none."""
    return _with_claim(scene, "status", {"other_mechanism": {"uri": "https://klusdag.example/status"}})


@broken
def claim_undefined(scene: Scene) -> str:
    """A claim that the data model does not know."""
    return _with_claim(scene, "recommended", True)


@broken
def supersedes_itself(scene: Scene) -> str:
    """A correction of itself."""
    return scene.token_with(lambda payload: payload.update({"supersedes": [payload["jti"]]}))


@token.invalid(CheckCode.COMPLETENESS, Reason.MORE_THAN_TOTALS)
def more_lines_than_the_totals(scene: Scene) -> str:
    """Two kinds of work, of a signed total of one."""
    return scene.token_with(lambda payload: payload["workTotals"].update({"occupationCount": 1}))


@token.invalid(CheckCode.PROOF, Reason.MISMATCH)
def payload_changed(scene: Scene) -> str:
    """Another payload under the old signature."""
    jwt, _, disclosures = scene.token().partition("~")
    header, payload, signature = jwt.split(".")
    changed = {**json.loads(base64url.decode(payload)), "issuerName": "Gemeente Utrecht"}
    return f"{header}.{jws.encode_json(changed)}.{signature}~{disclosures}"


@token.invalid(CheckCode.PROOF, Reason.MISMATCH)
def signed_by_a_stranger(scene: Scene) -> str:
    """A stranger's signature under the issuer's `kid`."""
    return scene.token_with(signer=published_signer("P-256", "stranger"))


@token.invalid(CheckCode.PROOF, Reason.MISMATCH)
def signature_in_der(scene: Scene) -> str:
    """The signature as ASN.1, as many libraries make it, instead of r and s."""
    jwt, _, disclosures = scene.token().partition("~")
    head, _, signature = jwt.rpartition(".")
    raw = base64url.decode(signature)
    halves = [b"\0" + raw[:32], b"\0" + raw[32:]]
    der = b"".join(b"\x02" + bytes([len(half)]) + half for half in halves)
    return f"{head}.{base64url.encode(b'0' + bytes([len(der)]) + der)}~{disclosures}"


@malformed
def signature_padded(scene: Scene) -> str:
    """base64url with padding is another spelling of the same bytes."""
    jwt, _, disclosures = scene.token().partition("~")
    return f"{jwt}==~{disclosures}"


@malformed
def four_parts(scene: Scene) -> str:
    """A JWT has three parts."""
    jwt, _, disclosures = scene.token().partition("~")
    return f"{jwt}.AAAA~{disclosures}"


@malformed
def payload_with_a_claim_twice(scene: Scene) -> str:
    """Two `iss` in the payload, which the issuer signed."""
    jwt, _, disclosures = scene.token().partition("~")
    header, payload, _ = jwt.split(".")
    text = base64url.decode(payload).decode().replace("{", '{"iss":"did:web:other.example",', 1)
    signing_input = f"{header}.{base64url.encode(text.encode())}"
    signature = scene.organisation.signer("P-256").sign(signing_input.encode())
    return f"{signing_input}.{base64url.encode(signature)}~{disclosures}"
