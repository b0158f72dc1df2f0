"""Who may open a case: giving and ending access, assigning, and shutting out whoever must not know.

`ensure_free` is the one place that asks whether a user may have anything to do with a case.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from cases.actions.versions import Seen, ensure_unchanged
from cases.choices import GrantLevel, Part
from cases.models import Case, CaseDuty, CaseGrant, ExcludedOffice, Exclusion, Participant, Person
from cases.permissions import Perm
from cases.selectors import grant_of, grants_in_force, open_case_permission_id
from cases.selectors.team import line_of
from core import audit, deadlines, outbox
from core.access import ensure_fresh_second_factor, membership_at, roles_at
from core.actors import SYSTEM, Actor
from core.errors import Refused
from core.organisations import Membership, User
from core.permissions import Reach, Role, reaches

EVERYBODY = tuple(str(part) for part in Part)
KEPT_APART = (GrantLevel.INVESTIGATE, GrantLevel.SUPPORT, GrantLevel.DECIDE)
WORKING = (GrantLevel.TRIAGE, GrantLevel.MANAGE, GrantLevel.INVESTIGATE, GrantLevel.DECIDE)

#: Which roles a level is for: a grant never gives somebody what their role does not hold.
ROLES_OF = {
    GrantLevel.TRIAGE: (Role.INTAKE_OFFICER, Role.INVESTIGATION_MANAGER),
    GrantLevel.LOGGED: (Role.FOCAL_POINT, Role.INTAKE_OFFICER, Role.SUPPORT_OFFICER, Role.SUPPORT_SUPERVISOR),
    GrantLevel.MANAGE: (Role.INVESTIGATION_MANAGER, Role.INTAKE_OFFICER),
    GrantLevel.INVESTIGATE: (Role.INVESTIGATOR,),
    GrantLevel.DECIDE: (Role.DECISION_MAKER,),
    GrantLevel.ADVISE: (Role.LEGAL_ADVISER, Role.LINKING_OFFICER),
    GrantLevel.SUPPORT: (Role.SUPPORT_OFFICER, Role.SUPPORT_SUPERVISOR),
    GrantLevel.READ: (
        Role.INVESTIGATION_MANAGER, Role.INVESTIGATOR, Role.LINKING_OFFICER, Role.LEGAL_ADVISER, Role.DECISION_MAKER,
        Role.INTAKE_OFFICER,
    ),
}  # fmt: skip
#: Whose identity a level may ask for (domain reference §8.2).
IDENTITIES_OF = {
    GrantLevel.TRIAGE: EVERYBODY,
    GrantLevel.LOGGED: EVERYBODY,
    GrantLevel.MANAGE: EVERYBODY,
    GrantLevel.INVESTIGATE: EVERYBODY,
    GrantLevel.DECIDE: (Part.SUBJECT,),
    GrantLevel.ADVISE: (Part.SUBJECT,),
    GrantLevel.SUPPORT: (Part.VICTIM,),
    GrantLevel.READ: (),
}


# --- the questions every action asks ---------------------------------------------------------------------------------


def ensure_free(case: Case, *users: User | UUID | None) -> None:
    """Raises Refused when one of them is shut out of the case: never recipient, assignee, granter or approver in it."""
    asked = [user.pk if isinstance(user, User) else user for user in users if user is not None]
    if asked and Exclusion.objects.filter(case=case, user_id__in=asked).exists():
        raise Refused(_("This person cannot have a part in the work on this case."))


def ensure_may(case: Case, *, by: Actor, perm: str, now: datetime, writes: bool = True) -> CaseGrant | None:
    """The actor's grant on the case, if their role and the grant allow the act; jobs of the system may.

    Raises Http404 for whoever must not know that the case exists, Refused for whoever may see it but not do this.
    """
    if by.kind == "system":
        return None
    reach = reaches(by, perm)
    if by.user_id is None or Exclusion.objects.filter(case=case, user_id=by.user_id).exists():
        raise Http404
    grant = grant_of(by, case, now)
    if grant is None:
        if Reach.ALL in reach:
            return None
        raise Http404
    if not reach or (grant.level == GrantLevel.LOGGED and not reach & {Reach.OWN, Reach.ALL}):
        raise Refused
    if writes and (grant.break_glass or grant.level == GrantLevel.READ):
        raise Refused(_("You may read this case, and no more."))
    return grant


def lock(case: Case) -> Case:
    """The case's row, held until the transaction ends: who may know is decided for one act after the other."""
    return Case.objects.select_for_update(of=("self",)).get(pk=case.pk)


# --- giving and ending access ----------------------------------------------------------------------------------------


