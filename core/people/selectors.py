"""Every read of members and offices that starts from somebody who looks after them."""

from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404

from core.organisations import Membership, Office, RoleGrant
from core.people.tables import AccountReset


def open_roles() -> QuerySet[RoleGrant]:
    """Roles that are held or wait, with whoever proposed and approved them."""
    return RoleGrant.objects.filter(ended_at=None).select_related("proposed_by", "approved_by").order_by("role")


def members(
    *, office: Office | None = None, role: str = "", ended: bool = False, now: datetime
) -> QuerySet[Membership]:
    """Members by name, with account, office and open roles; those who left only when asked for."""
    found = Membership.objects.select_related("user", "office", "supervisor__user").prefetch_related(
        Prefetch("role_grants", queryset=open_roles(), to_attr="open_roles")
    )
    gone = Q(ends_at__lte=now)
    found = found.filter(gone) if ended else found.exclude(gone)
    if office is not None:
        found = found.filter(office=office)
    if role:
        found = found.filter(role_grants__role=role, role_grants__ended_at=None)
    return found.order_by("user__name", "id")


def access_member(reference: str) -> Membership:
    """The member of that reference, or Http404."""
    found = (
        Membership.objects.select_related("user", "office", "supervisor__user")
        .filter(reference=reference.upper())
        .first()
    )
    if found is None:
        raise Http404
    return found


def access_role(member: Membership, role: str) -> RoleGrant:
    """The open grant of a role, or Http404."""
    found = open_roles().select_related("membership__user").filter(membership=member, role=role).first()
    if found is None:
        raise Http404
    return found


def access_office(reference: str) -> Office:
    """The office of that reference, or Http404."""
    found = Office.objects.select_related("parent").filter(reference=reference.upper()).first()
    if found is None:
        raise Http404
    return found


def waiting_reset(member: Membership) -> AccountReset | None:
    """The reset of this account that waits for a second person."""
    return (
        AccountReset.objects.select_related("asked_by", "membership__user", "user")
        .filter(membership=member, decided_at=None)
        .first()
    )


def waiting_roles() -> QuerySet[RoleGrant]:
    """Roles that wait for a second person, oldest first."""
    return (
        RoleGrant.objects.select_related("membership__user", "proposed_by")
        .filter(approved_at=None, ended_at=None)
        .order_by("proposed_at", "id")
    )


def waiting_resets() -> QuerySet[AccountReset]:
    """Resets that wait for a second person, oldest first."""
    return (
        AccountReset.objects.select_related("membership__user", "asked_by")
        .filter(decided_at=None)
        .order_by("asked_at", "id")
    )


def tree() -> list[tuple[int, Office]]:
    """Every office with its depth, parents before their children, each level by name."""
    offices = list(Office.objects.order_by("name"))
    children: dict[object, list[Office]] = {}
    for office in offices:
        children.setdefault(office.parent_id, []).append(office)
    found: list[tuple[int, Office]] = []

    def walk(parent: object, depth: int) -> None:
        for office in children.get(parent, []):
            found.append((depth, office))
            walk(office.pk, depth + 1)

    walk(None, 0)
    return found
