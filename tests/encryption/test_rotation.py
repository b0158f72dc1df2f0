"""Keys are renewed while people work: nothing becomes unreadable, whatever is interrupted."""

from contextlib import suppress
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from cases.models import Case, Mailbox, Message, Note, Report
from core.actors import SYSTEM
from core.encryption import envelope, erasure, index, keys, rotation, tending
from core.encryption.fields import Sealed
from core.encryption.tables import DataKey, Kind, OrganisationKey, Purpose, SealingKey
from core.errors import KeyShredded, KeyUnavailable
from core.organisations import User
from core.tenancy import organisation, signed_in_as
from tests.encryption.conftest import NOW, make_organisation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def north():
    return make_organisation("north")


@pytest.fixture
def south():
    return make_organisation("south")


def new_case(**rest):
    return Case(received_at=NOW, aware_at=NOW, changed_at=NOW, **rest)


def cases_of(home, number=5, text="Amina Test"):
    made = []
    with organisation(home):
        for position in range(number):
            case = new_case()
            keys.create(case.pk)
            case.seal(summary=f"{text} {position}")
            case.save(force_insert=True)
            made.append(case.pk)
    return made


def read_all(home):
    keys.forget_all()
    with organisation(home):
        return sorted(case.unsealed("summary") for case in Case.objects.all())


def wrapping_of(home):
    with organisation(home):
        rows = DataKey.objects.filter(shredded_at=None).order_by("wrapped_by", "key_version")
        return sorted(set(rows.values_list("wrapped_by", "key_version")))


def rotate(**options):
    out = StringIO()
    call_command("rotate_keys", stdout=out, stderr=out, **options)
    keys.forget_all()
    return out.getvalue()


def test_after_a_rotation_everything_opens_under_the_new_key_and_only_there(north, south):
    cases_of(north)
    cases_of(south)
    before = read_all(north)
    assert "key version 2 complete" in rotate(batch=2)
    assert read_all(north) == read_all(south) == before
    assert wrapping_of(north) == wrapping_of(south) == [("kek", 2)]
    with organisation(north):
        newest = OrganisationKey.objects.get(purpose=Purpose.KEK, version=2)
        assert newest.finished_at is not None
        assert SealingKey.objects.order_by("-version").first().version == 2
        keys.create(uuid4())
    assert wrapping_of(north) == [("kek", 2)]


def test_one_organisation_can_be_rotated_alone(north, south):
    cases_of(north)
    cases_of(south)
    rotate(organisation="south")
    assert wrapping_of(north) == [("kek", 1)]
    assert wrapping_of(south) == [("kek", 2)]
    with pytest.raises(CommandError, match="no organisation called"):
        rotate(organisation="east")


def test_keys_that_intake_sealed_come_under_the_organisations_own(north):
    subject = uuid4()
    with organisation(north, role="intake"):
        secret = keys.create_at_intake(subject).secret()
    assert wrapping_of(north) == [("sealing", 1)]
    with signed_in_as("worker"), organisation(north):
        assert rotation.outdated_count() == 1
        assert rotation.rewrap().done == 1
        assert rotation.outdated_count() == 0
    assert wrapping_of(north) == [("kek", 1)]
    keys.forget_all()
    with organisation(north):
        assert keys.current(subject).secret() == secret


def test_the_worker_tends_every_organisation_and_a_damaged_one_stops_no_other(north, south, caplog):
    lost, subject = uuid4(), uuid4()
    for home, one in ((north, lost), (south, subject)):
        with organisation(home, role="intake"):
            keys.create_at_intake(one)
    with signed_in_as("worker"), organisation(north):
        DataKey.objects.update(wrapped=b"damaged")
    with signed_in_as("worker"):
        assert tending.tend() == 1
        assert f"organisation {north}" in caplog.text
        assert tending.tend() == 0
    assert wrapping_of(south) == [("kek", 1)]
    assert wrapping_of(north) == [("sealing", 1)]


def test_a_rotation_cut_short_goes_on_where_it_stopped(north):
    cases_of(north)
    before = read_all(north)
    with signed_in_as("worker"):
        with organisation(north):
            assert rotation.start(by=SYSTEM, now=NOW) == 2
        with organisation(north):
            assert rotation.rewrap(2, most=2).done == 2
        with organisation(north):
            assert not rotation.finish(2, by=SYSTEM, now=NOW)
    assert wrapping_of(north) == [("kek", 1), ("kek", 2)]
    assert read_all(north) == before
    rotate()
    assert wrapping_of(north) == [("kek", 2)]
    assert read_all(north) == before


def test_a_version_that_was_undone_is_not_used_by_the_next_transaction(north):
    with signed_in_as("worker"):
        with suppress(RuntimeError), organisation(north):
            assert rotation.start(by=SYSTEM, now=NOW) == 2
            keys.create(uuid4())
            raise RuntimeError
        with organisation(north):
            keys.create(uuid4())
    assert wrapping_of(north) == [("kek", 1)]


