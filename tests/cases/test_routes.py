"""Who gets new reports is named by the administrator, from those who may triage, and never nobody."""

import pytest

from cases.actions import routes
from cases.models import IntakeRoute
from core.audit.tables import AuditEvent
from core.errors import DomainError, Refused
from tests.factories import NOW, Cast, make_cast, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/o/north/people/routes/"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_somebody_is_named_and_taken_away_by_the_page(cast: Cast) -> None:
    ada = signed_in(cast.ada)
    kofi = cast.members["kofi"].reference
    sent = ada.post(PAGE, {"member": kofi, "office": cast.lake.reference, "step": "1"})
    assert sent.status_code == 302
    with cast.inside():
        assert IntakeRoute.objects.get(user=cast.kofi).office == cast.lake
    assert "Kofi Test" in ada.get(PAGE).content.decode()
    assert ada.post(PAGE, {"remove": f"{kofi}:{cast.lake.reference}:0"}).status_code == 302
    assert ada.post(PAGE, {"remove": f"{kofi}:{cast.lake.reference}:0"}).status_code == 404
    with cast.inside():
        assert not IntakeRoute.objects.filter(user=cast.kofi).exists()
        names = list(AuditEvent.objects.values_list("action", flat=True))
    assert {"cases.route_added", "cases.route_removed"} <= set(names)


def test_only_who_may_triage_is_named_and_each_line_once(cast: Cast) -> None:
    with cast.as_user(cast.ada):
        by = cast.actor(cast.ada)
        for name in ("amina", "noor", "ada", "idris"):
            with pytest.raises(DomainError):
                routes.add(cast.members[name], office=None, step=1, oversight=False, by=by, now=NOW)
        with pytest.raises(DomainError):
            routes.add(cast.members["rosa"], office=None, step=2, oversight=False, by=by, now=NOW)


def test_the_last_line_of_its_kind_stays(cast: Cast) -> None:
    with cast.as_user(cast.ada):
        by = cast.actor(cast.ada)
        with pytest.raises(Refused):
            routes.remove(IntakeRoute.objects.get(oversight=True), by=by, now=NOW)
        routes.remove(IntakeRoute.objects.get(user=cast.ines), by=by, now=NOW)
        with pytest.raises(Refused):
            routes.remove(IntakeRoute.objects.get(user=cast.rosa), by=by, now=NOW)


def test_nobody_but_the_administrator_names_anybody(cast: Cast) -> None:
    for user in (cast.rosa, cast.hana, cast.dan, cast.sofia):
        assert signed_in(user).get(PAGE).status_code == 404
        assert signed_in(user).post(PAGE, {"member": cast.members["kofi"].reference, "step": "1"}).status_code == 404
    with cast.as_user(cast.rosa), pytest.raises(Refused):
        routes.add(cast.members["kofi"], office=None, step=1, oversight=False, by=cast.actor(cast.rosa), now=NOW)
