"""Data Integrity proofs: one module per cryptosuite, one algorithm around them."""

from standard.proofs.data_integrity import SecuredDocument, add_proof, verify_proof
from standard.proofs.disclosure_values import is_base_value
from standard.proofs.ecdsa_sd_2023 import BaseProofs, derive
from standard.proofs.proof import Proof, read_proof, read_proofs
from standard.proofs.registry import SUITES

__all__ = [
    "SUITES",
    "BaseProofs",
    "Proof",
    "SecuredDocument",
    "add_proof",
    "derive",
    "is_base_value",
    "read_proof",
    "read_proofs",
    "verify_proof",
]
