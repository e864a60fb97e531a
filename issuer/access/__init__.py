"""How operators come in: passkeys, passwords with one-time codes, invitations, and their sessions."""
