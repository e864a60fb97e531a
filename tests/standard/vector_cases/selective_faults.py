"""Derived proofs of `ecdsa-sd-2023` that show what was not signed, or were not derived as they should be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cbor2

from standard import base58btc, base64url, proofs
from standard.proofs import BaseProofs
from standard.proofs.disclosure_values import DerivedValue, read_derived, write_derived
from tests.standard.vector_cases.other_suites import ISSUER, unsigned
from tests.standard.vector_cases.registry import Group
from tests.standard.vector_cases.scene import Document, Scene, published_key, published_signer

selective = Group("sd", "strict")


def _base(scene: Scene) -> Document:
    suite_with_keys = BaseProofs(
        ("/issuer", "/validFrom"), bytes(range(32)), published_key("P-256", "a proof key")
    )
    subjects = [{"name": "Afwas"}, {"name": "Bediening"}, {"name": "Keuken"}]
    document = unsigned(scene, "P-256", credentialSubject=subjects)
    return scene.sign(document, cryptosuite=suite_with_keys, signer=published_signer("P-256", ISSUER))


def _derived(scene: Scene, change: Callable[[DerivedValue], DerivedValue] | None = None) -> Document:
    base = _base(scene)
    document = proofs.derive(base, base["proof"], ["/credentialSubject/0", "/credentialSubject/1"])
    if change is not None:
        value = change(read_derived(document["proof"]["proofValue"]))
        document["proof"]["proofValue"] = write_derived(value)
    return document


@selective.valid()
def derived(scene: Scene) -> Document:
    """Two of three subjects are shown."""
    return _derived(scene)


@selective.refused("proof")
def base_proof_shown(scene: Scene) -> Document:
    """The proof that only the holder should have: it holds the key of all labels."""
    return _base(scene)


@selective.refused("signature")
def claim_changed(scene: Scene) -> Document:
    """A shown claim is another one."""
    document = _derived(scene)
    document["credentialSubject"][0]["name"] = "Directie"
    return document


@selective.refused("proof")
def claim_added(scene: Scene) -> Document:
    """More claims than signatures."""
    document = _derived(scene)
    document["credentialSubject"][0]["description"] = "Uitstekend"
    return document


@selective.refused("proof")
def signature_missing(scene: Scene) -> Document:
    """Fewer signatures than claims that are shown by choice."""
    return _derived(scene, lambda value: replace(value, statement_signatures=value.statement_signatures[1:]))


@selective.refused("signature")
def signatures_swapped(scene: Scene) -> Document:
    """The signatures in another order."""
    return _derived(
        scene, lambda value: replace(value, statement_signatures=value.statement_signatures[::-1])
    )


@selective.refused("proof")
def labels_repeated(scene: Scene) -> Document:
    """Two blank nodes under one label, which would join their claims."""

    def repeat(value: DerivedValue) -> DerivedValue:
        return replace(value, labels=dict.fromkeys(value.labels, next(iter(value.labels.values()))))

    return _derived(scene, repeat)


@selective.refused("proof")
def label_missing(scene: Scene) -> Document:
    """A blank node without a label."""
    return _derived(scene, lambda value: replace(value, labels=dict(list(value.labels.items())[1:])))


@selective.refused("proof")
def mandatory_index_out_of_range(scene: Scene) -> Document:
    """An index behind the last quad."""
    return _derived(
        scene, lambda value: replace(value, mandatory_indexes=frozenset({*value.mandatory_indexes, 99}))
    )


@selective.refused("proof")
def everything_called_mandatory(scene: Scene) -> Document:
    """Claims passed off as the issuer's choice, without signatures of their own."""
    return _derived(scene, lambda value: replace(value, mandatory_indexes=frozenset(range(9))))


def _raw(scene: Scene, change: Callable[[bytes], bytes]) -> Document:
    document = _derived(scene)
    value = base64url.decode(document["proof"]["proofValue"][1:])
    document["proof"]["proofValue"] = "u" + base64url.encode(change(value))
    return document


@selective.refused("proof")
def header_unknown(scene: Scene) -> Document:
    """A header that is neither that of a base nor of a derived proof."""
    return _raw(scene, lambda value: b"\xd9\x5d\x02" + value[3:])


@selective.refused("proof")
def value_in_base58(scene: Scene) -> Document:
    """This suite writes base64url."""
    document = _derived(scene)
    document["proof"]["proofValue"] = base58btc.encode(base64url.decode(document["proof"]["proofValue"][1:]))
    return document


@selective.refused("proof")
def value_with_cbor_tags(scene: Scene) -> Document:
    """The key as a tagged byte string."""

    def tag(value: bytes) -> bytes:
        items = cbor2.loads(value[3:])
        items[1] = cbor2.CBORTag(64, items[1])
        return value[:3] + cbor2.dumps(items)

    return _raw(scene, tag)


@selective.refused("proof")
def something_after_the_value(scene: Scene) -> Document:
    """A byte after the CBOR."""
    return _raw(scene, lambda value: value + b"\0")


@selective.refused("signature")
def another_proof_key(scene: Scene) -> Document:
    """The holder puts a key of her own, for which the issuer did not vouch."""
    other = published_key("P-256", "stranger").public_key
    return _derived(scene, lambda value: replace(value, proof_key=other))
