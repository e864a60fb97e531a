"""Sets and chains of proofs, and the documents that they begin with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from standard.dids import did_key_public_key, did_of
from standard.model import DidUrl
from standard.proofs import SUITES, add_proof, read_proof, read_proofs, verify_proof
from standard.proofs.cryptosuite import Content, SigningCryptosuite
from tests.standard.contexts import WITH_EXAMPLES
from tests.standard.w3c_steps.files import Json, Overheard, private_key, read, without


def chain_signer(folder: Path, options: Mapping[str, Any]) -> Overheard:
    """The key of the pairs that a verification method names."""
    pairs = read(folder / "multiKeyPairs.json").values()
    named = options["verificationMethod"].partition("#")[2]
    (pair,) = (pair for pair in pairs if pair["publicKeyMultibase"] == named)
    return Overheard(private_key(pair), DidUrl(options["verificationMethod"]))


def check_pairs(path: Path) -> None:
    assert len([private_key(pair) for pair in read(path).values()]) == 4


def added(folder: Path, before: Json, options: Json) -> Json:
    """Add a proof to a document, as the options of the vectors say."""
    previous = options.get("previousProof", [])
    read_options = read_proof({**options, "proofValue": "z"})
    assert read_options.created is not None
    return add_proof(
        before, cryptosuite=options["cryptosuite"], signer=chain_signer(folder, options),
        created=read_options.created, purpose=options["proofPurpose"], proof_id=options.get("id"),
        previous=[previous] if isinstance(previous, str) else previous, contexts=WITH_EXAMPLES,
    )  # fmt: skip


def grown(folder: Path) -> Mapping[str, Json]:
    """The four signed documents, each made from the one before it."""
    document, made = read(folder / "unsigned.json"), {}
    for name in ("ProofSet1", "ProofSet2", "ProofChain1", "ProofChain2"):
        config = name[0].lower() + name[1:-1] + "Config" + name[-1]
        document = added(folder, document, without(read(folder / f"{config}.json"), "@context"))
        made[f"signed{name}"] = document
    return made


def check_chain_document(path: Path) -> None:
    document = grown(path.parent)[path.stem]
    assert document == read(path)
    for proof in read_proofs(document):
        key = did_key_public_key(did_of(read_proof(proof).verification_method))
        verify_proof(document, proof, key, contexts=WITH_EXAMPLES)


def check_chain_options(path: Path) -> None:
    name = "signed" + path.stem[0].upper() + path.stem[1:].replace("ConfigSigned", "").replace("Config", "")
    last = read_proofs(grown(path.parent)[name])[-1]
    expected = read(path)
    assert without(expected, "@context") == (last if "Signed" in path.stem else without(last, "proofValue"))


def check_chain_step(path: Path) -> None:
    """What a chained proof signs: the document with the proofs that it names, and no others."""
    document, number = read(path), path.stem[-1]
    named = without(read(path.with_name(f"proofChainConfig{number}.json")), "@context")
    suite = SUITES["eddsa-rdfc-2022"]
    assert isinstance(suite, SigningCryptosuite)
    proof = suite.create(Content(document, WITH_EXAMPLES), named, chain_signer(path.parent, named))
    assert proof == without(read(path.with_name(f"proofChainConfigSigned{number}.json")), "@context")


def check_unsigned(path: Path) -> None:
    folder = path.parent
    name = {"employmentAuth": "employ/", "prCredUnsigned": "prc/"}.get(path.stem, "")
    if path.parent.name == "proof-set-chain":
        signed = [folder / "signedProofSet1.json"]
    elif name == "prc/":
        signed = [folder / "ecdsa-sd-2023" / "prc" / "addSignedSDBase.json"]
    elif name:
        signed = sorted(folder.glob("*/employ/signed*.json")) + sorted(
            folder.glob("*/employ/addSigned*.json")
        )
    else:
        signed = sorted(set(folder.glob("*-*/signed*.json")) - set(folder.glob("proof-set-chain/*")))
    assert signed
    # The examples of the resident's card were signed with other words in their description.
    ignored = "description" if name == "prc/" else "proof"
    for each in signed:
        assert without(without(read(each), "proof"), ignored) == without(read(path), ignored)


def check_pair(path: Path) -> None:
    assert private_key(read(path)).sign(b"message")


CHAINS: Final[Mapping[str, Callable[[Path], None]]] = {
    "signedProof": check_chain_document, "proofSetConfig": check_chain_options,
    "proofChainConfig": check_chain_options, "proofChainTempDoc": check_chain_step,
    "multiKeyPairs": check_pairs, "unsigned": check_unsigned,
}  # fmt: skip
