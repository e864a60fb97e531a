"""Public and private keys: Ed25519, P-256 and P-384, as Multikey, as JWK and as PEM.

Signatures are fixed-length: 64 bytes for Ed25519, and `r || s` (IEEE P1363) of 64 or 96 bytes for
ECDSA. Their length is checked before anything is split: a naive half split accepts forgeries.
"""

from standard.keys.curves import Algorithm
from standard.keys.private import KeySigner, PrivateKey, Signer
from standard.keys.public import PublicKey, fragment

__all__ = ["Algorithm", "KeySigner", "PrivateKey", "PublicKey", "Signer", "fragment"]
