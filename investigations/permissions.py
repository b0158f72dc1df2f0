"""What one may do in an investigation; who holds which is in the one table, config/access_table.csv."""

from enum import StrEnum

from core import permissions


class Perm(StrEnum):
    READ = "investigations.read"
    ASSESS = "investigations.assess"
    WORK = "investigations.work"
    MANAGE = "investigations.manage"
    REVIEW = "investigations.review"
    DECIDE = "investigations.decide"
    MEASURES = "investigations.measures"


MEANINGS = {
    Perm.READ: "Read the record of an investigation",
    Perm.ASSESS: "Decide a preliminary assessment",
    Perm.WORK: "Investigate: plan, steps, findings, report",
    Perm.MANAGE: "Manage an investigation: assign, approve, pause, end, hand over",
    Perm.REVIEW: "Review somebody else’s draft report",
    Perm.DECIDE: "Decide about measures",
    Perm.MEASURES: "Record that a measure was carried out, and what became of an appeal",
}

permissions.declare(Perm, MEANINGS)