def grant(
    case: Case,
    user: User,
    *,
    level: str,
    by: Actor,
    now: datetime,
    identities: Iterable[str] | None = None,
    ends_at: datetime | None = None,
) -> CaseGrant:
    """Let a user open the case for a purpose; a second grant replaces the first.

    Raises Refused for oneself, the shut out, those without the role or not at work here, and for whoever has been
    one of investigator, support officer and decision maker of this case before and is to be another; raises
    SecondFactorNeeded.
    """
    ensure_may(case, by=by, perm=Perm.CASE_ASSIGN, now=now)
    ensure_fresh_second_factor(by, now)
    if by.user_id == user.pk:
        raise Refused(_("Somebody else must give you access."))
    ensure_able(user, level, now)
    allowed = [str(part) for part in IDENTITIES_OF[GrantLevel(level)]]
    wanted = allowed if identities is None else [part for part in allowed if part in set(identities)]
    made = give(case, user, level=level, identities=wanted, by=by, now=now, ends_at=ends_at)
    audit.record(
        "cases.granted",
        by=by,
        about=case,
        reference=case.reference,
        facts={"user": user, "level": level, "identities": wanted, "until": ends_at},
    )
    outbox.notify("cases.access_given", about=made.pk, reference=case.reference, now=now)
    return made


def give(
    case: Case,
    user: User,
    *,
    level: str,
    by: Actor,
    now: datetime,
    identities: Iterable[str] = EVERYBODY,
    ends_at: datetime | None = None,
) -> CaseGrant:
    """The row itself, after the exclusion and the duties kept apart; for actions that record an event of their own."""
    lock(case)
    ensure_free(case, user.pk)
    if level in KEPT_APART:
        take_duty(case, user, level, now=now)
    values = {
        "level": level,
        "identities": ",".join(identities),
        "starts_at": now,
        "ends_at": ends_at,
        "granted_by": by.user if by.user_id != user.pk else None,
        "break_glass": False,
    }
    found, _new = CaseGrant.objects.update_or_create(
        content_object=case, user=user, permission_id=open_case_permission_id(), defaults=values
    )
    return found


def take_duty(case: Case, user: User, duty: str, *, now: datetime) -> None:
    """Write down that the user investigates, supports or decides here; Refused where they did another of these."""
    try:
        with transaction.atomic():
            found, _new = CaseDuty.objects.get_or_create(case=case, user=user, defaults={"duty": duty, "since": now})
    except IntegrityError:
        found = CaseDuty.objects.get(case=case, user=user)
    if found.duty != duty:
        raise Refused(
            _("Investigating, supporting and deciding stay with different people. This person had another part before.")
        )


def revoke(case: Case, user: User, *, by: Actor, now: datetime) -> bool:
    """End the user's access now; False when there was none. Raises Refused where nobody would be left to work on it."""
    ensure_may(case, by=by, perm=Perm.CASE_ASSIGN, now=now)
    lock(case)
    left = _workers(case, now).exclude(user=user)
    if case.closed_at is None and not left.exists():
        raise Refused(_("Somebody must keep this case. Give it to another person first."))
    if not end_grants(case, user.pk, now=now):
        return False
    audit.record("cases.revoked", by=by, about=case, reference=case.reference, facts={"user": user})
    return True


def end_grants(case: Case, user_id: UUID, *, now: datetime) -> bool:
    """End the grant, ownership and clocks of the user in this case; False when there was no grant in force."""
    mine = CaseGrant.objects.filter(content_object=case, user_id=user_id)
    mine.filter(starts_at__gte=now).delete()
    ended = mine.filter(Q(ends_at=None) | Q(ends_at__gt=now)).update(ends_at=now)
    for column in ("owner", "manager"):
        changed = Case.objects.filter(pk=case.pk, **{f"{column}_id": user_id}).update(
            **{column: None, "version": F("version") + 1}
        )
        if changed:
            setattr(case, f"{column}_id", None)
    if ended:
        deadlines.hand_over(subject=case.pk, owner=None)
    return bool(ended)


def assign(case: Case, user: User, *, level: str, seen: Seen | None = None, by: Actor, now: datetime) -> CaseGrant:
    """Make the user owner of the case (its manager, with the level MANAGE), with the grant that takes.

    Raises ConcurrentEdit when the case changed since it was `seen`, besides what `grant` raises.
    """
    ensure_unchanged(case, seen)
    made = grant(case, user, level=level, by=by, now=now)
    place_owner(case, user, manager=level == GrantLevel.MANAGE, now=now)
    audit.record(
        "cases.assigned", by=by, about=case, reference=case.reference, facts={"assignee": user, "level": level}
    )
    return made


