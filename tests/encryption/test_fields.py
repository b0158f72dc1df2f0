"""Sealed fields on a model: what leaks, what opens, and what happens when it does not open."""

import copy
import io
import logging
import pickle
from uuid import uuid4

import pytest
from django.core import serializers
from django.db import connection, models, transaction
from django.forms import modelform_factory
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cases.models import Case
from core import audit
from core.actors import SYSTEM, Actor
from core.encryption import erasure, keys, masters
from core.encryption.fields import Sealed, Unreadable, reveal_each
from core.encryption.tables import DataKey
from core.errors import KeyShredded, KeyUnavailable, Refused, Tampered
from core.organisations import User
from core.tenancy import NoOrganisation, organisation
from tests.encryption.conftest import NOW

SECRET = "Amina Test saw Kofi Test"  # noqa: S105


def make_case(text=SECRET, **more):
    case = Case(received_at=NOW, aware_at=NOW, changed_at=NOW)
    keys.create(case.pk)
    case.seal(summary=text, **more)
    case.save(force_insert=True)
    return case


@pytest.fixture
def recorded(monkeypatch):
    events = []
    monkeypatch.setattr(audit, "record", lambda name, **rest: events.append((name, rest)))
    return events


@pytest.fixture
def here(north):
    with organisation(north):
        yield north


def reveal(case, name="summary"):
    return case.reveal(name, purpose="triage", by=SYSTEM)


def test_what_was_sealed_is_revealed_after_a_round_trip_through_the_database(here):
    case = make_case()
    assert reveal(case) == SECRET
    assert reveal(Case.objects.get(pk=case.pk)) == SECRET


@hypothesis_settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=300))
def test_any_text_comes_back_exactly(here, text):
    case = Case(received_at=NOW, aware_at=NOW, changed_at=NOW)
    keys.create(case.pk)
    case.seal(summary=text)
    assert case.unsealed("summary") == text


def test_an_empty_text_is_sealed_and_only_not_asked_is_null(here):
    empty, unasked = make_case(""), make_case(None)
    assert reveal(Case.objects.get(pk=empty.pk)) == ""
    assert reveal(Case.objects.get(pk=unasked.pk)) is None
    assert list(Case.objects.filter(summary=None).values_list("pk", flat=True)) == [unasked.pk]


def test_the_column_holds_no_plaintext_and_hides_the_length(here):
    lengths = set()
    for text in ("Ada", "Amina Test", "x" * 31):
        case = make_case(text)
        with connection.cursor() as cursor:
            cursor.execute("SELECT summary FROM case_file WHERE id = %s", [case.pk])
            stored = bytes(cursor.fetchone()[0])
        assert text.encode() not in stored
        lengths.add(len(stored))
    assert lengths == {68}


def test_nothing_that_shows_a_model_shows_a_sealed_value(here, caplog):
    case = Case.objects.get(pk=make_case().pk)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").warning("%s %r %s", case, case.summary, vars(case))
    shown = [
        repr(case), str(case), repr(case.summary), str(case.summary), f"{case.summary}", f"{case.summary:>30}",
        repr(vars(case)), caplog.text,
        repr(list(Case.objects.values())), repr(list(Case.objects.values_list())),
        serializers.serialize("json", [case]), serializers.serialize("xml", [case]),
        repr(pickle.dumps(case)), repr(copy.deepcopy(vars(case))),
    ]  # fmt: skip
    for text in shown:
        for word in ("Amina", "Kofi"):
            assert word not in text


def test_a_pickled_case_still_opens_where_the_key_is_and_nowhere_else(here):
    case = make_case()
    again = pickle.loads(pickle.dumps(case))  # noqa: S301  made a line above
    assert reveal(again) == SECRET
    erasure.shred(case.pk, by=SYSTEM, now=NOW)
    with pytest.raises(KeyShredded):
        reveal(again)


def test_a_serialised_case_comes_back_sealed(here):
    case = make_case()
    (loaded,) = serializers.deserialize("json", serializers.serialize("json", [case]))
    assert loaded.object.summary == case.summary


def test_a_form_offers_no_sealed_field(here):
    form = modelform_factory(Case, fields="__all__")(instance=make_case())
    assert "summary" not in form.fields
    assert "Amina" not in str(form)


@pytest.mark.parametrize("plain", ["Amina Test", b"Amina Test", "", 0])
def test_plaintext_is_refused_wherever_somebody_tries_to_put_it(here, plain):
    case = make_case()
    with pytest.raises(TypeError, match="sealed"):
        case.summary = plain
    with pytest.raises(TypeError, match="sealed"):
        Case(summary=plain)
    with pytest.raises(TypeError, match="sealed"), transaction.atomic():  # an update that fails breaks its transaction
        Case.objects.filter(pk=case.pk).update(summary=plain)
    with pytest.raises(TypeError, match="sealed"):
        Case.objects.filter(summary=plain).exists()
    assert reveal(case) == SECRET


