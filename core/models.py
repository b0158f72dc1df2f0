"""Gathers the floor's tables from the rooms they live in."""

from core.organisations import Membership, Office, Organisation, RoleGrant, User

__all__ = ["Membership", "Office", "Organisation", "RoleGrant", "User"]
