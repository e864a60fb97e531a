"""What the wallet takes in beside an offer: copies in any form, but nothing that is not to be shown."""

from __future__ import annotations

import json

import pytest

from standard import proofs
from standard.credentials import mandatory_pointers
from standard.keys import PrivateKey
from standard.model import Form
from tests.world import NOW, WORK_HISTORY, MemoryResolver, make_world
from wallet.errors import ReceivedInvalidError
from wallet.held import HeldCredential
from wallet.inspection import inspect

WORLD = make_world()
RESOLVER = MemoryResolver(WORLD.documents())


def look(*texts: str) -> HeldCredential:
    return inspect(texts, holder=WORLD.holder, policy=WORLD.policy(), resolver=RESOLVER)


def test_every_form_is_taken_in() -> None:
    copies = [WORLD.organisation.issue(WORK_HISTORY, form, WORLD.holder) for form in Form]
    held = look(*copies)
    assert [copy.form for copy in held.copies] == list(Form)
    assert held.checked.outcome == "valid"


def test_a_base_proof_is_not_taken_for_a_copy() -> None:
    organisation = WORLD.organisation
    document = json.loads(organisation.issue(WORK_HISTORY, Form.EDDSA_RDFC, WORLD.holder))
    del document["proof"]
    suite = proofs.BaseProofs(mandatory_pointers(document), bytes(32), PrivateKey.generate("P-256"))
    base = proofs.add_proof(
        document,
        cryptosuite=suite,
        signer=organisation.signer("P-256"),
        created=NOW,
        purpose="assertionMethod",
    )
    shown = organisation.issue(WORK_HISTORY, Form.SD_JWT, WORLD.holder)
    with pytest.raises(ReceivedInvalidError):
        look(shown, json.dumps(base))