def test_a_value_copied_to_another_row_or_field_does_not_open(here):
    one, other = make_case(decision_reason="because"), make_case()
    Case.objects.filter(pk=other.pk).update(summary=one.summary)
    Case.objects.filter(pk=one.pk).update(decision_reason=one.summary)
    with pytest.raises(Tampered):
        reveal(Case.objects.get(pk=other.pk))
    with pytest.raises(Tampered):
        reveal(Case.objects.get(pk=one.pk), "decision_reason")


def test_a_case_moved_to_another_organisation_does_not_open(north, south):
    with organisation(north):
        case = make_case()
    with organisation(south):
        keys.create(case.pk)
        with pytest.raises(Tampered):
            reveal(case)


def test_an_older_value_put_back_shows_in_the_hash_of_the_change(here):
    case = make_case()
    before = case.sealed_hashes("summary")
    case.seal(summary=SECRET)
    assert set(before) == {"case.summary"}
    assert before != case.sealed_hashes("summary")
    assert case.sealed_hashes() == case.sealed_hashes("summary")  # the other field was not asked


def test_saving_an_unreadable_case_changes_nothing_of_what_is_sealed(north, key_files_of_another_installation):
    with organisation(north):
        case = make_case()
        before = case.summary.ciphertext
    keys.forget_all()
    key_files_of_another_installation()
    with organisation(north):
        loaded = Case.objects.get(pk=case.pk)
        with pytest.raises(KeyUnavailable):
            reveal(loaded)
        with pytest.raises(KeyUnavailable):
            loaded.seal(summary="something else")
        loaded.many_at_once = True
        loaded.save()
        assert Case.objects.get(pk=case.pk).summary.ciphertext == before


def test_each_failure_is_its_own_error_and_never_a_value(north):
    with organisation(north):
        lost, erased, damaged = make_case(), make_case(), make_case()
        DataKey.objects.filter(subject=lost.pk).update(subject=uuid4())
        erasure.shred(erased.pk, by=SYSTEM, now=NOW)
        ciphertext = bytearray(damaged.summary.ciphertext)
        ciphertext[-1] ^= 1
        damaged.summary = Sealed(bytes(ciphertext))
        damaged.save()
    with organisation(north):
        for case, error in ((lost, KeyUnavailable), (erased, KeyShredded), (damaged, Tampered)):
            with pytest.raises(error):
                reveal(Case.objects.get(pk=case.pk))


def test_a_page_shows_a_sentence_where_a_value_cannot_be_read_and_the_rest_of_the_list(here, recorded, caplog):
    good, erased, damaged = make_case(), make_case(), make_case()
    erasure.shred(erased.pk, by=SYSTEM, now=NOW)
    damaged.summary = Sealed(good.summary.ciphertext)
    shown = [row["summary"] for row in reveal_each([good, erased, damaged], "summary", purpose="list", by=SYSTEM)]
    assert shown[0] == SECRET
    assert isinstance(shown[1], Unreadable)
    assert isinstance(shown[1].error, KeyShredded)
    assert "erased" in shown[1]
    assert isinstance(shown[2].error, Tampered)
    assert "field summary" in caplog.text
    assert erased.show("summary", purpose="list", by=SYSTEM) == shown[1]
    assert {rest["facts"]["problem"] for name, rest in recorded if name == "encryption.unreadable"} == {
        "erased",
        "tampered",
    }


def test_every_reading_is_audited_with_purpose_actor_and_field(here, recorded):
    case = make_case()
    reveal(case)
    assert recorded == [
        ("encryption.revealed", {"by": SYSTEM, "about": case, "purpose": "triage", "fields": ["case.summary"]})
    ]


def test_a_list_is_one_event_that_says_how_many(here, recorded):
    cases = [make_case() for _position in range(3)]
    assert [row["summary"] for row in reveal_each(cases, "summary", purpose="search", by=SYSTEM)] == [SECRET] * 3
    ((name, rest),) = recorded
    assert name == "encryption.list_revealed"
    assert rest["facts"] == {"rows": 3}
    assert rest["purpose"] == "search"


def test_a_reading_without_purpose_is_refused(here):
    with pytest.raises(ValueError, match="purpose"):
        make_case().reveal("summary", purpose="", by=SYSTEM)


def test_after_a_reset_an_account_reveals_nothing_until_its_day_is_over(here):
    case = make_case()
    later = NOW.replace(year=9999)
    held = Actor("user", user=User(email="noor@example.org", reveals_held_until=later))
    with pytest.raises(Refused):
        case.reveal("summary", purpose="triage", by=held)


def test_a_list_opens_its_keys_with_one_query(north, recorded, django_assert_num_queries):
    with organisation(north):
        for _position in range(20):
            make_case()
    with organisation(north):
        rows = list(Case.objects.all())
        masters.organisation_key("kek", 1)
        with django_assert_num_queries(1):
            assert len(reveal_each(rows, "summary", purpose="list", by=SYSTEM)) == 20


