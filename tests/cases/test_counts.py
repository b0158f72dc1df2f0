"""Reports, allegations and people affected are three numbers, and none of them is kept anywhere."""

import re

import pytest
from django.apps import apps
from django.db import models

from cases.choices import Channel, Part
from cases.models import Allegation, Case, Participant, Report
from cases.selectors.counts import Counts, counts_of
from tests.factories import NOW, Cast, give_grant, make_case, make_part, make_report, signed_in

pytestmark = pytest.mark.django_db


def test_the_three_totals_are_counted_from_the_records(cast: Cast) -> None:
    with cast.inside():
        first, second = make_case(cast.lake), make_case(cast.lake)
        for _each in range(3):
            make_report(first)
        make_report(second)
        victim = make_part(first, Part.VICTIM)
        make_part(first, Part.VICTIM)
        Participant.objects.create(case=second, person=victim.person, part=Part.VICTIM, created_at=NOW)
        make_part(first, Part.SUBJECT)
        Allegation.objects.create(case=first, kind="sa_rape", created_at=NOW)
        Allegation.objects.create(case=first, kind="other", created_at=NOW, withdrawn_at=NOW)
        assert counts_of(first) == Counts(reports=3, allegations=1, victims=2)
        assert counts_of(first, second) == Counts(reports=4, allegations=1, victims=2)
        assert counts_of() == Counts(0, 0, 0)


def test_the_page_of_a_case_shows_them(cast: Cast) -> None:
    with cast.inside():
        case = make_case(cast.lake)
        give_grant(case, cast.rosa)
        for _each in range(3):
            make_report(case)
        make_part(case, Part.VICTIM)
        make_part(case, Part.VICTIM)
        Allegation.objects.create(case=case, kind="sa_rape", created_at=NOW)
        Allegation.objects.create(case=case, kind="other", created_at=NOW, withdrawn_at=NOW)
    page = signed_in(cast.rosa).get(f"/o/north/cases/{case.reference}/").content.decode()
    shown = dict(re.findall(r"<dt>(Reports|Allegations|People affected)</dt><dd>(\d+)", page))
    assert shown == {"Reports": "3", "Allegations": "1", "People affected": "2"}
    assert "withdrawn" in page


def test_no_table_of_cases_stores_a_count() -> None:
    numbers = (models.IntegerField, models.PositiveIntegerField, models.PositiveSmallIntegerField)
    for model in (Case, Report, Allegation):
        stored = {field.name for field in model._meta.concrete_fields if isinstance(field, numbers)}
        assert stored <= {"version", "category"}, model
    names = {field.name for model in apps.get_app_config("cases").get_models() for field in model._meta.concrete_fields}
    assert not [name for name in names if re.search(r"^(count|total|number)_|_(count|total|number)s?$", name)]


def test_a_complaint_may_come_in_by_each_channel_of_the_field(cast: Cast) -> None:
    amina = signed_in(cast.amina)
    offered = re.findall(r'<option value="(\w+)"', re.search(  # type: ignore[union-attr]
        r'<select name="channel".*?</select>', amina.get("/o/north/cases/log/").content.decode(), re.S
    ).group())  # fmt: skip
    assert set(offered) == set(Channel.values)
    assert len(offered) == 18
