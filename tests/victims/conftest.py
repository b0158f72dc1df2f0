"""The support side of the cast: Noor and a second officer, a supervisor, and a survivor's file."""

from dataclasses import dataclass
from typing import Any

import pytest

from cases.models import PersonGrant
from core.organisations import User
from core.permissions import Role
from tests.factories import NOW, Cast, make_membership, make_user
from victims.actions import files, referrals
from victims.models import Provider, SupportFile


@dataclass
class Side:
    """Mary is a second officer, Musa the supervisor, Zoe a second supervisor."""

    cast: Cast
    mary: User
    musa: User
    zoe: User

    def actor(self, user: User, **options: Any) -> Any:
        return self.cast.actor(user, **options)

    def file(self, *, by: User | None = None, **told: Any) -> SupportFile:
        """A walk-in's file, opened by Noor unless told, in her scope."""
        officer = by or self.cast.noor
        with self.cast.as_user(officer):
            file = files.walk_in(**{"country": "UG", **told}, by=self.actor(officer), now=NOW)
            # A test is one transaction, and the database compares with the moment that one began.
            PersonGrant.objects.update(starts_at=NOW)
            return file

    def provider(self, **rest: Any) -> Provider:
        """A clinic in the file's country, checked today."""
        values = {
            "name": "Fictional clinic", "country": "UG", "area": "Lake", "services": ["medical", "mhpss"],
            "languages": "en", "hours": "", "contact": "", "cost": "free", "child_friendly": True, "step_free": False,
            "quality": "",
        }  # fmt: skip
        with self.cast.as_user(self.cast.noor):
            return referrals.write_provider(None, **{**values, **rest}, by=self.actor(self.cast.noor), now=NOW)


@pytest.fixture
def side(cast: Cast) -> Side:
    """North with a whole support side."""
    people = {name: make_user(name.title()) for name in ("mary", "musa", "zoe")}
    with cast.inside():
        cast.members["mary"] = make_membership(people["mary"], cast.lake, Role.SUPPORT_OFFICER)
        cast.members["musa"] = make_membership(people["musa"], cast.hq, Role.SUPPORT_SUPERVISOR)
        cast.members["zoe"] = make_membership(people["zoe"], cast.hq, Role.SUPPORT_SUPERVISOR)
    return Side(cast, **people)
