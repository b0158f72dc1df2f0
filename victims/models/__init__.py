"""Tables of assistance: reached by victims alone."""

from victims.models.care import ClinicalAlarm, ClinicalWindow, DutyTurn
from victims.models.files import ChildCare, ContactPlan, SupportFile, SupportGrant
from victims.models.money import Fund, Item, Payment
from victims.models.planning import Closure, Goal, Need, Plan, SafetyPlan, Task
from victims.models.referrals import Provider, Referral

__all__ = [
    "ChildCare", "ClinicalAlarm", "ClinicalWindow", "Closure", "ContactPlan", "DutyTurn", "Fund", "Goal", "Item",
    "Need", "Payment", "Plan", "Provider", "Referral", "SafetyPlan", "SupportFile", "SupportGrant", "Task",
]  # fmt: skip
