"""Who may do what: a registry of permissions, and one table of roles that says who holds them."""

import csv
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The roles of issue and domain reference §8.2."""

    FOCAL_POINT = "focal_point", _("Focal point")
    INTAKE_OFFICER = "intake_officer", _("Intake officer")
    INVESTIGATION_MANAGER = "investigation_manager", _("Investigation manager")
    INVESTIGATOR = "investigator", _("Investigator")
    LINKING_OFFICER = "linking_officer", _("Linking officer")
    SUPPORT_OFFICER = "support_officer", _("Victim support officer")
    SUPPORT_SUPERVISOR = "support_supervisor", _("Support supervisor")
    PATERNITY_OFFICER = "paternity_officer", _("Paternity officer")
    VICTIMS_RIGHTS_OFFICER = "victims_rights_officer", _("Victims’ rights officer")
    ETHICS_OFFICER = "ethics_officer", _("Ethics officer")
    DECISION_MAKER = "decision_maker", _("Decision maker")
    LEGAL_ADVISER = "legal_adviser", _("Legal adviser")
    PARTNER_MANAGER = "partner_manager", _("Partner manager")
    SCREENING_OFFICER = "screening_officer", _("Screening officer")
    SCREENING_REVIEWER = "screening_reviewer", _("Screening reviewer")
    HEAD_OF_OFFICE = "head_of_office", _("Head of office")
    REPORTING_OFFICER = "reporting_officer", _("Reporting officer")
    AUDITOR = "auditor", _("Auditor")
    DATA_PROTECTION_OFFICER = "data_protection_officer", _("Data-protection officer")
    ADMINISTRATOR = "administrator", _("Organisation administrator")


class Reach(StrEnum):
    """How far a permission goes for a role."""

    ALL = "all"  # the whole organisation
    GRANTED = "granted"  # only cases or persons with a grant in force
    OWN = "own"  # only what the person logged, for as long as the rule says
    AGGREGATE = "aggregate"  # figures, never rows


class HasRoles(Protocol):
    """Whoever can be asked for their roles: an actor."""

    @property
    def roles(self) -> frozenset[str]: ...


_declared: dict[str, str] = {}


def declare(permissions: type[StrEnum], meanings: Mapping[Any, str]) -> None:
    """An app names its permissions, each with one sentence; raises when one is named twice or has no sentence."""
    for permission in permissions:
        if permission in _declared or permission not in meanings:
            raise ImproperlyConfigured(f"Permission {permission} is declared twice or has no meaning.")
        _declared[str(permission)] = meanings[permission]


def declared() -> dict[str, str]:
    """Every declared permission and its meaning."""
    return dict(_declared)


@cache
def table() -> dict[str, dict[str, Reach]]:
    """Permission → role → reach, read from the one file; raises on an unknown role or reach."""
    with open(settings.ACCESS_TABLE, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    known = set(Role.values)
    found: dict[str, dict[str, Reach]] = {}
    for row in rows:
        permission = row.pop("permission")
        row.pop("data", None)
        row.pop("action", None)
        if strange := set(row) - known:
            raise ImproperlyConfigured(f"The access table names unknown roles: {', '.join(sorted(strange))}.")
        if permission in found:
            raise ImproperlyConfigured(f"The access table names {permission} twice.")
        found[permission] = {role: Reach(reach) for role, reach in row.items() if reach}
    return found


def reaches(actor: HasRoles, permission: str) -> frozenset[Reach]:
    """How far `permission` goes for the actor: every reach one of their roles gives."""
    if str(permission) not in _declared:
        raise ImproperlyConfigured(f"Permission {permission} is not declared.")
    cells = table().get(str(permission), {})
    return frozenset(cells[role] for role in actor.roles if role in cells)


def allowed(actor: HasRoles, permission: str) -> bool:
    """Whether a role of the actor holds `permission` at all; which rows it reaches, selectors decide."""
    return bool(reaches(actor, permission))


def holders(permission: str) -> Iterable[str]:
    """The roles that hold `permission` in any reach."""
    return tuple(table().get(str(permission), {}))
