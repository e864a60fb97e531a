"""What wallets ask, and what they are answered.

Source: OpenID4VCI 1.0; RFC 6749, RFC 6750, RFC 9126, RFC 9449.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from issuer.routes.description.messages import NOT_FOUND, NUMBER, TEXT, Said, answer, asked, members
from issuer.routes.v1.problems import oauth_error, problem_answer
from standard.openid4vci import PRE_AUTHORIZED_GRANT

FORM: Final = "application/x-www-form-urlencoded"
JWT: Final = "eyJhbGciOiJFUzI1NiJ9.eyJub25jZSI6Ii4uLiJ9.c2lnbmF0dXJl"
ISSUER: Final = "https://bewijs.platform.example/org/platform"
CONFIGURATION: Final = "WorkHistoryCredential.dc+sd-jwt"
SECURITY_SCHEMES: Final[Said] = {
    "WalletToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "The access token of the token endpoint. One that is bound to a key is shown as "
        "`Authorization: DPoP …` with a `DPoP` proof. Never in the address.",
    }
}
WALLET: Final[list[dict[str, list[str]]]] = [{"WalletToken": []}]


TOO_LARGE: Final = {"413": problem_answer(413)}
REFUSED: Final = {**NOT_FOUND, **TOO_LARGE}
UNAUTHORIZED: Final[Said] = {
    **oauth_error("the access token or the DPoP proof is not valid", "invalid_token"),
    "headers": {"WWW-Authenticate": {"schema": TEXT, "required": True}},
}
PROTECTED: Final = {"401": UNAUTHORIZED, **REFUSED}

PAR_EXAMPLE: Final = {
    "response_type": "code",
    "client_id": "https://wallet.example",
    "redirect_uri": "https://wallet.example/terug",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
    "issuer_state": "8ZkD5mYBq1TcWvR0uHxLrj2A.PWFHUjM",
    "scope": CONFIGURATION,
    "state": "af0ifjsldkj",
}
CODE_FIELDS: Final = ("code", "code_verifier", "redirect_uri", "client_id", "authorization_details")
TOKEN_EXAMPLE: Final = {
    "grant_type": PRE_AUTHORIZED_GRANT,
    "pre-authorized_code": "8ZkD5mYBq1TcWvR0uHxLrj2A.bvV2H0wl4gPw",
    "tx_code": "493536",
}
KEY_PROOFS: Final = members(("jwt",), jwt={"type": "array", "items": TEXT, "minItems": 1, "maxItems": 8})
CREDENTIAL_REQUEST: Final = members(
    ("proofs",), credential_configuration_id=TEXT, credential_identifier=TEXT, proofs=KEY_PROOFS
)
CREDENTIALS: Final = members(
    (),
    credentials={
        "type": "array",
        "items": members(("credential",), credential={"type": ["string", "object"]}),
    },
    notification_id=TEXT,
    c_nonce=TEXT,
)
GIVEN: Final = answer(
    "the credentials, one for each key proof",
    {
        "credentials": [{"credential": f"{JWT}~WyJ4IiwieSIsInoiXQ~"}],
        "notification_id": "495b08390f41",
        "c_nonce": "y1c3",
    },
    CREDENTIALS,
)
PROMISED: Final = answer(
    "it comes later: ask the deferred credential endpoint, not before so many seconds have passed",
    {"transaction_id": "h5xN2k", "interval": 30},
    members(("transaction_id", "interval"), transaction_id=TEXT, interval=NUMBER, c_nonce=TEXT),
)

WALLETS: Final[Mapping[tuple[str, str], Said]] = {
    ("get", "/.well-known/openid-credential-issuer/org/{slug}"): {
        "responses": {
            "200": answer(
                "the metadata", {"credential_issuer": ISSUER, "credential_endpoint": f"{ISSUER}/credential"}
            ),
            **NOT_FOUND,
        }
    },
    ("get", "/.well-known/oauth-authorization-server/org/{slug}"): {
        "responses": {
            "200": answer("the metadata", {"issuer": ISSUER, "token_endpoint": f"{ISSUER}/token"}),
            **NOT_FOUND,
        }
    },
    ("get", "/offers/{offer_id}"): {
        "responses": {
            "200": answer(
                "the offer",
                {
                    "credential_issuer": ISSUER,
                    "credential_configuration_ids": [CONFIGURATION],
                    "grants": {"authorization_code": {"issuer_state": PAR_EXAMPLE["issuer_state"]}},
                },
            ),
            **NOT_FOUND,
        }
    },
    ("post", "/org/{slug}/par"): {
        "requestBody": asked(
            FORM,
            members(
                ("response_type", "client_id", "redirect_uri", "code_challenge", "code_challenge_method"),
                **dict.fromkeys((*PAR_EXAMPLE, "authorization_details", "resource", "dpop_jkt"), TEXT),
            ),
            PAR_EXAMPLE,
        ),
        "responses": {
            "201": answer(
                "where the browser brings the request up",
                {"request_uri": "urn:ietf:params:oauth:request_uri:HUn1QmJ9", "expires_in": 600},
                members(("request_uri", "expires_in"), request_uri=TEXT, expires_in=NUMBER),
            ),
            "400": oauth_error("the request is not as it should be", "invalid_request"),
            **REFUSED,
        },
    },
    ("post", "/org/{slug}/token"): {
        "requestBody": asked(
            FORM,
            members(
                ("grant_type",),
                **dict.fromkeys((*TOKEN_EXAMPLE, *CODE_FIELDS), TEXT),
            ),
            TOKEN_EXAMPLE,
        ),
        "responses": {
            "200": answer(
                "the access token",
                {"access_token": "clwAK1DOdNC0dZO5Vmeuel", "token_type": "Bearer", "expires_in": 3600},
                members(
                    ("access_token", "token_type", "expires_in"),
                    access_token=TEXT,
                    token_type={"enum": ["Bearer", "DPoP"]},
                    expires_in=NUMBER,
                    authorization_details={"type": "array"},
                ),
            ),
            "400": oauth_error("a code is wrong, was used, or is too old", "invalid_grant"),
            **REFUSED,
        },
    },
    ("post", "/org/{slug}/nonce"): {
        "responses": {
            "200": answer(
                "the next nonce", {"c_nonce": "ALHdWR4ZpcN5"}, members(("c_nonce",), c_nonce=TEXT)
            ),
            **REFUSED,
        }
    },
    ("post", "/org/{slug}/credential"): {
        "security": WALLET,
        "requestBody": asked(
            "application/json",
            CREDENTIAL_REQUEST,
            {"credential_configuration_id": CONFIGURATION, "proofs": {"jwt": [JWT]}},
        ),
        "responses": {
            "200": GIVEN,
            "202": PROMISED,
            "400": oauth_error("Credential Error Response", "invalid_proof"),
            **PROTECTED,
        },
    },
    ("post", "/org/{slug}/deferred_credential"): {
        "security": WALLET,
        "requestBody": asked(
            "application/json",
            members(("transaction_id",), transaction_id=TEXT),
            {"transaction_id": "h5xN2k"},
        ),
        "responses": {
            "200": GIVEN,
            "202": PROMISED,
            "400": oauth_error("Deferred Credential Error Response", "invalid_transaction_id"),
            **PROTECTED,
        },
    },
    ("post", "/org/{slug}/notification"): {
        "security": WALLET,
        "requestBody": asked(
            "application/json",
            members(
                ("notification_id", "event"),
                notification_id=TEXT,
                event={"enum": ["credential_accepted", "credential_failure", "credential_deleted"]},
                event_description=TEXT,
            ),
            {"notification_id": "495b08390f41", "event": "credential_accepted"},
        ),
        "responses": {
            "204": {"description": "noted"},
            "400": oauth_error("Notification Error Response", "invalid_notification_id"),
            **PROTECTED,
        },
    },
    ("post", "/org/{slug}/dispute"): {
        "requestBody": asked("application/jwt", TEXT, JWT),
        "responses": {
            "200": answer(
                "how it stands",
                {"state": "received", "receivedAt": "2026-11-22T16:28:17Z"},
                members(("state", "receivedAt"), state=TEXT, receivedAt=TEXT, reply=TEXT),
            ),
            "400": oauth_error("the message is not as it should be", "invalid_request"),
            **REFUSED,
            "422": problem_answer(422),
        },
    },
}  # fmt: skip
