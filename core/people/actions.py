"""Every write on members, roles and accounts: nobody promotes themselves, and what opens cases takes two people."""

from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core import audit, outbox
from core.access import ensure_fresh_second_factor
from core.actors import Actor
from core.errors import ConcurrentEdit, DomainError, Refused
from core.on_duty import holders
from core.organisations import Membership, Office, RoleGrant, User, every_organisation
from core.people import lines
from core.people.mail import send_choose_link, send_warning
from core.people.permissions import Perm
from core.people.tables import AccountReset, What
from core.people.warnings import warning_of
from core.permissions import Role, allowed
from core.sign_in import end_sessions

HOLD = timedelta(hours=24)


def ensure(by: Actor, perm: Perm) -> User:
    """The user behind the actor; raises Refused unless one of their roles holds the permission."""
    if by.user is None or not allowed(by, perm):
        raise Refused
    return by.user


def add(
    *, email: str, name: str, office: Office, by: Actor, now: datetime, post: str = "",
    supervisor: Membership | None = None, language: str = "",
) -> Membership:  # fmt: skip
    """Make somebody a member, with an account if they have none; a new account gets a link to choose its password.

    A member of old comes back to the place they had. Raises DomainError for somebody who is a member now.
    """
    ensure(by, Perm.PEOPLE)
    address = email.strip().lower()
    user = User.objects.filter(email=address).first()
    if user is None:
        user = User.objects.create_user(address, name=name.strip(), language=language)
    member = Membership.objects.filter(user=user).first()
    if member is not None and (member.ends_at is None or member.ends_at > now):
        raise DomainError(_("This person is a member already."))
    values = {"office": office, "post": post, "supervisor": supervisor, "starts_at": now, "ends_at": None}
    member, _new = Membership.objects.update_or_create(user=user, defaults=values)
    audit.record("people.member_added", by=by, about=member, reference=member.reference, facts={"user": user})
    lines.changed(member, now=now)
    if not user.has_usable_password():
        invite(member, by=by, now=now)
    return member


def invite(member: Membership, *, by: Actor, now: datetime) -> None:
    """Send the link to choose a password, which works once and for three days; Refused for who has chosen one."""
    ensure(by, Perm.PEOPLE)
    if member.user.has_usable_password():
        raise Refused(_("This person has a password already."))
    send_choose_link(member.user)
    audit.record("people.invited", by=by, about=member, reference=member.reference, facts={"user": member.user})


def change(member: Membership, *, by: Actor, now: datetime, **values: Any) -> Membership:
    """Set office, post, supervisor, away_from or away_until; raises DomainError for a supervisor below oneself."""
    ensure(by, Perm.PEOPLE)
    above, seen = values.get("supervisor"), {member.pk}
    while above is not None:
        if above.pk in seen:
            raise DomainError(_("Nobody can stand above themselves, not even round the corner."))
        seen.add(above.pk)
        above = above.supervisor
    changed = [key for key, value in values.items() if getattr(member, key) != value]
    for key in changed:
        setattr(member, key, values[key])
    if changed:
        member.save(update_fields=changed)
        audit.record(
            "people.member_changed", by=by, about=member, reference=member.reference,
            facts={"user": member.user, "changed": changed},
        )  # fmt: skip
        if {"supervisor", "office"} & set(changed):
            lines.changed(member, now=now)
    return member


def end(member: Membership, *, by: Actor, now: datetime) -> None:
    """The membership and its roles end now, and every session of the account with them. Refused for one's own."""
    if ensure(by, Perm.PEOPLE).pk == member.user_id:
        raise Refused(_("Somebody else must end your membership."))
    won = Membership.objects.filter(pk=member.pk, ends_at=None).update(ends_at=now)
    if won != 1:
        raise ConcurrentEdit(_("This membership has ended already."))
    member.refresh_from_db()
    for grant in RoleGrant.objects.filter(membership=member, ended_at=None):
        _end(grant, by=by, now=now)
    end_sessions(member.user)
    audit.record("people.member_ended", by=by, about=member, reference=member.reference, facts={"user": member.user})


# --- roles ---


def propose(member: Membership, role: str, *, by: Actor, now: datetime) -> RoleGrant:
    """Propose a role; it is given when a second person approves. Refused for oneself."""
    user = ensure(by, Perm.PEOPLE)
    if user.pk == member.user_id:
        raise Refused(_("Somebody else must propose a role for you."))
    ensure_fresh_second_factor(by, now)
    if RoleGrant.objects.filter(membership=member, role=role, ended_at=None).exists():
        raise DomainError(_("This person holds the role already, or it waits for approval."))
    grant = RoleGrant.objects.create(membership=member, role=Role(role), proposed_by=user, proposed_at=now)
    _record("people.role_proposed", grant, by)
    outbox.notify("people.role_waits", about=grant.pk, reference=member.reference, now=now)
    return grant


def approve(grant: RoleGrant, *, by: Actor, now: datetime) -> RoleGrant:
    """Give the role. Refused for whoever proposed it and for whom it is; the person's sessions end."""
    _second_person(grant, by)
    ensure_fresh_second_factor(by, now)
    waiting = RoleGrant.objects.filter(pk=grant.pk, approved_at=None, ended_at=None)
    if waiting.update(approved_by=by.user, approved_at=now) != 1:
        raise ConcurrentEdit(_("This was decided meanwhile."))
    grant.refresh_from_db()
    end_sessions(grant.membership.user)
    _record("people.role_approved", grant, by)
    lines.changed(grant.membership, now=now)
    outbox.notify("people.role_given", about=grant.membership_id, reference=grant.membership.reference, now=now)
    return grant


