"""None of the requirements that implementations commonly miss, 1 to 31 and 40, is without a test.

Those of OpenID4VCI, 32 to 39, are held where the protocol is.
"""

from __future__ import annotations

from tests.vc_api import test_items_data_model, test_items_json, test_items_proofs, test_items_status
from tests.vc_api.items import ITEMS, TESTS

SUBJECTS = (test_items_data_model, test_items_json, test_items_proofs, test_items_status)


def test_every_item_has_a_test() -> None:
    assert TESTS.keys() == ITEMS
    written = {name for module in SUBJECTS for name in vars(module)}
    assert written >= {name for names in TESTS.values() for name in names}
