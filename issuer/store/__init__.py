"""Every query of the issuer. Functions take a session and leave the transaction to the caller."""