def test_a_batch_that_fails_leaves_every_key_as_it_was(north, monkeypatch):
    cases_of(north)
    before = read_all(north)
    made = keys.wrapped_row
    calls = []

    def fails_at_the_third(*given, **named):
        calls.append(given)
        if len(calls) == 3:
            raise RuntimeError("power cut")
        return made(*given, **named)

    with signed_in_as("worker"):
        with organisation(north):
            rotation.start(by=SYSTEM, now=NOW)
        monkeypatch.setattr(keys, "wrapped_row", fails_at_the_third)
        with pytest.raises(RuntimeError), organisation(north):
            rotation.rewrap(2)
        monkeypatch.undo()
    assert wrapping_of(north) == [("kek", 1)]
    assert read_all(north) == before


def test_one_damaged_key_does_not_stop_the_others_and_is_told(north):
    cases = cases_of(north)
    with organisation(north):
        DataKey.objects.filter(subject=cases[0]).update(wrapped=b"damaged" * 10)
    out = StringIO()
    with pytest.raises(CommandError, match="Nothing is lost"):
        call_command("rotate_keys", stdout=out, stderr=out)
    assert "left as it is: data key" in out.getvalue()
    assert wrapping_of(north) == [("kek", 1), ("kek", 2)]
    with organisation(north):
        assert DataKey.objects.filter(key_version=2).count() == 4
        assert bytes(DataKey.objects.get(subject=cases[0]).wrapped) == b"damaged" * 10


def test_what_is_erased_stays_erased(north):
    cases = cases_of(north)
    with organisation(north):
        erasure.shred(cases[0], by=SYSTEM, now=NOW)
    rotate(data=True)
    with organisation(north):
        with pytest.raises(KeyShredded):
            Case.objects.get(pk=cases[0]).unsealed("summary")
        assert {bytes(row.wrapped) for row in DataKey.objects.filter(subject=cases[0])} == {b""}


def test_a_new_data_key_seals_every_field_of_every_table_again(north):
    (case,) = cases_of(north, 1)
    with organisation(north):
        row = Case.objects.get(pk=case)
        row.seal(decision_reason="because")
        row.save()
        report = Report(case=row, channel="focal_point", mode="named", language="en", received_at=NOW, aware_at=NOW)
        report.seal(account="what happened", place="")
        report.save(force_insert=True)
        old = row.summary.ciphertext
    rotate(data=True, batch=5)
    with organisation(north):
        row, report = Case.objects.get(pk=case), Report.objects.get()
        sealed = [row.summary, row.decision_reason, report.account, report.place]
        assert {envelope.generation_of(value.ciphertext) for value in sealed} == {2}
        assert row.summary.ciphertext != old
        assert [row.unsealed("summary"), row.unsealed("decision_reason")] == ["Amina Test 0", "because"]
        assert [report.unsealed("account"), report.unsealed("place")] == ["what happened", ""]
        assert report.unsealed("about_whom") is None
        generations = DataKey.objects.filter(subject=case).order_by("generation")
        assert [key.superseded_at is not None for key in generations] == [True, False]


def test_an_object_loaded_before_the_renewal_and_saved_after_it_is_still_readable(north):
    (case,) = cases_of(north, 1)
    with organisation(north):
        stale = Case.objects.get(pk=case)
    rotate(data=True)
    with organisation(north):
        stale.save()
        assert Case.objects.get(pk=case).unsealed("summary") == "Amina Test 0"
    with signed_in_as("worker"), organisation(north):
        rotation.retire(now=NOW + timedelta(days=9999))
    assert read_all(north) == ["Amina Test 0"]


def test_a_key_a_receipt_holds_is_not_renewed(north):
    subject = uuid4()
    with organisation(north):
        keys.create(subject, pinned=True)
    rotate(data=True)
    with organisation(north):
        assert DataKey.objects.get(subject=subject).generation == 1


def test_a_renewal_cut_short_goes_on_and_makes_no_third_generation(north):
    cases_of(north)
    with signed_in_as("worker"):
        with organisation(north):
            mark = rotation.start_data(by=SYSTEM, now=NOW)
        with organisation(north):
            assert rotation.reseal(mark, now=NOW, most=2).done == 2
        with organisation(north):
            assert not rotation.finish_data(mark, by=SYSTEM, now=NOW)
            assert rotation.start_data(by=SYSTEM, now=NOW).pk == mark.pk
    rotate(data=True)
    with organisation(north):
        assert set(DataKey.objects.values_list("generation", flat=True)) == {1, 2}
        assert DataKey.objects.filter(superseded_at=None).count() == 5
    assert read_all(north) == [f"Amina Test {position}" for position in range(5)]


