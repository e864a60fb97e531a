"""Selective disclosure: what is signed, hidden and shown, and what a verifier makes of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final

from standard import base64url
from standard.jsonld import canonize, nquads, rdfc
from standard.jsonld.nquads import Quad
from standard.jsonld.selection import Selection, selection
from standard.model import DidUrl
from standard.proofs import BaseProofs, derive
from standard.proofs import ecdsa_sd_2023 as selective
from standard.proofs.cryptosuite import Content, with_contexts_of
from standard.proofs.disclosure_values import BaseValue, DerivedValue, read_base, read_derived
from tests.standard.citizenship import COMPILED
from tests.standard.w3c_steps.files import Json, Overheard, private_key, read, root, without


@dataclass(frozen=True)
class Choice:
    """One folder of `ecdsa-sd-2023`: what is signed, hidden and shown there, as our suite does it."""

    folder: Path

    def vector(self, name: str) -> Any:
        return read(self.folder / f"{name}.json")

    def pointers(self, kind: str) -> tuple[str, ...]:
        name = {"prc": "prCred", "employ": "employ"}[self.folder.name]
        return tuple(read(root(self.folder / "x") / f"{name}{kind}.json"))

    @cached_property
    def material(self) -> Json:
        found: Json = read(self.folder.parent / "SDKeyMaterial.json")
        return found

    @cached_property
    def hmac_key(self) -> bytes:
        return bytes.fromhex(self.material["hmacKeyString"])

    @cached_property
    def document(self) -> Json:
        return without(self.vector("addSignedSDBase"), "proof")

    @cached_property
    def options(self) -> Json:
        return without(self.vector("addSignedSDBase")["proof"], "proofValue")

    @cached_property
    def signer(self) -> Overheard:
        key = private_key(self.material["baseKeyPair"])
        return Overheard(key, DidUrl(self.options["verificationMethod"]))

    @cached_property
    def base(self) -> Json:
        """The credential with its base proof, as our suite makes it."""
        suite = BaseProofs(
            self.pointers("Mandatory"), self.hmac_key, private_key(self.material["proofKeyPair"])
        )
        proof = suite.create(Content(self.document, COMPILED), self.options, self.signer)
        return {**self.document, "proof": dict(proof)}

    @cached_property
    def base_value(self) -> BaseValue:
        return read_base(self.base["proof"]["proofValue"])

    @cached_property
    def derived(self) -> Json:
        return derive(self.base, self.base["proof"], self.pointers("Selective"), contexts=COMPILED)

    @cached_property
    def derived_value(self) -> DerivedValue:
        return read_derived(self.derived["proof"]["proofValue"])

    @cached_property
    def parts(self) -> Selection:
        return selection(self.document, COMPILED, partial(selective._keyed_label, self.hmac_key))

    def group(self, name: str) -> frozenset[bytes]:
        always, chosen = (self.parts.select(self.pointers(kind)) for kind in ("Mandatory", "Selective"))
        return {"mandatory": always, "selective": chosen, "combined": always | chosen}[name]

    def numbered(self, name: str, *, inside: bool = True) -> list[list[Any]]:
        """The lines of a group, or the other ones, each with its place among all of them."""
        group = self.group(name)
        return [[at, line.decode()] for at, line in enumerate(self.parts.lines) if (line in group) is inside]

    def hashes(self) -> tuple[bytes, bytes]:
        assert self.base
        message = self.signer.message
        assert message[32:-32] == private_key(self.material["proofKeyPair"]).public_key.multikey_bytes
        return message[:32], message[-32:]


def hexes(signatures: tuple[bytes, ...]) -> list[str]:
    return [signature.hex() for signature in signatures]


def disclosed(value: DerivedValue) -> Json:
    """The contents of a derived proof, as the vectors write them."""
    return {
        "baseSignature": value.signature.hex(),
        "publicKey": value.proof_key.multikey,
        "signatures": hexes(value.statement_signatures),
        "labelMap": [
            [f"c14n{at}", f"u{base64url.encode(label)}"] for at, label in sorted(value.labels.items())
        ],
        "mandatoryIndexes": sorted(value.mandatory_indexes),
    }


def selective_values(own: Choice, name: str) -> Any:
    """What our suite has at the step that a file is named after."""
    value = own.base_value
    numbers = {name: own.numbered(name) for name in ("mandatory", "selective", "combined")}
    match name:
        case "addBaseDocCanon":
            return canonize(own.document, contexts=COMPILED).decode().splitlines(keepends=True)
        case "addBaseDocHMACCanon":
            return [line.decode() for line in own.parts.lines]
        case "addBaseTransform":
            return {
                "mandatoryPointers": list(own.pointers("Mandatory")),
                "mandatory": {"dataType": "Map", "value": numbers["mandatory"]},
                "nonMandatory": {"dataType": "Map", "value": own.numbered("mandatory", inside=False)},
                "hmacKeyString": own.material["hmacKeyString"],
            }
        case "addHashData":
            return dict(
                zip(("proofHash", "mandatoryHash"), (each.hex() for each in own.hashes()), strict=True)
            )
        case "addProofConfig":
            return with_contexts_of(own.document, own.options)
        case "addRawBaseSignatureInfo":
            return {
                "baseSignature": value.signature.hex(),
                "publicKey": value.proof_key.multikey,
                "signatures": hexes(value.statement_signatures),
                "mandatoryPointers": list(value.mandatory_pointers),
            }
        case "addSignedSDBase":
            return own.base
        case "derivedRecoveredBaseData":
            return {
                "baseSignature": value.signature.hex(),
                "proofPublicKey": value.proof_key.multikey,
                "hmacKey": value.hmac_key.hex(),
                "signatures": hexes(value.statement_signatures),
                "mandatoryPointers": list(value.mandatory_pointers),
            }
        case "derivedGroupIndexes":
            return {
                **{f"{group}Indexes": [at for at, _ in found] for group, found in numbers.items()},
                "nonMandatoryIndexes": [at for at, _ in own.numbered("mandatory", inside=False)],
            }
        case "derivedAdjMandatoryIndexes":
            return {"adjMandatoryIndexes": sorted(own.derived_value.mandatory_indexes)}
        case "derivedAdjSignatures":
            signatures = own.derived_value.statement_signatures
            return {
                "adjSignatureIndexes": [value.statement_signatures.index(each) for each in signatures],
                "filteredSignatures": hexes(signatures),
            }
        case "derivedUnsignedReveal":
            return without(own.derived, "proof")
        case "derivedRevealDocument":
            return own.derived
        case "derivedDisclosureData":
            found = disclosed(own.derived_value)
            return {**found, "labelMap": {"dataType": "Map", "value": found["labelMap"]}}
        case "verifyDerivedProofValue":
            return disclosed(read_derived(own.vector("derivedRevealDocument")["proof"]["proofValue"]))
        case "verifyNQuads":
            return [line.decode() for line in shown_lines(own)]
        case "verifyCreateVerifyData":
            return verify_data(own)
    raise AssertionError(f"no check is for {name}")


def shown_lines(own: Choice) -> list[bytes]:
    shown = own.vector("derivedRevealDocument")
    value = read_derived(shown["proof"]["proofValue"])
    return selective._shown_lines(canonize(without(shown, "proof"), contexts=COMPILED), value)


def verify_data(own: Choice) -> Json:
    shown, lines = own.vector("derivedRevealDocument"), shown_lines(own)
    value = read_derived(shown["proof"]["proofValue"])
    message = selective._message(
        Content(without(shown, "proof"), COMPILED), without(shown["proof"], "proofValue"),
        own.signer.public_key, value.proof_key,
        [line for at, line in enumerate(lines) if at in value.mandatory_indexes],
    )  # fmt: skip
    return {
        "baseSignature": value.signature.hex(),
        "proofHash": message[:32].hex(),
        "publicKey": value.proof_key.multikey,
        "signatures": hexes(value.statement_signatures),
        "nonMandatory": [line.decode() for at, line in enumerate(lines) if at not in value.mandatory_indexes],
        "mandatoryHash": message[-32:].hex(),
    }


def check_selective(path: Path) -> None:
    assert selective_values(Choice(path.parent), path.stem) == read(path)


def check_selective_options(path: Path) -> None:
    own = Choice(path.parent)
    config = canonize(with_contexts_of(own.document, own.options), contexts=COMPILED)
    assert config.decode().strip() == path.read_text(encoding="utf-8").strip()
    assert hashlib.sha256(config).digest() == own.hashes()[0]


def check_pointer_values(path: Path) -> None:
    own = Choice(path.parent)
    found = read(path)
    assert [each["pointer"] for each in found] == list(own.pointers("Mandatory"))
    for each in found:
        value: Any = selective.select_document(own.document, [each["pointer"]])
        for step in each["pointer"].split("/")[1:]:
            value = value[step]
        assert value == each["value"]


def quads_of(lines: Iterable[bytes]) -> frozenset[Quad]:
    return nquads.parse(b"".join(lines).decode())


def check_groups(path: Path) -> None:
    """The groups by their lines; the names of blank nodes there are new ones in every run."""
    own, found = Choice(path.parent), read(path)
    assert found["groups"].keys() == {"mandatory", "selective", "combined"}
    for name, group in found["groups"].items():
        assert group["matching"]["value"] == own.numbered(name)
        assert group["nonMatching"]["value"] == own.numbered(name, inside=False)
        theirs = nquads.parse("".join(group["deskolemizedNQuads"]))
        assert rdfc.canonicalize(theirs) == rdfc.canonicalize(quads_of(own.group(name)))
    labels = {term for quad in quads_of(own.parts.lines) for term in quad if term.startswith("_:")}
    assert {label[2:] for label in labels} >= {
        label.removeprefix("_:") for _, label in found.get("labelMap", {}).get("value", [])
    }


def check_pointers(path: Path) -> None:
    folder = {"prCred": "prc", "employ": "employ"}[
        path.stem.removesuffix("Mandatory").removesuffix("Selective")
    ]
    own = Choice(path.parent / "ecdsa-sd-2023" / folder)
    assert own.parts.select(tuple(read(path)))


def check_material(path: Path) -> None:
    found = read(path)
    assert all(private_key(found[name]) for name in ("baseKeyPair", "proofKeyPair"))
    assert len(bytes.fromhex(found["hmacKeyString"])) == 32


SELECTIVE: Final[Mapping[str, Callable[[Path], None]]] = {
    "SDKeyMaterial": check_material, "addProofConfigCanon": check_selective_options,
    "addPointerValues": check_pointer_values, "derivedAllGroupData": check_groups,
    "add": check_selective, "derived": check_selective, "verify": check_selective,
}  # fmt: skip
