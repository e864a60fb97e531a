"""Signers whose private key is elsewhere: in a hardware module, or behind a cloud's key service.

Both are a `standard.keys.Signer`, like `KeySigner` over a PEM file, so that whoever signs does not
know the difference. Neither is imported unless it is used.
"""
