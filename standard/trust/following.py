"""From a pinned root to the list that counts now, over the successors that roots have named.

Source: SPECIFICATION, "Rollover of a root".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from standard.errors import ResolutionError, TrustError
from standard.trust.root import TrustRoot
from standard.trust.signed_list import read_trust_list
from standard.trust.values import TrustList

CLOCK_SKEW: Final = timedelta(minutes=5)
LIMIT_SUCCESSORS: Final = 8


@dataclass(frozen=True, slots=True)
class FollowedList:
    """A pinned root, and where it led.

    Attributes:
        pinned: the root that a verifier pinned.
        root: the last root on the way that could be followed; the pinned one where none was named.
        trust_list: that root's list; None when not even the pinned root's could be read.
        problem: why the way ended before its end.
    """

    pinned: TrustRoot
    root: TrustRoot
    trust_list: TrustList | None
    problem: ResolutionError | TrustError | None

    @property
    def has_moved(self) -> bool:
        """Whether another root than the pinned one speaks now."""
        return self.root.root != self.pinned.root


def follow(pinned: TrustRoot, resolve: Callable[[str], bytes], now: datetime) -> FollowedList:
    """Read the list of a pinned root, or that of the root that took over.

    A list that names a successor says so for good: it is followed however old the list is, and the
    keys in it decide no more, unless the successor's list cannot be read.

    Args:
        pinned: the root to begin with.
        resolve: finds documents by their address; errors as of `Resolver`.
        now: a list that is not in force yet is not followed.
    """
    reached = FollowedList(pinned, pinned, None, None)
    root = pinned
    seen: set[str] = set()
    while True:
        try:
            trust_list = read_trust_list(resolve(root.trust_list), root)
        except (ResolutionError, TrustError) as error:
            return replace(reached, problem=error)
        reached = FollowedList(pinned, root, trust_list, None)
        seen.add(root.root)
        successor = trust_list.successor
        if successor is None or now < trust_list.valid_from - CLOCK_SKEW:
            return reached
        if successor.root in seen or len(seen) > LIMIT_SUCCESSORS:
            return replace(reached, problem=TrustError("the roots name each other in a circle"))
        # A root that only demonstrates cannot make another that does more.
        root = TrustRoot(successor.root, successor.trust_list, root.name, pinned.demonstration)
