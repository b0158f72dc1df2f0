"""Tables of investigations: three lives, the work, the people, the decision."""

from investigations.models.decision import Measure, Proceeding
from investigations.models.lives import Assessment, Investigation, Turn
from investigations.models.people import Departure, Finding, ScreeningDuty, SubjectStep, Withdrawal
from investigations.models.work import Assignment, DraftReport, LogEntry, PauseRequest, Plan, PlanTask

__all__ = [
    "Assessment", "Assignment", "Departure", "DraftReport", "Finding", "Investigation", "LogEntry", "Measure",
    "PauseRequest", "Plan", "PlanTask", "Proceeding", "ScreeningDuty", "SubjectStep", "Turn", "Withdrawal",
]  # fmt: skip
