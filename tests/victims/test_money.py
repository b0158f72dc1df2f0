"""Money for assistance: set aside once, paid with a proof, never more than there is; no group small enough to find."""

import threading
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from python_calamine import load_workbook

from core.audit.tables import AuditEvent
from core.errors import DomainError, Refused
from core.permissions import Role
from core.tenancy import organisation
from tests.factories import NOW, give_role, make_cast, signed_in
from tests.victims.conftest import Side
from victims import money_report
from victims.actions import closing, files, money
from victims.choices import CHECKLIST
from victims.models import Fund, Item, Payment, SupportFile
from victims.selectors import money as books

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def fund(side: Side, amount: int = 1000, **rest: Any) -> Fund:
    values = {
        "name": "Fictional fund", "source": "own", "currency": "KES", "amount": Decimal(amount), "opens_on": TODAY,
        "closes_on": None,
    }  # fmt: skip
    with side.cast.as_user(side.musa):
        return money.write_fund(None, **{**values, **rest}, by=side.actor(side.musa), now=NOW)


def plan(side: Side, file: SupportFile, of: Fund, planned: int | str, **rest: Any) -> Item:
    values = {"service": "livelihood", "words": "A fictional loom.", "starts_on": TODAY, "ends_on": None}
    with side.cast.as_user(side.cast.noor):
        return money.plan(
            file, of, planned=Decimal(planned), **{**values, **rest}, by=side.actor(side.cast.noor), now=NOW
        )


def pay(side: Side, item: Item, amount: int | str, **rest: Any) -> Payment:
    values = {"way": "cash", "paid_on": TODAY, "proof": "Receipt 1"}
    with side.cast.as_user(side.cast.noor):
        return money.pay(item, amount=Decimal(amount), **{**values, **rest}, by=side.actor(side.cast.noor), now=NOW)


def state_of(side: Side, of: Fund) -> tuple[Decimal, Decimal, Decimal]:
    with side.cast.inside():
        found = books.access_fund(of.reference)
        return found.aside, found.spent, found.left


def test_what_is_planned_is_set_aside_and_what_is_paid_is_spent(side: Side) -> None:
    of, file = fund(side), side.file()
    item = plan(side, file, of, 400)
    assert state_of(side, of) == (400, 0, 600)
    pay(side, item, "150.50")
    assert state_of(side, of) == (Decimal("249.50"), Decimal("150.50"), 600)
    with side.cast.as_user(side.cast.noor):
        money.move(item, "give", by=side.actor(side.cast.noor), now=NOW)
    assert state_of(side, of) == (0, Decimal("150.50"), Decimal("849.50"))


def test_nobody_sets_aside_more_than_is_left(side: Side) -> None:
    of, file = fund(side), side.file()
    item = plan(side, file, of, 700)
    with pytest.raises(money.NotEnough):
        plan(side, file, of, 301)
    noor = side.cast.noor
    with pytest.raises(money.NotEnough), side.cast.as_user(noor):
        money.change_cost(item, planned=Decimal(1001), by=side.actor(noor), now=NOW)
    plan(side, file, of, 300)
    assert state_of(side, of)[2] == 0


def test_a_budget_cannot_shrink_below_what_is_set_aside(side: Side) -> None:
    of = fund(side)
    plan(side, side.file(), of, 700)
    with pytest.raises(money.NotEnough), side.cast.as_user(side.musa):
        money.write_fund(
            of, name=of.name, source="own", currency="KES", amount=Decimal(699), opens_on=TODAY, closes_on=None,
            by=side.actor(side.musa), now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("breach", "constraint"),
    [
        ("UPDATE support_item SET planned = 1001", "support_item_within_budget"),
        ("UPDATE fund SET amount = 399", "support_item_within_budget"),
        ("UPDATE fund SET currency = 'UGX'", "fund_keeps_its_currency"),
        ("UPDATE fund SET amount = 0", "fund_has_money"),
        ("UPDATE fund SET closes_on = opens_on - 1", "fund_closes_after_opening"),
        ("UPDATE support_item SET paid = 10", "support_payment_adds_up"),
        ("UPDATE support_item SET planned = 99", "support_item_paid_as_planned"),
        ("UPDATE support_item SET state = 'dropped', ended_at = now()", "support_item_dropped_unpaid"),
        ("UPDATE support_item SET state = 'given'", "support_item_ended_pair"),
        ("UPDATE support_item SET ends_on = starts_on - 1", "support_item_ends_after_start"),
    ],
)
def test_the_database_refuses_whatever_would_make_the_books_false(side: Side, breach: str, constraint: str) -> None:
    item = plan(side, side.file(), fund(side), 400)
    pay(side, item, 100)
    with side.cast.as_user(side.cast.noor), pytest.raises(DatabaseError, match=constraint), transaction.atomic():
        connection.cursor().execute(breach)


