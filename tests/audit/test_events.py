"""Declaring, recording and presenting."""

import uuid
from datetime import date

import pytest
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from core import audit
from core.actors import REPORTER, SYSTEM, Actor
from core.audit import selectors
from core.audit.tables import AuditEvent
from core.organisations import User
from core.tenancy import NoOrganisation, organisation

pytestmark = pytest.mark.django_db


def test_an_undeclared_event_does_not_run(north, amina):
    with organisation(north.pk, user=amina.user_id), pytest.raises(audit.Undeclared, match="nobody.knows"):
        audit.record("nobody.knows", by=amina)


def test_an_undeclared_fact_does_not_run(north, amina):
    with organisation(north.pk, user=amina.user_id), pytest.raises(audit.Undeclared, match="no fact salary"):
        audit.record("test.read", by=amina, facts={"salary": 1})


def test_an_event_outside_any_organisation_does_not_run(amina):
    with pytest.raises(NoOrganisation):
        audit.record("test.read", by=amina)


@pytest.mark.parametrize("name", ["read", "Test.read", "test.", "test read"])
def test_a_name_out_of_form_is_refused(name):
    with pytest.raises(ValueError, match="is no name"):
        audit.declare(name, "{actor} did it")


def test_the_same_name_with_another_sentence_is_refused():
    with pytest.raises(ValueError, match="declared twice"):
        audit.declare("test.read", "{actor} wrote")


@pytest.mark.parametrize(
    "given",
    [
        {"facts": {"count": "Kofi Test"}},
        {"facts": {"count": "Kofi"}},
        {"facts": {"count": ["ok", "not ok"]}},
        {"facts": {"count": 1.5}},
        {"facts": {"count": 2**60}},
        {"facts": {"count": {"name": "x"}}},
        {"facts": {"count": list(range(51))}},
        {"purpose": "to call her back"},
        {"reference": "the case of Kofi"},
        {"fields": ["her name"]},
        {"hashes": {"person.name": "Kofi"}},
        {"hashes": {"her name": "0" * 64}},
        {"outcome": "perhaps"},
    ],
    ids=str,
)
def test_words_a_person_may_have_written_never_get_in(north, amina, given):
    with organisation(north.pk, user=amina.user_id):
        with pytest.raises(ValueError, match=r"."):
            audit.record("test.read", by=amina, **given)
        assert not AuditEvent.objects.exists()


def test_everything_public_is_kept_as_it_was(north, amina):
    case = uuid.uuid4()
    with organisation(north.pk, user=amina.user_id):
        audit.record(
            "test.read",
            by=amina,
            about=case,
            reference="K7TF-29QM",
            purpose="triage",
            outcome=audit.Outcome.FAILED,
            fields=("person.name", "person.contact"),
            hashes={"person.name": "0f" * 32},
            facts={"count": 3, "from": "RECEIVED", "to": "TRIAGE"},
        )
        event = AuditEvent.objects.timed().get()
    assert (event.action, event.actor, event.actor_kind, event.session) == ("test.read", amina.user_id, "user", "ab12")
    assert (event.about, event.about_type, event.reference, event.purpose) == (case, "", "K7TF-29QM", "triage")
    assert (event.outcome, event.fields) == ("failed", ["person.name", "person.contact"])
    assert event.hashes == {"person.name": "0f" * 32}
    assert event.facts == {"count": 3, "from": "RECEIVED", "to": "TRIAGE"}
    assert event.at.tzinfo is not None


def test_an_event_about_a_row_remembers_what_kind_of_row_it_was(north, amina):
    with organisation(north.pk, user=amina.user_id):
        audit.record("test.read", by=amina, about=amina.user)
        event = AuditEvent.objects.get()
    assert (event.about, event.about_type) == (amina.user_id, "core.user")


def test_what_is_undone_leaves_no_event(north, amina):
    with organisation(north.pk, user=amina.user_id):
        audit.record("test.read", by=amina)
        transaction.set_rollback(True)
    with organisation(north.pk, user=amina.user_id):
        assert not AuditEvent.objects.exists()


def test_the_public_form_can_record_with_the_right_to_insert_alone(north):
    with organisation(north.pk, role="intake"):
        audit.record("test.read", by=REPORTER, reference="K7TF-29QM")
    with organisation(north.pk):
        assert AuditEvent.objects.get().actor_kind == "reporter"


def test_an_event_is_a_sentence_with_names(north, amina, idris):
    with organisation(north.pk, user=amina.user_id):
        audit.record("test.assigned", by=amina, facts={"assignee": idris.user})
        assert audit.present(AuditEvent.objects.get()) == "Amina Test assigned the case to Idris Test"


