"""Gathers the floor's tables from the rooms they live in."""

from core.audit.tables import AuditCheckpoint, AuditCursor, AuditEvent, AuditLeaf, AuditSeal
from core.deadlines.models import Breach, Deadline, DeadlineKind, Extension, OwnDay, Pause
from core.encryption.tables import BlindToken, DataKey, OrganisationKey, SealingKey
from core.marks import SystemMark
from core.organisations import Membership, Office, Organisation, RoleGrant, User
from core.outbox.models import Delivery, Notice
from core.people.tables import AccountReset
from core.tokens.tables import Answered, ApiToken

__all__ = [
    "AccountReset",
    "Answered",
    "ApiToken",
    "AuditCheckpoint",
    "AuditCursor",
    "AuditEvent",
    "AuditLeaf",
    "AuditSeal",
    "BlindToken",
    "Breach",
    "DataKey",
    "Deadline",
    "DeadlineKind",
    "Delivery",
    "Extension",
    "Membership",
    "Notice",
    "Office",
    "Organisation",
    "OrganisationKey",
    "OwnDay",
    "Pause",
    "RoleGrant",
    "SealingKey",
    "SystemMark",
    "User",
]
