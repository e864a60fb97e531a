"""The cryptosuite `eddsa-rdfc-2022`: Ed25519 over canonical RDF.

Source: Data Integrity EdDSA Cryptosuites v1.0, "eddsa-rdfc-2022".
"""

from standard.proofs.cryptosuite import RdfcCryptosuite

SUITE = RdfcCryptosuite("eddsa-rdfc-2022", {"Ed25519": "sha256"})
