"""The demo is fictional, the same each time, and made of rows that open."""

import random
from collections import Counter

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone

from cases import demo
from cases.models import Case, Identity, Participant, Report
from config.demo_state import describe
from core.actors import SYSTEM
from core.demo import seed as seed_people
from core.organisations import Organisation
from core.tenancy import organisation

pytestmark = pytest.mark.django_db


def facts(cases: list[Case]) -> list[tuple[object, ...]]:
    return [(case.reference, case.state, case.stream, case.close_reason, case.received_at) for case in cases]


def test_the_same_seed_gives_the_same_cases() -> None:
    now = timezone.now()
    north, south = seed_people(2, now)
    with organisation(north.organisation.pk):
        first = facts(demo.seed(north, count=25, rng=random.Random(7), now=now))
    with organisation(south.organisation.pk):
        again, other = (random.Random(number) for number in (7, 8))
        assert [row[4] for row in first] == [row[4] for row in facts(demo.seed(south, count=25, rng=again, now=now))]
        assert first != facts(demo.seed(south, count=25, rng=other, now=now))


def test_both_organisations_get_cases_in_the_proportions_of_the_field() -> None:
    call_command("seed_demo", cases=300)
    north = Organisation.objects.get(slug="north")
    with organisation(north.pk):
        states = Counter(Case.objects.values_list("state", flat=True))
        ends = Counter(Case.objects.exclude(close_reason="").values_list("close_reason", flat=True))
        works_as = Counter(Participant.objects.filter(part="subject").values_list("personnel", flat=True))
        assert sum(states.values()) == 200
        assert set(states) >= {"received", "triage", "in_assessment", "in_investigation", "closed"}
        assert 0.5 < states["closed"] / 200 < 0.9
        assert 0.2 < ends["substantiated"] / states["closed"] < 0.5
        assert 0.45 < works_as["partner_staff"] / sum(works_as.values()) < 0.65
    with organisation(Organisation.objects.get(slug="south").pk):
        assert Case.objects.count() == 100


def test_every_sealed_word_opens_and_says_that_it_is_fictional() -> None:
    call_command("seed_demo", cases=30, organisations=1)
    with organisation(Organisation.objects.get().pk, role=None):
        accounts = [report.reveal("account", purpose="test", by=SYSTEM) for report in Report.objects.all()]
        assert len(accounts) == 30
        assert all(any(word in text for word in ("Fictional", "خيالية", "fictif")) for text in accounts)
        assert Identity.objects.count() == 0, "without a user nobody has a grant, so the database shows no identity"


def test_everybody_of_the_demo_signs_in_with_the_password_the_launcher_tells(client, settings, tmp_path) -> None:
    (tmp_path / "passwords.json").write_text('{"demo": "told-by-the-launcher"}')
    settings.STATE_DIR = tmp_path
    cache.clear()
    call_command("seed_demo", cases=0)
    for user in describe()["users"]:
        answer = client.post("/account/login/", {"login": user["email"], "password": user["password"]})
        assert answer.status_code == 302, user["email"]
        client.logout()
        cache.clear()


def test_without_a_password_nobody_of_the_demo_signs_in(client) -> None:
    cache.clear()  # the sign-ins of the test above count towards a limit a minute
    call_command("seed_demo", cases=0, organisations=1)
    for guess in ("", "None", "fictional-demo-only"):
        answer = client.post("/account/login/", {"login": "amina@north.example", "password": guess})
        assert answer.status_code == 200


def test_a_database_that_is_not_empty_is_left_alone() -> None:
    call_command("seed_demo", cases=0)
    with pytest.raises(CommandError):
        call_command("seed_demo")


def test_many_bare_cases_go_to_every_organisation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.management.commands.seed_demo.RICH", 10)
    call_command("seed_demo", cases=110, organisations=4)
    counts = {}
    for found in Organisation.objects.all():
        with organisation(found.pk):
            counts[found.slug] = Case.objects.count()
    assert counts == {"north": 7 + 25, "south": 3 + 25, "probe-003": 25, "probe-004": 25}
