"""The cryptosuite `ecdsa-jcs-2019`: ECDSA over canonical JSON; P-384 brings SHA-384 throughout.

Source: Data Integrity ECDSA Cryptosuites v1.0, "ecdsa-jcs-2019".
"""

from standard.proofs.cryptosuite import JcsCryptosuite

SUITE = JcsCryptosuite("ecdsa-jcs-2019", {"P-256": "sha256", "P-384": "sha384"})
