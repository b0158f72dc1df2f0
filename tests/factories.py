"""The cast of the suite: two organisations, their people, and short ways to give somebody a case.

All of them are openly fictional. Rows are made with the rights of `app`, as the product makes them.
"""

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from itertools import count
from typing import Any

from django.test import Client
from django.utils import timezone

from cases.choices import CaseState, GrantLevel, Part
from cases.models import Case, CaseDuty, CaseGrant, Exclusion, Identity, IntakeRoute, Participant, Person, Report
from cases.selectors import open_case_permission_id
from core.access import actor_for
from core.actors import SYSTEM, Actor
from core.encryption import keys, masters
from core.encryption.tables import DataKey
from core.organisations import Membership, Office, Organisation, RoleGrant, User
from core.permissions import Role
from core.tenancy import Scope, organisation

# Real time, since the database compares grants with its own clock; tests of clocks bring times of their own.
NOW = timezone.now()
LONG_AGO = NOW - timedelta(days=400)
EVERYBODY = ",".join(Part.values)
_number = count(1)


def make_organisation(slug: str, name: str, **rest: Any) -> Organisation:
    """One organisation with its keys, English and Arabic, five working days."""
    values = {
        "languages": ["en", "ar"], "country": "KE", "time_zone": "Africa/Nairobi", "weekend": ["sat", "sun"],
        "created_at": LONG_AGO, "demo": True,
    }  # fmt: skip
    found = Organisation.objects.create(slug=slug, name=name, **{**values, **rest})
    with organisation(found.id):
        masters.found(found.id, by=SYSTEM, now=LONG_AGO)
    return found


def make_user(name: str, *, domain: str = "north.example", **rest: Any) -> User:
    """A user who signs in by `Client.force_login` alone (no password)."""
    return User.objects.create_user(email=f"{name.lower().replace(' ', '.')}@{domain}", name=f"{name} Test", **rest)


def make_membership(
    user: User, office: Office, *roles: str, by: tuple[User, User] | None = None, **rest: Any
) -> Membership:
    """A membership in force, in the organisation in scope, with roles proposed and approved by two people."""
    found = Membership.objects.create(user=user, office=office, **{"starts_at": LONG_AGO, **rest})
    for role in roles:
        give_role(found, role, by=by)
    return found


def give_role(membership: Membership, role: str, *, by: tuple[User, User] | None = None) -> RoleGrant:
    """A role in force: proposed by one person and approved by another."""
    proposer, approver = by or _two_others()
    return RoleGrant.objects.create(
        membership=membership,
        role=role,
        proposed_by=proposer,
        proposed_at=LONG_AGO,
        approved_by=approver,
        approved_at=LONG_AGO,
    )


def _two_others() -> tuple[User, User]:
    first, second = (
        User.objects.get_or_create(email=f"{part}@setup.example", defaults={"name": f"{part.title()} Test"})[0]
        for part in ("founder", "witness")
    )
    return first, second


@dataclass
class Cast:
    """Who is who. `as_user` opens the scope a page of that user would run in."""

    north: Organisation
    south: Organisation
    hq: Office  # North's headquarters
    lake: Office  # North's field office below it
    coast: Office  # South's headquarters
    amina: User  # focal point at Lake
    idris: User  # investigator at headquarters
    noor: User  # victim support at Lake
    rosa: User  # intake officer at headquarters, first to get reports
    ines: User  # intake officer at headquarters, one step up
    kofi: User  # intake officer at Lake; the one accused where a test needs somebody
    lena: User  # focal point at Lake, works under Kofi
    omar: User  # head of office at Lake, above Kofi and Amina
    hana: User  # investigation manager at headquarters; the route against oversight
    dana: User  # decision maker at headquarters
    ada: User  # administrator at headquarters
    dan: User  # data-protection officer at headquarters
    sofia: User  # South's intake officer and investigation manager: the stranger
    nobody: User  # signed in, member of nothing
    members: dict[str, Membership] = field(default_factory=dict)  # by first name

    def as_user(self, user: User, home: Organisation | None = None) -> AbstractContextManager[Scope]:
        """The scope of a page of `user`."""
        return organisation(self.home(user, home).id, user=user.pk)

    def inside(self, home: Organisation | None = None) -> AbstractContextManager[Scope]:
        """The scope of an organisation (North unless told) without a user, as a job has it."""
        return organisation((home or self.north).id)

    def home(self, user: User, home: Organisation | None = None) -> Organisation:
        return home or (self.south if user == self.sofia else self.north)

    def actor(self, user: User, *, fresh: bool = True, now: datetime = NOW) -> Actor:
        """The user as an actor with their roles; `fresh`: the second factor was just given. Call inside a scope."""
        found = actor_for(user, now, session="0123456789abcdef", second_factor_at=now if fresh else None)
        assert found is not None, f"{user.email} is no member of the organisation in scope"
        return found


