"""Securing a credential of any kind with the key of a VC-API instance."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from standard import proofs
from standard.dids import did_of
from standard.errors import DataModelError
from standard.keys import PrivateKey, Signer
from standard.model import StatementType
from standard.proofs import BaseProofs, read_proofs
from standard.proofs.cryptosuite import SigningCryptosuite
from standard.vc_api.answers import RequestError, UnknownInstanceError
from standard.vc_api.contexts import DATA_INTEGRITY_V2, issuable, with_addresses
from standard.vc_api.data_model import check_any_credential, check_vocabulary, is_kluscv, is_version_1

_SELECTIVE: Final = "ecdsa-sd-2023"
_SIGN_THE_TEXT: Final = "-jcs-"
_RESERVED: Final = frozenset(kind.value for kind in StatementType) | {"TrustListCredential"}
_HMAC_KEY_BYTES: Final = 32


def prepared(credential: Mapping[str, Any], signer: Signer) -> dict[str, Any]:
    """Check a credential that is to be issued, and put the instance's own DID in it as the issuer.

    The request names an issuer, but only the holder of a key can be one.

    Raises:
        DataModelError: it breaks the data model, or is of one of this standard's types.
        VocabularyError: a part of it would not be signed.
        ProofError: it has something that is not a proof already.
    """
    _check_type(credential)
    check_any_credential(credential)
    if "proof" in credential:
        for proof in read_proofs(credential):
            if not isinstance(proof.get("type"), str) or not proof["type"]:
                raise DataModelError("$.proof.type: missing or not a text")
    document = {**credential, "issuer": _issuer(credential["issuer"], did_of(signer.verification_method))}
    contexts = list(credential["@context"])
    if is_version_1(credential) and DATA_INTEGRITY_V2 not in contexts:
        document["@context"] = [*contexts, DATA_INTEGRITY_V2]
    check_vocabulary(document, issuable())
    return document


def sign(
    document: Mapping[str, Any],
    *,
    cryptosuite: str,
    signer: Signer,
    now: datetime,
    mandatory_pointers: tuple[str, ...] | None,
) -> dict[str, Any]:
    """Sign a prepared credential.

    Raises:
        UnknownInstanceError: there is no such cryptosuite.
        RequestError: the cryptosuite does not know mandatory pointers.
        DataModelError: a pointer names nothing.
    """
    suite = _suite(cryptosuite, mandatory_pointers)
    renamed, contexts = with_addresses(document, issuable())
    secured = proofs.add_proof(
        document if _SIGN_THE_TEXT in cryptosuite else renamed,
        cryptosuite=suite,
        signer=signer,
        created=now,
        purpose="assertionMethod",
        contexts=contexts,
    )
    return {**document, "proof": secured["proof"]}


def _suite(cryptosuite: str, mandatory_pointers: tuple[str, ...] | None) -> str | SigningCryptosuite:
    if cryptosuite == _SELECTIVE:
        hmac_key = secrets.token_bytes(_HMAC_KEY_BYTES)
        return BaseProofs(mandatory_pointers or (), hmac_key, PrivateKey.generate("P-256"))
    if cryptosuite not in proofs.SUITES:
        raise UnknownInstanceError("the cryptosuite is not known")
    if mandatory_pointers:
        raise RequestError("mandatoryPointers: this cryptosuite shows everything")
    return cryptosuite


def _check_type(credential: Mapping[str, Any]) -> None:
    types = credential.get("type")
    names = types if isinstance(types, list) else [types]
    if is_kluscv(credential) or any(isinstance(name, str) and name in _RESERVED for name in names):
        raise DataModelError("$.type: only an organisation issues a credential of this type")


def _issuer(named: Any, own: str) -> Any:
    return {**named, "id": own} if isinstance(named, dict) else own
