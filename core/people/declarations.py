"""What happens to people and settings: audit events and notices."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core import audit, outbox, permissions
from core.on_duty import holders
from core.organisations import Membership, Organisation, RoleGrant
from core.outbox.models import Notice
from core.people.permissions import Perm
from core.people.tables import AccountReset, What
from core.people.warnings import WARNINGS, warning_of
from core.permissions import Role
from core.tenancy import scope

LABELS = {"role": dict(Role.choices), "what": dict(What.choices)}
SENTENCES = {
    "people.member_added": _("{actor} made {user} a member"),
    "people.member_changed": _("{actor} changed the place of {user}: {changed}"),
    "people.member_ended": _("{actor} ended the membership of {user}"),
    "people.invited": _("{actor} sent {user} a link to choose a password"),
    "people.role_proposed": _("{actor} proposed the role {role} for {user}"),
    "people.role_approved": _("{actor} approved the role {role} for {user}"),
    "people.role_declined": _("{actor} declined the role {role} for {user}"),
    "people.role_ended": _("{actor} ended the role {role} of {user}"),
    "people.reset_asked": _("{actor} asked that the sign-in of {user} is made anew: {what}"),
    "people.reset_allowed": _("{actor} allowed that the sign-in of {user} is made anew: {what}"),
    "people.reset_declined": _("{actor} declined that the sign-in of {user} is made anew: {what}"),
    "people.office_added": _("{actor} added an office"),
    "people.office_changed": _("{actor} changed an office: {changed}"),
    "people.organisation_founded": _("The organisation was made by whoever runs the installation, regime {regime}"),
    "people.first_role": _("{user} was among the first people of the organisation, with the role {role}"),
    "people.settings_changed": _("{actor} changed the settings of the organisation: {changed}"),
}
for _name, _sentence in SENTENCES.items():
    audit.declare(_name, _sentence, labels=LABELS)


def page_of(reference: str) -> str:
    """The page of a member."""
    slug = Organisation.objects.values_list("slug", flat=True).get(id=scope().organisation)
    return f"/o/{slug}/people/{reference}/"


def approvers(now: datetime, *, but: Iterable[UUID | None]) -> list[UUID]:
    """Who may approve, without those who must not approve this."""
    found = [user for role in permissions.holders(Perm.PEOPLE_APPROVE) for user in holders(role, now=now)]
    return [user for user in dict.fromkeys(found) if user not in set(but)]


def wait_for_role(notice: Notice, now: datetime) -> list[UUID] | None:
    """Whoever may approve a role that still waits."""
    grant = RoleGrant.objects.select_related("membership").filter(pk=notice.about, approved_at=None).first()
    if grant is None or grant.ended_at is not None:
        return None
    return approvers(now, but=(grant.proposed_by_id, grant.membership.user_id))


def wait_for_reset(notice: Notice, now: datetime) -> list[UUID] | None:
    """Whoever may allow a reset that still waits."""
    reset = AccountReset.objects.filter(pk=notice.about, decided_at=None).first()
    return None if reset is None else approvers(now, but=(reset.asked_by_id, reset.user_id))


def owner_of(notice: Notice, _now: datetime) -> list[UUID]:
    """The person a role or an account belongs to; `about` is the membership."""
    return list(Membership.objects.filter(pk=notice.about).values_list("user_id", flat=True))


outbox.declare(
    "people.role_waits",
    resolve=wait_for_role,
    text=lambda notice: _t("A role waits for a second person."),
    link=lambda notice: page_of(notice.reference),
)
outbox.declare(
    "people.reset_waits",
    resolve=wait_for_reset,
    text=lambda notice: _t("Somebody’s way to sign in is to be made anew, which waits for a second person."),
    link=lambda notice: page_of(notice.reference),
)
outbox.declare(
    "people.role_given",
    resolve=owner_of,
    text=lambda notice: _t("Your roles have changed. Sign in again if you were signed in."),
    last_resort=False,
)
for _kind in WARNINGS:
    outbox.declare(
        _kind,
        resolve=owner_of,
        text=lambda notice: str(warning_of(notice.kind)),
        last_resort=False,
        even_away=True,
    )
