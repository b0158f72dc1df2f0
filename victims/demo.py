"""What the demo shows of assistance: a rota, a directory, two people who are supported, a call; openly fictional."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from cases.models import Case, Report
from core.access import actor_for
from core.demo import House
from core.tenancy import organisation
from victims.actions import alarms, files, money, planning, record, referrals, rota
from victims.clinical_rules import Bounds

#: Name, area, services, cost.
PROVIDERS = (
    ("Lakeside health post (fictional)", "Lake", ("medical",), "free"),
    ("Listening room (fictional)", "Lake", ("mhpss", "accompaniment"), "free"),
    ("Legal clinic (fictional)", "Town", ("legal",), "part"),
)


def seed(house: House, cases: list[Case], *, now: datetime) -> None:
    """Support of one organisation that has a support side with a supervisor; nothing for any other."""
    noor, musa = house.users.get("Noor"), house.users.get("Musa")
    if noor is None or musa is None:
        return
    home, country = house.organisation.pk, house.organisation.country
    with organisation(home, user=musa.pk):
        boss = actor_for(musa, now, second_factor_at=now)
        assert boss is not None  # noqa: S101  both are members of the demo
        begun = now - timedelta(days=3)
        rota.add(country, noor, musa, starts_at=begun, ends_at=None, by=boss, now=now)
        fund = money.write_fund(
            None, name="Assistance fund (fictional)", source="donor", currency="KES", amount=Decimal(400_000),
            opens_on=date(now.year, 1, 1), closes_on=date(now.year, 12, 31), by=boss, now=now,
        )  # fmt: skip
    with organisation(home, user=noor.pk):
        by = actor_for(noor, now, second_factor_at=now)
        assert by is not None  # noqa: S101
        clinic, *_others = [
            referrals.write_provider(
                None, name=name, country=country, area=area, services=services, languages="English, Kiswahili",
                hours="08:00 – 17:00", contact="000 000 000", cost=cost, child_friendly=True, step_free=True,
                quality="", by=by, now=now,
            )
            for name, area, services, cost in PROVIDERS
        ]  # fmt: skip
        first = files.walk_in(
            words="Fictional words. I want to sleep without fear.", name="Person Six Test", contact="000 000 006",
            sex="woman", age_band="25-59", language="en", country=country, by=by, now=now - timedelta(hours=20),
        )  # fmt: skip
        alarms.from_file(first, Bounds(now - timedelta(hours=30), now - timedelta(hours=30)), by=by, now=now)
        record.write_contact(
            first, {"who": "A woman only", "how": "At the fictional market", "code_word": "Sunflower"},
            do_not_contact=False, by=by, now=now,
        )  # fmt: skip
        planning.note_need(first, service="medical", words="Fictional: care tonight.", by=by, now=now)
        planning.judge_risk(first, risk="high", words="Fictional: lives close by.", by=by, now=now)
        planning.set_goal(first, service="safety", words="Fictional: another way home.", by=by, now=now)
        referrals.agree(first, clinic, method="witnessed", language="en", by=by, now=now)
        referrals.refer(first, clinic, service="medical", shared="Fictional: needs a nurse.", by=by, now=now)
        ride = money.plan(
            first, fund, service="medical", planned=Decimal(2_400), words="Fictional: the way to the nurse and back.",
            starts_on=now.date(), ends_on=None, provider=clinic, by=by, now=now,
        )  # fmt: skip
        money.pay(
            ride, amount=Decimal(1_200), way="cash", paid_on=now.date(), proof="Fictional receipt 1", by=by, now=now
        )
        planning.submit(first, by=by, now=now)
        second = files.walk_in(age_band="12-14", language="en", country=country, by=by, now=now - timedelta(days=9))
        planning.note_need(second, service="education", words="Fictional: back to school.", by=by, now=now)
        money.plan(
            second, fund, service="education", planned=Decimal(18_000), words="Fictional: school fees for a term.",
            starts_on=now.date(), ends_on=None, by=by, now=now,
        )  # fmt: skip
        planning.add_task(
            second, kind="follow_up", due_on=(now + timedelta(days=4)).date(), words="Fictional: at school.", by=by,
            now=now,
        )  # fmt: skip
    call_for_one(cases, now=now)


def call_for_one(cases: list[Case], *, now: datetime) -> None:
    """One of the newest reports asks for care that works only for a time; nobody has answered yet."""
    newest = Report.objects.filter(case__in=[case.pk for case in cases[-12:]]).order_by("-received_at")
    for report in newest:
        if alarms.ring(report.pk, now=now) is not None:
            return