@pytest.mark.parametrize("breach", ["UPDATE support_payment SET amount = 1", "DELETE FROM support_payment"])
def test_a_payment_is_never_changed(side: Side, breach: str) -> None:
    pay(side, plan(side, side.file(), fund(side), 400), 100)
    with (
        side.cast.as_user(side.cast.noor),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        connection.cursor().execute(breach)


def test_a_mistake_comes_back_and_what_came_back_is_free_again(side: Side) -> None:
    of = fund(side)
    item = plan(side, side.file(), of, 400)
    pay(side, item, 400)
    with pytest.raises(DomainError):
        pay(side, item, 1)
    with pytest.raises(DomainError):
        pay(side, item, 401, back=True)
    pay(side, item, 400, back=True)
    with side.cast.as_user(side.cast.noor):
        money.move(item, "drop", by=side.actor(side.cast.noor), now=NOW)
    assert state_of(side, of) == (0, 0, 1000)


def test_a_payment_needs_a_proof_and_a_day_that_has_come(side: Side) -> None:
    item = plan(side, side.file(), fund(side), 400)
    for wrong in ({"proof": " "}, {"paid_on": TODAY + timedelta(days=1)}, {"way": "barter"}):
        with pytest.raises(DomainError):
            pay(side, item, 10, **wrong)
    with pytest.raises(DomainError):
        pay(side, item, 0)


def test_what_was_paid_for_is_not_dropped_and_what_has_ended_takes_no_payment(side: Side) -> None:
    item, noor = plan(side, side.file(), fund(side), 400), side.cast.noor
    pay(side, item, 10)
    with side.cast.as_user(noor):
        with pytest.raises(DomainError):
            money.move(item, "drop", by=side.actor(noor), now=NOW)
        money.move(item, "give", by=side.actor(noor), now=NOW)
    with pytest.raises(Refused):
        pay(side, item, 10)


def test_a_closed_fund_takes_nothing_on(side: Side) -> None:
    of = fund(side, opens_on=date(2020, 1, 1), closes_on=date(2020, 12, 31))
    with pytest.raises(DomainError):
        plan(side, side.file(), of, 1)


def test_no_file_is_closed_while_money_is_set_aside_for_it(side: Side) -> None:
    file, of, noor = side.file(), fund(side), side.cast.noor
    item = plan(side, file, of, 10)
    wish = {"reason": "asked", "checklist": dict.fromkeys(dict(CHECKLIST), "yes"), "words": ""}
    with side.cast.as_user(noor):
        by = side.actor(noor)
        with pytest.raises(DomainError) as refused:
            closing.ask(file, **wish, by=by, now=NOW)
        assert "set aside" in str(refused.value.message)
        money.move(item, "drop", by=by, now=NOW)
        closing.ask(file, **wish, by=by, now=NOW)
    late = plan(side, file, of, 10)
    with side.cast.as_user(side.musa):
        boss = side.actor(side.musa)
        with pytest.raises(DomainError) as refused:
            closing.decide(file, approved=True, by=boss, now=NOW)
        assert "set aside" in str(refused.value.message)
    with side.cast.as_user(noor):
        money.move(late, "drop", by=side.actor(noor), now=NOW)
    with side.cast.as_user(side.musa):
        assert closing.decide(file, approved=True, by=side.actor(side.musa), now=NOW).approved


def test_only_whoever_supports_the_person_plans_and_pays_and_only_a_supervisor_keeps_funds(side: Side) -> None:
    of, file = fund(side), side.file()
    item = plan(side, file, of, 10)
    for stranger in (side.mary, side.musa, side.cast.idris, side.cast.ada):
        with side.cast.as_user(stranger):
            by = side.actor(stranger)
            with pytest.raises(Http404):
                money.plan(
                    file, of, service="safety", planned=Decimal(1), words="", starts_on=TODAY, ends_on=None, by=by,
                    now=NOW,
                )  # fmt: skip
            with pytest.raises(Http404):
                money.pay(item, amount=Decimal(1), way="cash", paid_on=TODAY, proof="x", by=by, now=NOW)
            if stranger != side.musa:
                with pytest.raises(Refused):
                    money.write_fund(
                        None, name="Other", source="own", currency="KES", amount=Decimal(1), opens_on=TODAY,
                        closes_on=None, by=by, now=NOW,
                    )  # fmt: skip


def test_words_and_proofs_are_sealed_and_the_audit_says_how_much(side: Side) -> None:
    item = plan(side, side.file(), fund(side), 400, condition="A fictional course first.")
    pay(side, item, "20.25")
    with side.cast.inside():
        row = Item.objects.get()
        assert row.conditional
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT words, condition FROM support_item UNION ALL SELECT proof, proof FROM support_payment"
            )
            stored = b"".join(bytes(column) for line in cursor.fetchall() for column in line)
        assert len(stored) > 100
        assert not any(word in stored for word in (b"fictional", b"Receipt"))
        facts = {event.action: event.facts for event in AuditEvent.objects.filter(action__startswith="victims.")}
    assert facts["victims.item_planned"] == {"amount": "400", "currency": "KES"}
    assert facts["victims.paid"] == {"amount": "20.25", "currency": "KES"}


