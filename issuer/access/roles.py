"""What an operator may do: a role is a set of permissions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from issuer.errors import NotAllowedError
from issuer.tables import Operator


class Permission(StrEnum):
    """One kind of thing that an operator does."""

    LOOK = "look"
    IMPORT = "import"
    ISSUE = "issue"
    REVOKE = "revoke"
    KEYS = "keys"
    SETTINGS = "settings"
    OPERATORS = "operators"


class Role(StrEnum):
    """What an operator is to an organisation."""

    OWNER = "owner"
    ISSUER = "issuer"
    READER = "reader"


PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.OWNER: frozenset(Permission),
    Role.ISSUER: frozenset({Permission.LOOK, Permission.IMPORT, Permission.ISSUE, Permission.REVOKE}),
    Role.READER: frozenset({Permission.LOOK}),
}


def permissions(operator: Operator) -> frozenset[Permission]:
    """What an operator's role holds."""
    return PERMISSIONS[Role(operator.role)]


def may(operator: Operator, permission: Permission) -> bool:
    """Whether an operator's role holds a permission."""
    return permission in permissions(operator)


def require(operator: Operator, permission: Permission) -> None:
    """Go on only with a permission.

    Raises:
        NotAllowedError: the operator's role does not hold it.
    """
    if not may(operator, permission):
        raise NotAllowedError(f"this needs the permission {permission}")
