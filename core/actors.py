"""Who does something: a member of staff, a reporter, or the system itself."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from core.organisations import Membership, User


@dataclass(frozen=True)
class Actor:
    """The person (or machine) behind an act, with what was known when the request came in."""

    kind: str
    user: "User | None" = None
    membership: "Membership | None" = None
    roles: frozenset[str] = field(default_factory=frozenset)
    session: str = ""
    second_factor_at: datetime | None = None
    owns_second_factor: bool = False  # an app or a passkey is set up for the account

    @property
    def user_id(self) -> UUID | None:
        return self.user.pk if self.user else None


REPORTER = Actor("reporter")
SYSTEM = Actor("system")
