"""What the rest of the house hears when something comes in from outside: clocks and notices, in one place."""

from datetime import datetime
from uuid import UUID

from cases.models import Case, Mailbox, SupportRequest
from core import deadlines, outbox
from core.actors import Actor


def report_arrived(case: Case, *, now: datetime) -> datetime | None:
    """Start the clocks of a new report and leave one notice without recipients; gives when the reporter hears.

    Triage is reckoned from the moment the organisation became aware, the answer to the reporter from now.
    """
    moments = {"intake.triage": case.aware_at, "intake.acknowledge": now}
    clocks = deadlines.start_all(moments, subject=case.pk, reference=case.reference)
    outbox.notify("cases.report_arrived", about=case.pk, reference=case.reference, now=now)
    return clocks["intake.acknowledge"].due_at


def support_asked(request: SupportRequest, *, now: datetime) -> None:
    """Somebody wishes for support: the support side hears of it, and the clock of the offer starts."""
    deadlines.start("case.support", subject=request.pk, at=now)
    outbox.notify("cases.support_asked", about=request.pk, now=now)


def message_arrived(mailbox: UUID, *, now: datetime) -> None:
    """A reporter wrote: whoever has the case is to hear of it."""
    outbox.notify("cases.message_arrived", about=mailbox, now=now)


def consent_changed(mailbox: UUID, *, now: datetime) -> None:
    """A reporter changed what they allow: whoever has the case is to hear of it."""
    outbox.notify("cases.consent_changed", about=mailbox, now=now)


def answered(box: Mailbox, *, by: Actor, now: datetime) -> None:
    """The reporter was answered: the clock of the first answer is met."""
    deadlines.meet("intake.acknowledge", subject=box.report.case_id, by=by, now=now)
