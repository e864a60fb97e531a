"""The bundled contexts and, for third-party vectors, the examples context that they name."""

from standard.jsonld import CREDENTIALS_V2, KLUSCV_V1, Contexts
from standard.jsonld.contexts import load

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
WITH_EXAMPLES = Contexts(
    {
        CREDENTIALS_V2: load(CREDENTIALS_V2),
        KLUSCV_V1: load(KLUSCV_V1),
        EXAMPLES: {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}},
    }
)