def decline(grant: RoleGrant, *, by: Actor, now: datetime) -> None:
    """The role is not given; whoever proposed it may take it back the same way."""
    user = ensure(by, Perm.PEOPLE_APPROVE)
    if user.pk == grant.membership.user_id:
        raise Refused
    waiting = RoleGrant.objects.filter(pk=grant.pk, approved_at=None, ended_at=None)
    if waiting.update(ended_by=user, ended_at=now) != 1:
        raise ConcurrentEdit(_("This was decided meanwhile."))
    _record("people.role_declined", grant, by)


def end_role(grant: RoleGrant, *, by: Actor, now: datetime) -> None:
    """The role ends now, and every session of the person with it; Refused for the last administrator."""
    ensure(by, Perm.PEOPLE)
    _end(grant, by=by, now=now)
    end_sessions(grant.membership.user)
    outbox.notify("people.role_given", about=grant.membership_id, reference=grant.membership.reference, now=now)


def _end(grant: RoleGrant, *, by: Actor, now: datetime) -> None:
    if grant.role == Role.ADMINISTRATOR and grant.approved_at is not None:
        others = [user for user in holders(Role.ADMINISTRATOR, now=now) if user != grant.membership.user_id]
        if not others:
            raise Refused(_("There would be no administrator left."))
    if RoleGrant.objects.filter(pk=grant.pk, ended_at=None).update(ended_by=by.user, ended_at=now) != 1:
        raise ConcurrentEdit(_("This was ended meanwhile."))
    _record("people.role_ended", grant, by)


def _second_person(grant: RoleGrant, by: Actor) -> None:
    user = ensure(by, Perm.PEOPLE_APPROVE)
    if user.pk in (grant.proposed_by_id, grant.membership.user_id):
        raise Refused(_("Nobody approves what they proposed, and nobody approves for themselves."))


def _record(name: str, grant: RoleGrant, by: Actor) -> None:
    member = grant.membership
    facts = {"user": member.user, "role": str(grant.role)}
    audit.record(name, by=by, about=grant, reference=member.reference, facts=facts)


# --- accounts ---


def ask_reset(member: Membership, what: str, *, by: Actor, now: datetime) -> AccountReset:
    """Ask that somebody's password or second step is made anew; its owner is told everywhere. Refused for oneself."""
    user = ensure(by, Perm.PEOPLE)
    if user.pk == member.user_id:
        raise Refused(_("Somebody else must ask for you."))
    ensure_fresh_second_factor(by, now)
    try:
        with transaction.atomic():
            reset = AccountReset.objects.create(
                membership=member, user=member.user, what=What(what), asked_by=user, asked_at=now
            )
    except IntegrityError:
        raise DomainError(_("A reset of this account waits already.")) from None
    _record_reset("people.reset_asked", reset, by)
    outbox.notify("people.reset_waits", about=reset.pk, reference=member.reference, now=now)
    tell_owner("people.your_reset_asked", member.user, now=now)
    return reset


def allow_reset(reset: AccountReset, *, by: Actor, now: datetime) -> None:
    """The second person's yes: the old way in is gone, all sessions end, no names are opened for 24 hours.

    Refused for whoever asked and for the account's owner. A link to choose a password goes to the owner's address.
    """
    user = ensure(by, Perm.PEOPLE_APPROVE)
    if user.pk in (reset.asked_by_id, reset.user_id):
        raise Refused(_("Nobody allows what they asked for, and nobody allows their own."))
    ensure_fresh_second_factor(by, now)
    _decide(reset, user, allowed=True, now=now)
    owner = User.objects.select_for_update().get(pk=reset.user_id)
    if reset.what in (What.PASSWORD, What.BOTH):
        owner.set_unusable_password()
    if reset.what in (What.SECOND_FACTOR, What.BOTH):
        Authenticator.objects.filter(user=owner).delete()
    owner.reveals_held_until = now + HOLD
    owner.save(update_fields=["password", "reveals_held_until"])
    end_sessions(owner)
    _record_reset("people.reset_allowed", reset, by)
    tell_owner("people.your_reset_done", owner, now=now)
    if not owner.has_usable_password():
        send_choose_link(owner)


def decline_reset(reset: AccountReset, *, by: Actor, now: datetime) -> None:
    """The second person's no, or the asker taking it back; nothing changes."""
    user = ensure(by, Perm.PEOPLE_APPROVE)
    _decide(reset, user, allowed=False, now=now)
    _record_reset("people.reset_declined", reset, by)


def tell_owner(kind: str, owner: User, *, now: datetime) -> None:
    """In the inbox of every organisation the person works in, away or not, and by an e-mail that says it in words."""
    for _found in every_organisation():
        for member in Membership.objects.filter(user=owner).exclude(ends_at__lte=now):
            outbox.notify(kind, about=member.pk, now=now)
    send_warning(owner, warning_of(kind))


def _decide(reset: AccountReset, user: User, *, allowed: bool, now: datetime) -> None:
    waiting = AccountReset.objects.filter(pk=reset.pk, decided_at=None)
    if waiting.update(decided_by=user, decided_at=now, allowed=allowed) != 1:
        raise ConcurrentEdit(_("This was decided meanwhile."))
    reset.refresh_from_db()


def _record_reset(name: str, reset: AccountReset, by: Actor) -> None:
    facts = {"user": reset.user, "what": str(reset.what)}
    audit.record(name, by=by, about=reset, reference=reset.membership.reference, facts=facts)
