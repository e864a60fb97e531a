"""SD-JWT (RFC 9901) and the SD-JWT VC profile of this standard.

`token` reads, `issuing` makes, `holder` reduces and binds, `credential` is the profile.
"""

from standard.sd_jwt.credential import (
    CredentialFacts,
    is_disclosable,
    issue_statement,
    read_facts,
    to_disclosed_statement,
)
from standard.sd_jwt.holder import bind, holder_key, reduce, verify_key_binding
from standard.sd_jwt.issuing import issue, salts
from standard.sd_jwt.token import SdJwt, disclosed_claims, parse, verify_signature

__all__ = [
    "CredentialFacts",
    "SdJwt",
    "bind",
    "disclosed_claims",
    "holder_key",
    "is_disclosable",
    "issue",
    "issue_statement",
    "parse",
    "read_facts",
    "reduce",
    "salts",
    "to_disclosed_statement",
    "verify_key_binding",
    "verify_signature",
]
