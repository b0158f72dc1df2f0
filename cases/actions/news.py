"""What the rest of the house hears when something comes in from outside: clocks and notices, in one place."""

from datetime import datetime
from uuid import UUID

from cases.models import Case


def report_arrived(case: Case, *, now: datetime) -> datetime | None:
    """Start the clocks of a new report and leave one notice without recipients; gives when the reporter hears."""


def message_arrived(mailbox: UUID, *, now: datetime) -> None:
    """A reporter wrote: whoever has the case is to hear of it."""


def consent_changed(mailbox: UUID, *, now: datetime) -> None:
    """A reporter changed what they allow: whoever has the case is to hear of it."""
