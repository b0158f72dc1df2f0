"""The demo's organisations and people, openly fictional."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from core import deadlines
from core.actors import SYSTEM
from core.encryption import masters
from core.organisations import Membership, Office, Organisation, RoleGrant, User
from core.permissions import Role
from core.tenancy import organisation

#: First name, roles, office. One member for each role, and the cast of the stories.
NORTH = (
    ("Amina", ("focal_point",), "Lake"),
    ("Rosa", ("intake_officer",), "Headquarters"),
    ("Ines", ("intake_officer",), "Headquarters"),
    ("Hana", ("investigation_manager",), "Headquarters"),
    ("Idris", ("investigator",), "Headquarters"),
    ("Lina", ("linking_officer",), "Headquarters"),
    ("Noor", ("support_officer",), "Lake"),
    ("Musa", ("support_supervisor",), "Headquarters"),
    ("Paula", ("paternity_officer",), "Headquarters"),
    ("Vera", ("victims_rights_officer",), "Headquarters"),
    ("Emil", ("ethics_officer",), "Headquarters"),
    ("Dana", ("decision_maker",), "Headquarters"),
    ("Leo", ("legal_adviser",), "Headquarters"),
    ("Petra", ("partner_manager",), "Lake"),
    ("Selma", ("screening_officer",), "Headquarters"),
    ("Samir", ("screening_reviewer",), "Headquarters"),
    ("Omar", ("head_of_office",), "Lake"),
    ("Rita", ("reporting_officer",), "Headquarters"),
    ("Aldo", ("auditor",), "Headquarters"),
    ("Dan", ("data_protection_officer",), "Headquarters"),
    ("Ada", ("administrator",), "Headquarters"),
    ("Bea", ("administrator",), "Headquarters"),
    ("Kofi", ("intake_officer",), "Lake"),
)
SOUTH = (
    ("Sofia", ("intake_officer", "investigation_manager"), "Coast"),
    ("Tomas", ("investigator",), "Coast"),
    ("Nadia", ("support_officer",), "Coast"),
    ("Rui", ("head_of_office",), "Coast"),
    ("Alba", ("administrator",), "Coast"),
    ("Gil", ("administrator",), "Coast"),
)
ABOVE = {
    "Idris": "Hana", "Rosa": "Hana", "Ines": "Hana", "Lina": "Hana", "Kofi": "Omar", "Amina": "Omar", "Noor": "Musa",
    "Petra": "Omar", "Tomas": "Sofia",
}  # fmt: skip


@dataclass
class House:
    """One demo organisation, ready for the apps' own demo data."""

    organisation: Organisation
    offices: dict[str, Office] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)


def seed(count: int, now: datetime, *, password: str | None = None) -> list[House]:
    """`count` organisations: North and South with people, the others bare for measurements.

    Everybody signs in with `password`; without one, nobody can.
    """
    houses = []
    sealed = make_password(password)
    if count > 0:
        houses.append(_house("north", "North Relief", "KE", "Africa/Nairobi", NORTH, now, sealed))
    if count > 1:
        houses.append(_house("south", "South Aid", "PT", "Europe/Lisbon", SOUTH, now, sealed))
    for number in range(3, count + 1):
        people = ((f"Probe{number}", ("intake_officer", "investigation_manager"), "Headquarters"),)
        houses.append(_house(f"probe-{number:03d}", f"Probe {number} (fictional)", "CH", "UTC", people, now, sealed))
    return houses


def _house(
    slug: str,
    name: str,
    country: str,
    zone: str,
    people: tuple[tuple[str, tuple[str, ...], str], ...],
    now: datetime,
    password: str,
) -> House:
    began = now - timedelta(days=800)
    found = Organisation.objects.create(
        slug=slug,
        name=name,
        languages=["en", "fr", "es", "ar", "ru", "zh-hans"],
        country=country,
        time_zone=zone,
        weekend=["sat", "sun"],
        demo=True,
        created_at=began,
    )
    house = House(found)
    founder, witness = (
        User.objects.get_or_create(
            email=f"{part}@setup.example", defaults={"name": f"{part.title()} Test", "is_active": False}
        )[0]
        for part in ("founder", "witness")
    )
    with organisation(found.pk):
        masters.found(found.pk, by=SYSTEM, now=began)
        deadlines.give_defaults()
        if slug == "south":
            house.offices["Coast"] = Office.objects.create(name="Coast office", country="PT", headquarters=True)
        else:
            top = Office.objects.create(name="Headquarters", country="CH", headquarters=True)
            house.offices["Headquarters"] = top
            if slug == "north":
                house.offices["Lake"] = Office.objects.create(name="Lake office", country="KE", parent=top)
                house.offices["Hill"] = Office.objects.create(name="Hill office", country="JO", parent=top)
                house.offices["River"] = Office.objects.create(name="River office", country="CD", parent=top)
        members = {}
        for first, roles, place in people:
            user = User(email=f"{first.lower()}@{slug}.example", name=f"{first} Test", password=password, language="en")
            user.save()
            house.users[first] = user
            members[first] = Membership.objects.create(
                user=user, office=house.offices[place], post=str(Role(roles[0]).label), starts_at=began
            )
            RoleGrant.objects.bulk_create(
                RoleGrant(
                    membership=members[first],
                    role=role,
                    proposed_by=founder,
                    proposed_at=began,
                    approved_by=witness,
                    approved_at=began,
                )
                for role in roles
            )
        for first, boss in ABOVE.items():
            if first in members and boss in members:
                members[first].supervisor = members[boss]
                members[first].save(update_fields=["supervisor"])
    return house
