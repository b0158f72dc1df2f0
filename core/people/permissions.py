"""What one may do with people and settings; who holds which is in the one table, config/access_table.csv."""

from enum import StrEnum

from core import permissions


class Perm(StrEnum):
    PEOPLE = "core.people"
    PEOPLE_APPROVE = "core.people_approve"
    SETTINGS = "core.settings"
    AUDIT = "core.audit"


MEANINGS = {
    Perm.PEOPLE: "Add members, propose roles, ask for a reset",
    Perm.PEOPLE_APPROVE: "Approve what somebody else proposed about a member",
    Perm.SETTINGS: "Change the organisation’s name, languages, calendar and offices",
    Perm.AUDIT: "Read the audit of the organisation",
}

permissions.declare(Perm, MEANINGS)
