"""Gathers the floor's tables from the rooms they live in."""

from core.encryption.tables import BlindToken, DataKey, OrganisationKey, SealingKey
from core.organisations import Membership, Office, Organisation, RoleGrant, User

__all__ = [
    "BlindToken",
    "DataKey",
    "Membership",
    "Office",
    "Organisation",
    "OrganisationKey",
    "RoleGrant",
    "SealingKey",
    "User",
]
