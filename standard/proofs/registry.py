"""The cryptosuites that are known; a new one is a module and a line here."""

from collections.abc import Mapping
from types import MappingProxyType

from standard.proofs import (
    ecdsa_jcs_2019,
    ecdsa_rdfc_2019,
    ecdsa_sd_2023,
    eddsa_jcs_2022,
    eddsa_rdfc_2022,
)
from standard.proofs.cryptosuite import Cryptosuite

_ALL: tuple[Cryptosuite, ...] = (
    ecdsa_jcs_2019.SUITE,
    ecdsa_rdfc_2019.SUITE,
    ecdsa_sd_2023.SUITE,
    eddsa_jcs_2022.SUITE,
    eddsa_rdfc_2022.SUITE,
)

SUITES: Mapping[str, Cryptosuite] = MappingProxyType({suite.name: suite for suite in _ALL})