def place_owner(case: Case, user: User, *, manager: bool, now: datetime) -> None:
    """Set owner or manager and give the owner the case's clocks."""
    column = "manager" if manager else "owner"
    Case.objects.filter(pk=case.pk).update(**{column: user, "changed_at": now, "version": F("version") + 1})
    case.refresh_from_db(fields=["owner", "manager", "changed_at", "version"])
    if not manager:
        deadlines.hand_over(subject=case.pk, owner=user)


def ensure_able(user: User, level: str, now: datetime) -> None:
    """Raises Refused unless the user works here now, in a role the level is for."""
    membership = membership_at(user, now)
    if membership is None or not user.is_active:
        raise Refused(_("This person does not work here now."))
    if not roles_at(membership, now) & {str(role) for role in ROLES_OF[GrantLevel(level)]}:
        raise Refused(_("This person’s role does not allow this kind of access."))


def _in_force(case: Case, now: datetime) -> QuerySet[CaseGrant]:
    return CaseGrant.objects.filter(content_object=case, starts_at__lte=now).filter(
        Q(ends_at=None) | Q(ends_at__gt=now)
    )


def _workers(case: Case, now: datetime) -> QuerySet[CaseGrant]:
    return _in_force(case, now).filter(level__in=WORKING, break_glass=False)


# --- shutting out ----------------------------------------------------------------------------------------------------


def exclude(case: Case, user: User, *, why: str, by: Actor, now: datetime) -> bool:
    """To this user the case no longer exists; their access ends. False when they were shut out already.

    Anyone with the case may declare their own conflict of interest; others are shut out by whoever assigns the case.
    A case nobody could work on any more goes through routing again.
    """
    if by.user_id == user.pk and by.user_id is not None:
        ensure_may(case, by=by, perm=Perm.CASE_LIST, now=now, writes=False)
    else:
        ensure_may(case, by=by, perm=Perm.CASE_ASSIGN, now=now)
    lock(case)
    new = _shut_out(case, user.pk, why, by=by, now=now)
    if why == "accused":
        shut_out_all(case, dict.fromkeys(line_of([user.pk]), "line"), by=by, now=now)
    elif not new:
        return False
    route_again_if_nobody_is_left(case, now=now)
    return new


def _shut_out(case: Case, user_id: UUID, why: str, *, by: Actor, now: datetime) -> bool:
    found, new = Exclusion.objects.get_or_create(case=case, user_id=user_id, defaults={"why": why, "since": now})
    if not new:
        if (found.why == "doubt" and why != "doubt") or (why == "accused" and found.why != why):
            Exclusion.objects.filter(pk=found.pk).update(why=why)
        return False
    end_grants(case, user_id, now=now)
    audit.record("cases.excluded", by=by, about=case, reference=case.reference, facts={"user": user_id, "why": why})
    return True


def shut_out_all(case: Case, reasons: dict[UUID, str], *, by: Actor, now: datetime) -> int:
    """Shut out several users, each for the reason given; how many are new. For routing and recomputation."""
    return sum(_shut_out(case, user_id, why, by=by, now=now) for user_id, why in sorted(reasons.items()))


def recompute(
    case: Case, *, by: Actor, now: datetime, and_route: bool = True, moved: Collection[UUID] = frozenset()
) -> int:
    """Shut out everybody with a part in the case, the line of whoever it is about, and the offices that must not know.

    Somebody of such an office who holds the case was let in because nobody else could have it; not so the `moved`,
    who came there since. How many are new.
    """
    lock(case)
    known = Participant.objects.filter(case=case).exclude(person__staff_user=None)
    parts = list(known.values_list("part", "person__staff_user_id"))
    accused = {user_id for part, user_id in parts if part == Part.SUBJECT}
    line = line_of(accused | set(Exclusion.objects.filter(case=case, why="accused").values_list("user_id", flat=True)))
    offices = ExcludedOffice.objects.filter(case=case).values("office_id")
    there = set(Membership.objects.filter(office_id__in=offices).values_list("user_id", flat=True))
    held = set(_in_force(case, now).values_list("user_id", flat=True)) if there else set()
    reasons = dict.fromkeys(there - (held - set(moved)), "office") | dict.fromkeys(line, "line")
    reasons |= dict.fromkeys((user_id for _part, user_id in parts), "part") | dict.fromkeys(accused, "accused")
    new = shut_out_all(case, reasons, by=by, now=now)
    if new and and_route:
        route_again_if_nobody_is_left(case, now=now)
    return new


