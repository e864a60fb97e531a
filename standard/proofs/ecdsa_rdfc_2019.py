"""The cryptosuite `ecdsa-rdfc-2019`: ECDSA over canonical RDF; P-384 brings SHA-384 throughout.

Source: Data Integrity ECDSA Cryptosuites v1.0, "ecdsa-rdfc-2019".
"""

from standard.proofs.cryptosuite import RdfcCryptosuite

SUITE = RdfcCryptosuite("ecdsa-rdfc-2019", {"P-256": "sha256", "P-384": "sha384"})
