"""The example cases of RFC 9901: issue them, show what the case shows, and read it back."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric import ec

from standard import base64url, sd_jwt
from standard.keys import KeySigner, PrivateKey
from standard.model import DidUrl
from standard.sd_jwt.token import Path as ClaimPath
from tests.standard.vectors import PROJECT, files_of

SHARED = Path(os.environ.get("KLUSCV_SHARED") or PROJECT.parent / "shared")
CASES = SHARED / "vectors/sd-jwt-rfc9901/examples"
FOLDERS = sorted(folder.name for folder in CASES.iterdir() if folder.is_dir()) if CASES.is_dir() else []

SETTINGS = yaml.safe_load((CASES / "settings.yml").read_text(encoding="utf-8")) if FOLDERS else {}


def _key(jwk: dict[str, str]) -> PrivateKey:
    """One of the keys of the settings; its two halves belong together."""
    secret = int.from_bytes(base64url.decode(jwk["d"]), "big")
    key = PrivateKey("P-256", ec.derive_private_key(secret, ec.SECP256R1()))
    assert key.public_key.jwk() == {name: value for name, value in jwk.items() if name != "d"}
    return key


def _signers() -> tuple[KeySigner, KeySigner]:
    """The issuer and the holder of the settings."""
    keys = SETTINGS["key_settings"]
    (issuer,) = keys["issuer_keys"]
    return (
        KeySigner(_key(issuer), DidUrl(f"{SETTINGS['identifiers']['issuer']}#1")),
        KeySigner(_key(keys["holder_key"]), DidUrl("did:example:holder#1")),
    )


class Hidden:
    """A key or an element that the case marks with `!sd`."""

    def __init__(self, value: Any) -> None:
        self.value = value


class CaseLoader(yaml.SafeLoader):
    """Reads the `!sd` tag of the cases."""


def _hidden(loader: yaml.SafeLoader, node: yaml.Node) -> Hidden:
    if isinstance(node, yaml.MappingNode):
        return Hidden(loader.construct_mapping(node, deep=True))
    if isinstance(node, yaml.SequenceNode):
        return Hidden(loader.construct_sequence(node, deep=True))
    tag = loader.resolve(yaml.ScalarNode, node.value, (not node.style, bool(node.style)))
    return Hidden(loader.construct_object(yaml.ScalarNode(tag, node.value)))


CaseLoader.add_constructor("!sd", _hidden)


def claims_and_paths(value: Any, path: ClaimPath = ()) -> tuple[Any, set[ClaimPath]]:
    """The claims without their marks, and the paths that were marked."""
    if isinstance(value, dict):
        entries = [(key, item) for key, item in value.items()]
        result: Any = {}
    elif isinstance(value, list):
        entries = list(enumerate(value))
        result = []
    else:
        return value, set()
    paths: set[ClaimPath] = set()
    for key, item in entries:
        marked = isinstance(key, Hidden) or isinstance(item, Hidden)
        name = str(key.value) if isinstance(key, Hidden) else key
        inner, inner_paths = claims_and_paths(item.value if isinstance(item, Hidden) else item, (*path, name))
        paths |= inner_paths | ({(*path, name)} if marked else set())
        if isinstance(result, dict):
            result[name] = inner
        else:
            result.append(inner)
    return result, paths


def is_chosen(chosen: Any, path: ClaimPath) -> bool:
    for step in path:
        if isinstance(chosen, dict):
            chosen = chosen.get(step)
        elif isinstance(chosen, list) and isinstance(step, int):
            chosen = chosen[step] if step < len(chosen) else None
        else:
            return False
    return bool(chosen) or isinstance(chosen, dict | list)


def shown(claims: Any, hidden: set[ClaimPath], path: ClaimPath = ()) -> Any:
    if isinstance(claims, dict):
        return {
            name: shown(item, hidden, (*path, name))
            for name, item in claims.items()
            if (*path, name) not in hidden
        }
    if isinstance(claims, list):
        return [
            shown(item, hidden, (*path, index))
            for index, item in enumerate(claims)
            if (*path, index) not in hidden
        ]
    return claims


@pytest.mark.skipif(not FOLDERS, reason=f"the cases of RFC 9901 are not in {SHARED} (set KLUSCV_SHARED)")
def test_no_file_of_the_rfc_is_passed_over() -> None:
    assert len(FOLDERS) >= 15
    used = {CASES / folder / "specification.yml" for folder in FOLDERS} | {CASES / "settings.yml"}
    assert set(files_of("sd-jwt-rfc9901")) == used
    assert SETTINGS.keys() == {
        "identifiers", "key_settings", "key_binding_nonce", "expiry_seconds", "random_seed", "iat", "exp",
    }  # fmt: skip


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_case_is_issued_shown_in_part_and_read_back(folder: str) -> None:
    case = yaml.load((CASES / folder / "specification.yml").read_text(), CaseLoader)  # noqa: S506
    claims, marked = claims_and_paths(case["user_claims"])
    issuer, holder = _signers()
    issued = datetime.fromtimestamp(SETTINGS["iat"], UTC)
    verifier, nonce = SETTINGS["identifiers"]["verifier"], SETTINGS["key_binding_nonce"]
    claims |= {"iss": SETTINGS["identifiers"]["issuer"], "iat": SETTINGS["iat"], "exp": SETTINGS["exp"]}
    claims["cnf"] = {"jwk": holder.public_key.jwk()}
    text = sd_jwt.issue(
        claims,
        disclosable=marked.__contains__,
        header={"typ": "example+sd-jwt"},
        signer=issuer,
        new_salt=lambda: secrets.token_urlsafe(16),
    )
    whole = sd_jwt.parse(text)
    sd_jwt.verify_signature(whole, issuer.public_key)
    assert sd_jwt.disclosed_claims(whole) == claims
    assert {item.path for item in whole.shown} == marked

    chosen = case["holder_disclosed_claims"]
    kept = {path for path in marked if is_chosen(chosen, path)}
    part = sd_jwt.reduce(text, lambda path, _: path in kept)
    assert sd_jwt.disclosed_claims(sd_jwt.parse(part)) == shown(claims, marked - kept)

    if case.get("key_binding"):
        bound = sd_jwt.bind(part, signer=holder, audience=verifier, nonce=nonce, now=issued)
        sd_jwt.verify_key_binding(
            sd_jwt.parse(bound),
            audience=verifier,
            nonce=nonce,
            now=issued,
            max_age=timedelta(seconds=SETTINGS["expiry_seconds"]),
        )