def give_to(side: Side, of: Fund, people: int, *, country: str, amount: int = 10, **rest: Any) -> None:
    for _number in range(people):
        item = plan(side, side.file(country=country), of, amount, **rest)
        pay(side, item, amount)


def test_groups_of_fewer_than_five_are_named_and_nothing_more(side: Side) -> None:
    of = fund(side, 10_000)
    give_to(side, of, 6, country="UG", amount=10)
    give_to(side, of, 5, country="KE", amount=20)
    with side.cast.as_user(side.musa):
        found = {group.name: group for group in books.parity(side.actor(side.musa), "country")}
        assert (found["Uganda"].people, found["Uganda"].paid, found["Uganda"].each) == (6, 60, 10)
        assert (found["Kenya"].people, found["Kenya"].each) == (5, 20)
    give_to(side, of, 4, country="RW")
    with side.cast.as_user(side.musa):
        found = {group.name: group for group in books.parity(side.actor(side.musa), "country")}
    assert found["Rwanda"].people is None
    # Rwanda alone would be the difference between the sum of the fund and the groups that are shown.
    assert (found["Kenya"].people, found["Kenya"].paid) == (None, 0)
    assert found["Uganda"].people == 6


def test_the_sheet_has_sums_of_a_fund_that_helped_five_and_none_of_one_that_helped_four(side: Side) -> None:
    four, five = fund(side, 100, name="A"), fund(side, 100, name="B", currency="UGX")
    give_to(side, four, 4, country="UG")
    give_to(side, five, 5, country="UG", amount=11)
    with side.cast.as_user(side.musa):
        body = money_report.sheet("North", books.funds(), by="Musa Test", at=NOW)
    about, by_help = (load_workbook(BytesIO(body)).get_sheet_by_index(number).to_python() for number in (0, 1))
    few = "fewer than 5"
    assert [row[5:9] for row in about[4:6]] == [[100, few, few, few], [100, 0, 55, 45]]
    assert [row[2:] for row in by_help[1:]] == [[few, "", "", ""], [5, "UGX", 55, 55]]


def test_help_with_a_condition_is_counted(side: Side) -> None:
    of = fund(side, 10_000)
    give_to(side, of, 5, country="UG", condition="A fictional course first.")
    give_to(side, of, 2, country="UG")
    with side.cast.as_user(side.musa):
        (group,) = books.parity(side.actor(side.musa), "office")
    assert (group.people, group.conditional) == (7, 5)