def test_a_renewal_that_fails_halfway_through_a_subject_leaves_nothing_half_done(north, monkeypatch):
    cases_of(north, 3)
    with organisation(north):
        row = Case.objects.first()
        note = Note(case=row, written_at=NOW, written_by=User.objects.create_user("noor@example.org", name="Noor Test"))
        note.seal(body="a note")
        note.save(force_insert=True)

    def fails(*_given):
        raise RuntimeError("power cut")

    with signed_in_as("worker"):
        with organisation(north):
            mark = rotation.start_data(by=SYSTEM, now=NOW)
        resealed = rotation._reseal_row
        monkeypatch.setattr(
            rotation, "_reseal_row", lambda row, *rest: (fails if isinstance(row, Note) else resealed)(row, *rest)
        )
        with pytest.raises(RuntimeError), organisation(north):
            rotation.reseal(mark, now=NOW)
        monkeypatch.undo()
    with organisation(north):
        assert set(DataKey.objects.values_list("generation", flat=True)) == {1}
        assert Note.objects.get().unsealed("body") == "a note"
    assert len(read_all(north)) == 3


def test_a_damaged_value_does_not_stop_the_others_and_is_not_overwritten(north):
    cases = cases_of(north)
    with organisation(north):
        other = Case.objects.get(pk=cases[1])
        Case.objects.filter(pk=cases[0]).update(summary=other.summary)
        copied = other.summary.ciphertext
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("rotate_keys", data=True, stdout=out, stderr=out)
    assert f"cases.case {cases[0]}: Tampered" in out.getvalue()
    keys.forget_all()
    with organisation(north):
        assert Case.objects.get(pk=cases[0]).summary.ciphertext == copied
        assert Case.objects.get(pk=cases[1]).unsealed("summary") == "Amina Test 1"


def test_what_was_replaced_is_destroyed_in_time_and_only_when_nothing_needs_it(north):
    cases = cases_of(north)
    rotate(data=True)
    with signed_in_as("worker"), organisation(north):
        finished = OrganisationKey.objects.get(purpose=Purpose.KEK, version=2).finished_at
        assert rotation.retire(now=finished + timedelta(hours=23)) == 0
        # Nothing is wrapped by the old key and the old pair any more; data keys wait for the backups.
        assert rotation.retire(now=finished + timedelta(days=2)) == 2
        assert list(SealingKey.objects.values_list("version", flat=True)) == [2]
    assert read_all(north) == [f"Amina Test {position}" for position in range(5)]
    with organisation(north):  # something came back from a process that still held the old key
        old = keys.generation(cases[0], 1)
        Case.objects.filter(pk=cases[0]).update(summary=Sealed(old.seal("case.summary", cases[0], b"late")))
    with signed_in_as("worker"), organisation(north):
        assert rotation.retire(now=finished + timedelta(days=34)) == 0
        assert rotation.retire(now=finished + timedelta(days=36)) == 4
    assert read_all(north) == [f"Amina Test {position}" for position in range(1, 5)] + ["late"]


def test_a_wrapping_key_that_is_needed_cannot_be_removed(north):
    cases_of(north)
    refused = pytest.raises(IntegrityError, match="data_key_wrapping_key_exists")
    with signed_in_as("worker"), organisation(north), refused, transaction.atomic():
        OrganisationKey.objects.filter(purpose=Purpose.KEK).delete()


def test_search_tokens_survive_a_rotation(north):
    subject = uuid4()
    with organisation(north):
        index.put(subject, emails=["noor@example.org"])
    rotate(data=True)
    with organisation(north):
        assert index.find(Kind.EMAIL, "Noor@example.org", by=SYSTEM) == [subject]


def test_an_organisation_that_was_erased_is_erased_and_its_neighbour_is_not(north, south):
    cases_of(north, 2)
    cases_of(south, 2)
    with pytest.raises(CommandError, match="--again north"):
        call_command("shred_organisation", "north")
    assert len(read_all(north)) == 2
    with pytest.raises(CommandError, match="no organisation called"):
        call_command("shred_organisation", "east", again="east")
    out = StringIO()
    call_command("shred_organisation", "north", again="north", stdout=out)
    assert "destroyed on" in out.getvalue()
    assert len(read_all(south)) == 2
    with pytest.raises(KeyShredded):
        read_all(north)
    assert "north: erased" in rotate()
    assert wrapping_of(south) == [("kek", 2)]
    with organisation(north), pytest.raises(KeyShredded):
        keys.create(uuid4())
    with organisation(north, role="intake"), pytest.raises(KeyUnavailable):
        keys.create_at_intake(uuid4())


def test_messages_of_a_mailbox_stay_readable_for_the_reporter_through_a_renewal(north):
    with organisation(north):
        case = new_case()
        keys.create(case.pk)
        case.save(force_insert=True)
        report = Report(case=case, channel="focal_point", mode="named", language="en", received_at=NOW, aware_at=NOW)
        report.save(force_insert=True)
        box = Mailbox(
            report=report, lookup="a" * 64, salt=b"", verifier=b"", wrapped_key=b"-", created_at=NOW, changed_at=NOW
        )
        secret = keys.create(box.pk, pinned=True).secret()
        box.save(force_insert=True)
        message = Message(mailbox=box, direction="in", sent_at=NOW)
        message.seal(body="are you there?")
        message.save(force_insert=True)
    rotate(data=True)
    with organisation(north):
        keys.lend(box.pk, 1, secret)
        assert Message.objects.get().unsealed("body") == "are you there?"
