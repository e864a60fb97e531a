"""The wallet's side of the counter: offers, tokens, and the credential endpoint, without HTTP."""
