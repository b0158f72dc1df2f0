"""Tables of cases: what was reported, about whom, and who may know."""

from cases.models.access import (
    BreakGlass,
    CaseDuty,
    CaseGrant,
    ExcludedOffice,
    Exclusion,
    Handover,
    IntakeRoute,
    PersonGrant,
)
from cases.models.case import Allegation, AllegationSubject, AllegationVictim, Case, Note, Report
from cases.models.mailbox import Draft, Mailbox, Message
from cases.models.people import Identity, Participant, Person
from cases.models.published import HelpContact
from cases.models.shared import Consent, MessageDue, SafetyQuestion, SupportRequest
from cases.models.working import CaseTerms, LoggedDraft, Reveal, SavedFilter, TriageDraft

__all__ = [
    "Allegation", "AllegationSubject", "AllegationVictim", "BreakGlass", "Case", "CaseDuty", "CaseGrant", "CaseTerms",
    "Consent", "Draft", "ExcludedOffice", "Exclusion", "Handover", "HelpContact", "Identity", "IntakeRoute",
    "LoggedDraft", "Mailbox", "Message", "MessageDue", "Note", "Participant", "Person", "PersonGrant", "Report",
    "Reveal", "SafetyQuestion", "SavedFilter", "SupportRequest", "TriageDraft",
]  # fmt: skip
