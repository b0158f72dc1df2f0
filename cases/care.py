"""What must be heard at once by whoever looks after people: somebody told when it happened.

Cases writes it down with the report; the support side says who hears, and does so without waiting for anybody here.
"""

from datetime import datetime

from cases.choices import LastTime
from cases.models import Report
from core import outbox

#: The notice about a report whose time is known, at least in coarse steps. Declared by the support side.
TIME_TOLD = "cases.time_told"

#: Answers that leave open whether care that works only for a time may still help.
OPEN_ANSWERS = (LastTime.TODAY_OR_YESTERDAY, LastTime.THREE_DAYS, LastTime.FIVE_DAYS, LastTime.NOT_SURE)


def time_told(report: Report, *, now: datetime) -> None:
    """Leave word, in the caller's transaction, where care may still be in time; works as `intake`."""
    if report.last_time in OPEN_ANSWERS or report.incident_from is not None:
        outbox.notify(TIME_TOLD, about=report.pk, now=now)