def follow(member: Membership, *, now: datetime) -> None:
    """Somebody came to another supervisor or office: whoever must not know because of that is shut out at once.

    Of closed cases too. Part of the transaction of the change itself, and silent towards whoever makes it.
    """
    users = [member.user_id, *([member.supervisor.user_id] if member.supervisor else [])]
    linked = Participant.objects.filter(part=Part.SUBJECT, person__staff_user__in=users).values("case_id")
    named = Exclusion.objects.filter(why="accused", user__in=users).values("case_id")
    closed_to = ExcludedOffice.objects.filter(office=member.office_id).values("case_id")
    for case in Case.objects.filter(Q(pk__in=linked) | Q(pk__in=named) | Q(pk__in=closed_to)).order_by("id"):
        recompute(case, by=SYSTEM, now=now, moved={member.user_id})


def recompute_all(*, now: datetime) -> int:
    """Recompute the open cases that lack an exclusion: a net under `follow`; how many are new."""
    about: dict[UUID, set[UUID]] = {}
    wanted: dict[UUID, set[UUID]] = {}
    linked = Participant.objects.filter(case__closed_at=None).exclude(person__staff_user=None)
    for case_id, part, user_id in linked.values_list("case_id", "part", "person__staff_user_id"):
        wanted.setdefault(case_id, set()).add(user_id)
        if part == Part.SUBJECT:
            about.setdefault(case_id, set()).add(user_id)
    named = Exclusion.objects.filter(case__closed_at=None, why="accused")
    for case_id, user_id in named.values_list("case_id", "user_id"):
        about.setdefault(case_id, set()).add(user_id)
    for case_id, users in about.items():
        wanted.setdefault(case_id, set()).update(line_of(users))
    there: dict[UUID, set[UUID]] = {}
    for case_id, user_id in Exclusion.objects.filter(case_id__in=wanted).values_list("case_id", "user_id"):
        there.setdefault(case_id, set()).add(user_id)
    lacking = {case_id for case_id, users in wanted.items() if users - there.get(case_id, set())}
    lacking.update(ExcludedOffice.objects.filter(case__closed_at=None).values_list("case_id", flat=True))
    cases = Case.objects.filter(pk__in=lacking).order_by("id")
    return sum(recompute(case, by=SYSTEM, now=now) for case in cases)


def link_staff(participant: Participant, user: User | None, *, by: Actor, now: datetime) -> None:
    """Note that a person is this member of staff; in all their cases the exclusions follow."""
    ensure_may(participant.case, by=by, perm=Perm.CASE_EDIT, now=now)
    Person.objects.filter(pk=participant.person_id).update(staff_user=user)
    audit.record("cases.staff_linked", by=by, about=participant.case, reference=participant.case.reference)
    for case in Case.objects.filter(participants__person=participant.person_id).distinct().order_by("id"):
        recompute(case, by=SYSTEM, now=now)


def settle_doubt(case: Case, user: User, *, same: bool, by: Actor, now: datetime) -> None:
    """A person who has the case decides whether somebody with a like name is who was meant."""
    ensure_may(case, by=by, perm=Perm.CASE_TRIAGE, now=now)
    lock(case)
    doubt = Exclusion.objects.filter(case=case, user=user, why="doubt")
    if not doubt.exists():
        return
    if same:
        doubt.update(why="accused")
        shut_out_all(case, dict.fromkeys(line_of([user.pk]), "line"), by=SYSTEM, now=now)
    else:
        doubt.delete()
    audit.record("cases.doubt_settled", by=by, about=case, reference=case.reference, facts={"user": user, "same": same})


def route_again_if_nobody_is_left(case: Case, *, now: datetime) -> None:
    """A case nobody can work on any more is routed as if it had just come in."""
    if case.closed_at is None and not _workers(case, now).exists():
        Case.objects.filter(pk=case.pk).update(routed_at=None)
        outbox.notify("cases.report_arrived", about=case.pk, reference=case.reference, now=now)


def assignable(case: Case, *, level: str, now: datetime) -> list[User]:
    """The users a page may offer for that level: with the role, at work, not shut out, kept apart from other duties."""
    shut = Exclusion.objects.filter(case=case).values("user_id")
    places = (
        Membership.objects.filter(
            user__is_active=True,
            starts_at__lte=now,
            role_grants__role__in=ROLES_OF[GrantLevel(level)],
            role_grants__approved_at__lte=now,
        )
        .filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .filter(Q(role_grants__ended_at=None) | Q(role_grants__ended_at__gt=now))
        .exclude(user_id__in=shut)
    )
    if level in KEPT_APART:
        places = places.exclude(user_id__in=CaseDuty.objects.filter(case=case).exclude(duty=level).values("user_id"))
    return list(User.objects.filter(pk__in=places.values("user_id")).order_by("name", "email"))


def in_force(case: Case, user_id: UUID, now: datetime) -> bool:
    """Whether the user has a grant on the case now."""
    return grants_in_force(user_id, now).filter(content_object=case).exists()
