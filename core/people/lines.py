"""Lines, offices and roles as other apps follow them: what hangs on one changes in the same transaction."""

from datetime import datetime
from typing import Protocol

from core.organisations import Membership


class Follow(Protocol):
    """What an app above does when a member came to another supervisor, office or role."""

    def __call__(self, member: Membership, *, now: datetime) -> None: ...


_followers: list[Follow] = []


def declare(follow: Follow) -> None:
    """Have this called after each such change, once however often it is declared."""
    if follow not in _followers:
        _followers.append(follow)


def changed(member: Membership, *, now: datetime) -> None:
    """The member's supervisor or office is another one now, they have one role more, or they are new."""
    for follow in _followers:
        follow(member, now=now)