def make_cast() -> Cast:
    """Both organisations with their offices, people, roles and intake routes."""
    north = make_organisation("north", "North Relief (fictional)")
    south = make_organisation("south", "South Aid (fictional)", country="PT", time_zone="Europe/Lisbon")
    names = (
        "amina", "idris", "noor", "rosa", "ines", "kofi", "lena", "omar", "hana", "dana", "ada", "dan", "nobody",
    )  # fmt: skip
    users = {name: make_user(name.title()) for name in names}
    users["sofia"] = make_user("Sofia", domain="south.example")
    others = _two_others()
    with organisation(north.id):
        hq = Office.objects.create(name="Headquarters", country="KE", headquarters=True)
        lake = Office.objects.create(name="Lake", country="UG", parent=hq)
        places = {  # whoever is above somebody stands before them
            "hana": (hq, Role.INVESTIGATION_MANAGER, ""),
            "omar": (lake, Role.HEAD_OF_OFFICE, ""),
            "kofi": (lake, Role.INTAKE_OFFICER, "omar"),
            "dana": (hq, Role.DECISION_MAKER, ""),
            "ada": (hq, Role.ADMINISTRATOR, ""),
            "dan": (hq, Role.DATA_PROTECTION_OFFICER, ""),
            "idris": (hq, Role.INVESTIGATOR, "hana"),
            "rosa": (hq, Role.INTAKE_OFFICER, "hana"),
            "ines": (hq, Role.INTAKE_OFFICER, "hana"),
            "lena": (lake, Role.FOCAL_POINT, "kofi"),
            "amina": (lake, Role.FOCAL_POINT, "omar"),
            "noor": (lake, Role.SUPPORT_OFFICER, "omar"),
        }
        members: dict[str, Membership] = {}
        for name, (office, role, above) in places.items():
            members[name] = make_membership(users[name], office, role, by=others, supervisor=members.get(above))
        IntakeRoute.objects.create(user=users["rosa"], step=1)
        IntakeRoute.objects.create(user=users["ines"], step=2)
        IntakeRoute.objects.create(user=users["hana"], step=1, oversight=True)
    with organisation(south.id):
        coast = Office.objects.create(name="Coast", country="PT", headquarters=True)
        both = (Role.INTAKE_OFFICER, Role.INVESTIGATION_MANAGER)
        members["sofia"] = make_membership(users["sofia"], coast, *both, by=others)
        IntakeRoute.objects.create(user=users["sofia"], step=1)
    return Cast(north=north, south=south, hq=hq, lake=lake, coast=coast, members=members, **users)


def make_case(office: Office | None = None, *, state: str = CaseState.TRIAGE, **rest: Any) -> Case:
    """A bare case in the organisation in scope, nothing sealed in it."""
    values = {
        "received_at": NOW, "aware_at": NOW, "changed_at": NOW, "routed_at": NOW, "office": office, "state": state,
    }  # fmt: skip
    if state == CaseState.CLOSED:
        values |= {"closed_at": NOW, "close_reason": "unsubstantiated"}
    return Case.objects.create(**{**values, **rest})


def give_grant(
    case: Case, user: User, level: str = GrantLevel.TRIAGE, *, identities: str = "", **rest: Any
) -> CaseGrant:
    """A grant in force, past every action and its checks: for setting a scene only."""
    values = {"starts_at": NOW - timedelta(minutes=1), "permission_id": open_case_permission_id(), **rest}
    if level in ("investigate", "support", "decide"):
        CaseDuty.objects.get_or_create(case=case, user=user, defaults={"duty": level, "since": NOW})
    return CaseGrant.objects.create(content_object=case, user=user, level=level, identities=identities, **values)


def exclude(case: Case, user: User, why: str = "part") -> Exclusion:
    """To this user the case does not exist."""
    return Exclusion.objects.create(case=case, user=user, why=why, since=NOW)


def make_part(case: Case, part: str = Part.VICTIM, *, staff_user: User | None = None, **rest: Any) -> Participant:
    """A person with a part in the case; no identity row, nothing sealed."""
    person = Person.objects.create(created_at=NOW, staff_user=staff_user, **rest.pop("person", {}))
    return Participant.objects.create(case=case, person=person, part=part, created_at=NOW, **rest)


def hidden(response: Any) -> dict[str, str]:
    """What a page of a case hides in its form: the version of the case, and what it showed of it."""
    found = re.findall(r'name="(version|shown)" value="([^"]*)"', response.content.decode())
    return {name: unescape(value) for name, value in found}


def signed_in(user: User) -> Client:
    """A browser in which the user is signed in."""
    client = Client()
    client.force_login(user)
    return client


def make_report(case: Case, *, subject: str = "", reporter: str = "", **rest: Any) -> Report:
    """A report in the case, with keys and sealed words; `subject` and `reporter` are names written in fields."""
    if not DataKey.objects.filter(subject=case.pk).exists():
        keys.create(case.pk)
    sealed = {name: rest.pop(name) for name in ("account", "about_whom", "must_not_know", "place") if name in rest}
    values = {"channel": "web_form", "mode": "confidential", "language": "en", "received_at": NOW, "aware_at": NOW}
    report = Report(case=case, **{**values, **rest})
    report.seal(**{"account": "Fictional account.", **sealed})
    report.save(force_insert=True)
    for part, name in ((Part.SUBJECT, subject), (Part.REPORTER, reporter)):
        if name:
            make_named(case, part, name)
    return report


def make_named(case: Case, part: str, name: str, **rest: Any) -> Participant:
    """A person with a part in the case and a sealed name."""
    found = make_part(case, part, **rest)
    keys.create(found.person_id)
    identity = Identity(person=found.person, changed_at=NOW)
    identity.seal(name=name)
    identity.save(force_insert=True)
    return found