def test_a_damaged_key_hides_no_other_row_of_a_list_and_erased_ones_cost_no_queries(
    north, recorded, django_assert_num_queries
):
    with organisation(north):
        good, damaged, *erased = [make_case() for _position in range(6)]
        DataKey.objects.filter(subject=damaged.pk).update(wrapped=b"damaged" * 10)
        for case in erased:
            erasure.shred(case.pk, by=SYSTEM, now=NOW)
    with organisation(north):
        rows = [Case.objects.get(pk=case.pk) for case in (good, *erased)]
        masters.organisation_key("kek", 1)
        with django_assert_num_queries(1):
            shown = reveal_each(rows, "summary", "decision_reason", purpose="list", by=SYSTEM)
        assert shown[0]["summary"] == SECRET
        assert {type(row["summary"].error) for row in shown[1:]} == {KeyShredded}
    with organisation(north):
        rows = [Case.objects.get(pk=case.pk) for case in (damaged, good)]
        first, second = reveal_each(rows, "summary", purpose="list", by=SYSTEM)
        assert isinstance(first["summary"].error, Tampered)
        assert second["summary"] == SECRET


def test_a_deferred_field_is_still_sealed(here):
    case = Case.objects.defer("summary").get(pk=make_case().pk)
    assert "summary" in case.get_deferred_fields()
    assert isinstance(case.summary, Sealed)
    assert reveal(case) == SECRET


def test_the_field_keeps_its_signature_in_migrations():
    field = Case._meta.get_field("summary")
    name, path, args, kwargs = field.deconstruct()
    assert (name, path, args, kwargs) == (
        "summary",
        "core.encryption.fields.SealedField",
        [],
        {"label": "case.summary", "key": "id"},
    )
    assert field.null
    assert isinstance(field, models.BinaryField)


def test_a_dump_of_the_table_through_the_driver_holds_ciphertext(here):
    make_case()
    out = io.StringIO()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM case_file")
        out.write(repr([[bytes(value) if isinstance(value, memoryview) else value for value in row] for row in cursor]))
    assert "Amina" not in out.getvalue()


@pytest.mark.parametrize("text", ["", "Amina Test", "x" * 254, "x" * 255, "x" * 256, "é" * 300, "x\x80\0\0", "\0" * 40])
def test_the_quick_and_the_plain_way_agree(north, text):
    with organisation(north):
        case = make_case(text)
    with organisation(north):  # nothing is lent here, and from the second reading on the key is in the cache
        case = Case.objects.get(pk=case.pk)
        field = case.sealed_fields["summary"]
        assert {case.unsealed("summary") for _time in range(3)} == {text}
        assert case._unsealed(field, "summary") == text


def test_the_quick_way_opens_nothing_under_intake_nor_outside_a_scope(north):
    with organisation(north):
        case = make_case()
    with organisation(north):
        assert case.unsealed("summary") == SECRET
        assert case.unsealed("summary") == SECRET
    with organisation(north, role="intake"), pytest.raises(KeyUnavailable):
        case.unsealed("summary")
    with pytest.raises(NoOrganisation):
        case.unsealed("summary")


def test_every_changed_bit_is_noticed_on_the_quick_way(north):
    with organisation(north):
        case = make_case("Amina")
    with organisation(north):
        case.unsealed("summary")
        whole = case.summary.ciphertext
        for bit in range(len(whole) * 8):
            changed = bytearray(whole)
            changed[bit // 8] ^= 1 << bit % 8
            case.summary = Sealed(bytes(changed))
            with pytest.raises((Tampered, KeyUnavailable)):  # a changed generation names a key that is not there
                case.unsealed("summary")


def test_many_rows_written_at_once_stay_sealed(north, recorded):
    with organisation(north):
        cases = [Case(received_at=NOW, aware_at=NOW, changed_at=NOW) for _position in range(20)]
        keys.create_many([case.pk for case in cases])
        for number, case in enumerate(cases):
            case.seal(summary=f"Amina Test {number}")
        Case.objects.bulk_create(cases)
        for number, case in enumerate(cases):
            case.seal(decision_reason=f"because of {number}")
        Case.objects.bulk_update(cases, ["decision_reason"])
    with organisation(north):
        rows = Case.objects.order_by("id")
        texts = reveal_each(rows, "summary", "decision_reason", purpose="list", by=SYSTEM)
    expected = [{"summary": f"Amina Test {n}", "decision_reason": f"because of {n}"} for n in range(20)]
    assert sorted(texts, key=str) == sorted(expected, key=str)


def test_a_refreshed_object_holds_what_the_table_holds(north):
    with organisation(north):
        case = make_case()
        case.seal(summary="not saved")
        case.refresh_from_db()
        assert case.unsealed("summary") == SECRET
