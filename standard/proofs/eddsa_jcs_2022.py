"""The cryptosuite `eddsa-jcs-2022`: Ed25519 over canonical JSON.

Source: Data Integrity EdDSA Cryptosuites v1.0, "eddsa-jcs-2022".
"""

from standard.proofs.cryptosuite import JcsCryptosuite

SUITE = JcsCryptosuite("eddsa-jcs-2022", {"Ed25519": "sha256"})