@pytest.mark.parametrize(
    ("by", "words"), [(REPORTER, "The reporter read –"), (SYSTEM, "The system read –")], ids=["reporter", "system"]
)
def test_who_is_no_user_is_named_in_words(north, by, words):
    audit.declare("test.counted", "{actor} read {count}")
    with organisation(north.pk, user=by.user_id):
        audit.record("test.counted", by=by)
        assert audit.present(AuditEvent.objects.get()) == words


def test_codes_become_words_and_numbers_stay_numbers(north, amina):
    audit.declare("test.all", "{actor} {to} {count} {flag} {day} {many} {purpose} {fields}", labels={"to": {"A": "Ay"}})
    facts = {"to": "A", "count": 1200, "flag": True, "day": date(2026, 3, 2), "many": ["x_y", "z"]}
    with organisation(north.pk, user=amina.user_id):
        audit.record("test.all", by=amina, facts=facts, purpose="call_back", fields=["person.name"])
        assert (
            audit.present(AuditEvent.objects.get())
            == "Amina Test Ay 1200 yes Monday 2 March 2026 x y, z call back person.name"
        )


def test_a_moment_is_told_in_the_time_zone_of_the_page(north, amina, now):
    audit.declare("test.until", "{actor} may until {until}")
    with organisation(north.pk, user=amina.user_id), timezone.override("Africa/Nairobi"):
        audit.record("test.until", by=amina, facts={"until": now})
        assert audit.present(AuditEvent.objects.get()) == "Amina Test may until Monday 2 March 2026, 12:30"


def test_somebody_whose_account_is_gone_is_still_somebody(north):
    gone = Actor("user", User(email="gone@north.example", name="Gone Test"))
    with organisation(north.pk, user=gone.user_id):
        audit.record("test.read", by=gone, reference="K7TF-29QM", acting_for=uuid.uuid4())
        assert audit.present(AuditEvent.objects.get()).startswith("Somebody, for somebody, read K7TF-29QM")


def test_an_event_of_an_older_release_is_shown_by_its_name(north, amina):
    with organisation(north.pk, user=amina.user_id):
        audit.record("test.read", by=amina)
        event = AuditEvent.objects.get()
        event.action = "old.forgotten"
        assert audit.present(event) == "old.forgotten"


def test_the_sentence_is_told_in_the_readers_language(north, amina):
    audit.declare("test.yes", _("Yes"), facts=("count",))
    with organisation(north.pk, user=amina.user_id):
        audit.record("test.yes", by=amina)
        event = AuditEvent.objects.get()
        with translation.override("fr"):
            assert audit.present(event) == "Oui"


def test_a_page_of_events_brings_all_names_with_it(north, amina, idris, django_assert_num_queries):
    with organisation(north.pk):
        for number in range(7):
            by = (amina, idris)[number % 2]
            with organisation(north.pk, user=by.user_id):
                audit.record("test.assigned", by=by, facts={"assignee": amina.user})
        with django_assert_num_queries(1):
            page = selectors.events_page(reader=SYSTEM, size=5)
        last = selectors.events_page(reader=SYSTEM, page=2, size=5)
    assert [entry.sentence for entry in page.entries[:2]] == [
        "Amina Test assigned the case to Amina Test",
        "Idris Test assigned the case to Amina Test",
    ]
    assert (len(page.entries), page.more, len(last.entries), last.more) == (5, True, 2, False)


def test_events_are_found_by_subject_actor_outcome_and_time(north, south, amina, idris, now):
    case = uuid.uuid4()
    with organisation(north.pk):
        with organisation(north.pk, user=amina.user_id):
            audit.record("test.read", by=amina, about=case, reference="AAAA-2222")
        with organisation(north.pk, user=idris.user_id):
            audit.record("test.read", by=idris, about=uuid.uuid4(), outcome="refused")
        (about,) = selectors.events_about(case)
        assert about.event.reference == "AAAA-2222"
        by_idris = selectors.events_page(reader=SYSTEM, actor=idris.user_id).entries
        assert [entry.event.actor for entry in by_idris] == [idris.user_id]
        assert len(selectors.events_page(reader=SYSTEM, outcome="refused").entries) == 1
        assert len(selectors.events_page(reader=SYSTEM, action="test.").entries) == 2
        assert selectors.events_page(reader=SYSTEM, since=about.at, until=about.at).entries == []
    with organisation(south.pk):
        assert selectors.events_about(case) == []
