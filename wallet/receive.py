"""Receiving: claim what is offered, and look into it before anything is kept."""

from __future__ import annotations

from dataclasses import replace

from standard.fetch import Fetcher
from standard.keys import PrivateKey, PublicKey, Signer
from standard.resolution import Resolver
from standard.verification import VerificationPolicy
from wallet import claims
from wallet.claims import KEY_KIND, Claim
from wallet.errors import OnItsWayError
from wallet.held import HeldCredential
from wallet.inspection import inspect
from wallet.offers import OpenOffer


def accept(
    opened: OpenOffer,
    transaction_code: str | None,
    *,
    fetcher: Fetcher,
    signer: Signer,
    policy: VerificationPolicy,
    resolver: Resolver,
) -> HeldCredential:
    """Claim everything that is offered and verify it; the result is not kept yet and has no id.

    Accepting again after a lost answer gives the same copies, as long as the issuer takes the codes.

    Raises:
        OnItsWayError: the issuer promised a part for later.
        ReceivedInvalidError: what the issuer sent does not verify.
        OfferError: as `claims.begin`.
    """
    key = PrivateKey.generate(KEY_KIND)
    claim = claims.begin(opened, transaction_code, fetcher=fetcher, signer=signer, key=key, now=policy.now)
    if claim.promises:
        raise OnItsWayError("the issuer will have the credential later")
    return look_into(claim, holder=signer.public_key, policy=policy, resolver=resolver)


def look_into(
    claim: Claim, *, holder: PublicKey, policy: VerificationPolicy, resolver: Resolver
) -> HeldCredential:
    """Verify what a claim brought; the result is not kept yet and has no id.

    Raises:
        ReceivedInvalidError: it does not verify.
    """
    received = inspect(claim.texts, holder=holder, policy=policy, resolver=resolver)
    return replace(received, source=claim.source, credential_issuer=claim.credential_issuer)
