"""What one may do with cases; who holds which is in the one table, config/access_table.csv."""

from enum import StrEnum

from core import permissions


class Perm(StrEnum):
    CASE_LOG = "cases.log"
    CASE_LIST = "cases.list"
    CASE_TRIAGE = "cases.triage"
    CASE_EDIT = "cases.edit"
    CASE_ASSIGN = "cases.assign"
    CASE_CLOSE = "cases.close"
    CASE_REOPEN = "cases.reopen"
    CASE_HANDOVER = "cases.handover"
    NARRATIVE_READ = "cases.narrative_read"
    NARRATIVE_WRITE = "cases.narrative_write"
    VICTIM_IDENTITY = "cases.victim_identity"
    SUBJECT_IDENTITY = "cases.subject_identity"
    MESSAGES = "cases.messages"
    SUPPORT_ASK = "cases.support_ask"
    SUPPORT_ANSWER = "cases.support_answer"
    SAFETY_ASK = "cases.safety_ask"
    SAFETY_ANSWER = "cases.safety_answer"
    MESSAGES_DUE = "cases.messages_due"
    CONSENT_RECORD = "cases.consent_record"
    GLASS_ASK = "cases.glass_ask"
    GLASS_ALLOW = "cases.glass_allow"
    GLASS_REVIEW = "cases.glass_review"
    TREATMENT_READ = "cases.treatment_read"
    RETALIATION_READ = "cases.retaliation_read"
    FIGURES = "cases.figures"
    ROUTES = "cases.routes"
    HELP = "cases.help"


MEANINGS = {
    Perm.CASE_LOG: "Log a complaint on someone’s behalf",
    Perm.CASE_LIST: "See the list of cases one has a grant for",
    Perm.CASE_TRIAGE: "Triage a report",
    Perm.CASE_EDIT: "Correct and add to the record of a case",
    Perm.CASE_ASSIGN: "Assign a case and grant access to it",
    Perm.CASE_CLOSE: "Close a case",
    Perm.CASE_REOPEN: "Reopen a case",
    Perm.CASE_HANDOVER: "Hand a case over",
    Perm.NARRATIVE_READ: "Read what was told",
    Perm.NARRATIVE_WRITE: "Write what was told",
    Perm.VICTIM_IDENTITY: "Reveal the identity of a person affected",
    Perm.SUBJECT_IDENTITY: "Reveal the identity of a person named",
    Perm.MESSAGES: "Read and answer a reporter’s messages",
    Perm.SUPPORT_ASK: "Ask the support side to help someone",
    Perm.SUPPORT_ANSWER: "Take and answer requests for support",
    Perm.SAFETY_ASK: "Ask whether a step is safe for the person affected",
    Perm.SAFETY_ANSWER: "Answer whether a step is safe",
    Perm.MESSAGES_DUE: "Tell a person affected what changed",
    Perm.CONSENT_RECORD: "Record a consent or its withdrawal",
    Perm.GLASS_ASK: "Ask for an emergency reading of a case",
    Perm.GLASS_ALLOW: "Allow someone else’s emergency reading",
    Perm.GLASS_REVIEW: "Review an emergency reading",
    Perm.TREATMENT_READ: "Read complaints about how one was treated",
    Perm.RETALIATION_READ: "Read retaliation files",
    Perm.FIGURES: "See figures, never rows",
    Perm.ROUTES: "Name who gets new reports",
    Perm.HELP: "Keep the places to get help now that the form shows",
}

permissions.declare(Perm, MEANINGS)