def test_who_has_no_business_with_groups_sees_none(side: Side) -> None:
    give_to(side, fund(side, 10_000), 5, country="UG")
    with side.cast.as_user(side.cast.noor):
        assert books.parity(side.actor(side.cast.noor), "office") == []


def test_the_pages_from_a_fund_to_a_payment(side: Side) -> None:
    boss, officer = signed_in(side.musa), signed_in(side.cast.noor)
    base, day = "/o/north/support/", {"opens_on_day": "6", "opens_on_month": "1", "opens_on_year": "2026"}
    new = {"name": "=1+1 fund", "source": "donor", "currency": "KES", "amount": "500", **day}
    assert boss.post(f"{base}funds/add/", {**new, "amount": "five"}).status_code == 422
    assert boss.post(f"{base}funds/add/", new).status_code == 302
    file = side.file()
    with side.cast.inside():
        of = Fund.objects.get()
    page = f"{base}files/{file.reference}/package/"
    start = {"starts_on_day": "6", "starts_on_month": "1", "starts_on_year": "2026"}
    wanted = {"service": "education", "words": "Fictional school bag", "fund": of.reference, "planned": "900", **start}
    refused = officer.post(page, wanted)
    assert refused.status_code == 422
    assert b"does not reach" in refused.content
    assert b"Fictional school bag" in refused.content
    assert officer.post(page, {**wanted, "planned": "90"}).status_code == 302
    with side.cast.inside():
        item = Item.objects.get()
    assert b"Fictional school bag" in officer.get(f"{base}files/{file.reference}/").content
    one = f"{page}{item.reference}/"
    spent = {"amount": "40", "way": "cash", "proof": "Fictional receipt 7"}
    spent |= {"paid_on_day": "6", "paid_on_month": "1", "paid_on_year": "2020"}
    assert officer.post(one, spent).status_code == 302
    assert b"Fictional receipt 7" in officer.get(one).content
    assert officer.post(f"{one}cost/", {"planned": "39"}).status_code == 422
    assert officer.post(f"{one}cost/", {"planned": "40"}).status_code == 302
    assert officer.post(f"{one}end/", {"state": "give"}).status_code == 302
    answer = boss.get(f"{base}funds/report/")
    about, by_help = (load_workbook(BytesIO(answer.content)).get_sheet_by_index(n).to_python() for n in (0, 1))
    assert about[4][0] == "=1+1 fund"
    assert about[4][5:9] == [500, "fewer than 5", "fewer than 5", "fewer than 5"]
    with side.cast.inside():
        assert AuditEvent.objects.get(action="victims.funds_exported").actor == side.musa.pk
    with side.cast.as_user(side.cast.noor), pytest.raises(Refused):
        money.export(by=side.actor(side.cast.noor))
    assert by_help[1] == ["=1+1 fund", "Schooling", "fewer than 5", "", "", ""]


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_spend_the_last_of_a_fund_one_is_refused() -> None:
    """Both have read what is left before either writes."""
    cast = make_cast()
    with cast.as_user(cast.noor):
        give_role(cast.members["noor"], Role.SUPPORT_SUPERVISOR)
        by = cast.actor(cast.noor)
        of = money.write_fund(
            None, name="Fictional fund", source="own", currency="KES", amount=Decimal(100), opens_on=TODAY,
            closes_on=None, by=by, now=NOW,
        )  # fmt: skip
        there = [files.walk_in(country="UG", by=by, now=NOW) for _n in range(2)]
    meet, said = threading.Barrier(2), []

    def spend(file: SupportFile) -> None:
        try:
            with organisation(cast.north.pk, user=cast.noor.pk):
                by = cast.actor(cast.noor)
                assert books.access_fund(of.reference).left == 100
                meet.wait(timeout=20)
                money.plan(
                    file, of, service="safety", planned=Decimal(80), words="", starts_on=TODAY, ends_on=None, by=by,
                    now=NOW,
                )  # fmt: skip
            said.append("planned")
        except money.NotEnough:
            said.append("refused")
        finally:
            connection.close()

    both = [threading.Thread(target=spend, args=(file,)) for file in there]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(said) == ["planned", "refused"]
    with cast.inside():
        assert Item.objects.count() == 1
