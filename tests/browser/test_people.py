"""The pages of members, settings and emergency readings in a real browser: both directions, phone and desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext

from cases.actions import glass
from cases.models import BreakGlass
from core.encryption import keys
from core.organisations import User
from core.people import actions
from core.permissions import Role
from tests.browser.checks import check_page
from tests.factories import NOW, Cast, give_grant, make_case, make_cast, make_membership, make_user, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
#: Set to a folder to look at the pages.
SHOTS: Path | None = None


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """With something waiting for a second person, and a case asked for in an emergency."""
    cast = make_cast()
    bea, leo = make_user("Bea"), make_user("Leo")
    with cast.as_user(cast.ada):
        cast.members["bea"] = make_membership(bea, cast.hq, Role.ADMINISTRATOR)
        cast.members["leo"] = make_membership(leo, cast.hq, Role.LEGAL_ADVISER)
        by = cast.actor(cast.ada)
        actions.propose(cast.members["amina"], Role.INTAKE_OFFICER, by=by, now=NOW)
        actions.ask_reset(cast.members["amina"], "both", by=by, now=NOW)
        actions.change(
            cast.members["noor"], by=by, now=NOW, away_from=NOW - timedelta(days=1), away_until=NOW + timedelta(days=3)
        )
        case = make_case(cast.lake, owner=cast.rosa, manager=cast.hana)
        keys.create(case.pk)
        give_grant(case, cast.rosa)
    for user in (cast.idris, cast.hana):
        with cast.as_user(user):
            glass.ask(case.reference, reason="She is moved there tonight.", by=cast.actor(user), now=NOW)
    with cast.as_user(leo):
        row = BreakGlass.objects.select_related("case", "asked_by").get(asked_by=cast.idris)
        glass.allow(row, by=cast.actor(leo), now=NOW)
    cast.members["case"] = case.reference  # type: ignore[assignment]
    return cast


def pages(cast: Cast, user: User) -> list[str]:
    """The addresses this person looks at."""
    amina, idris, hana = (cast.members[name].reference for name in ("amina", "idris", "hana"))
    case = cast.members["case"]
    people = [
        "people/", "people/add/", "people/waiting/", f"people/{amina}/", f"people/{amina}/change/",
        f"people/{amina}/roles/", f"people/{amina}/roles/intake_officer/approve/", f"people/{amina}/reset/allow/",
        "people/offices/", "people/offices/add/", "people/organisation/",
    ]  # fmt: skip
    if user.email.startswith("bea"):
        return people
    if user.email.startswith("leo"):
        return ["glass/", "glass/ask/", f"glass/{case}/{hana}/"]
    return ["glass/", f"glass/{case}/{idris}/review/"]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", ["bea", "leo", "dan"])
def test_the_pages_stand_the_checks(
    context: Callable[..., BrowserContext], live_server: Any, cast: Cast, width: int, language: str, name: str
) -> None:
    user = User.objects.get(email=f"{name}@north.example")
    cookie = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    browser = context(width=width)
    browser.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = browser.new_page()
    for path in pages(cast, user):
        check_page(page, f"{live_server.url}/o/north/{path}?lang={language}")
        if SHOTS:
            page.screenshot(path=SHOTS / f"{name}-{path.replace('/', '_')}{language}-{width}.png", full_page=True)
