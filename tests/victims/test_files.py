"""A support file: with or without a case, for whoever supports the person and nobody else."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404

from cases.actions.erasure import erase
from cases.choices import CaseState, GrantLevel, Part
from cases.models import CaseDuty, Identity, PersonGrant
from core.audit.selectors import events
from core.encryption import erasure, keys
from core.errors import DomainError, KeyShredded, Refused
from tests.factories import NOW, exclude, make_case, make_part
from tests.victims.conftest import Side
from victims.actions import files, planning, record
from victims.choices import GrantKind, Source
from victims.models import ChildCare, ContactPlan, SupportFile, SupportGrant
from victims.selectors.files import access_any, access_file, all_files, visible_files

pytestmark = pytest.mark.django_db


def open_to(side: Side, user, file: SupportFile, *, now=NOW) -> bool:
    with side.cast.as_user(user):
        try:
            access_file(side.actor(user), file.reference, now)
        except Http404:
            return False
        return True


def test_somebody_who_comes_alone_has_a_file_without_case_complaint_or_name(side: Side) -> None:
    file = side.file()
    with side.cast.inside():
        assert not Identity.objects.exists()
        assert file.person.parts.count() == 0
        assert (file.state, file.source) == ("new", "walk_in")
    assert open_to(side, side.cast.noor, file)


def test_nobody_opens_a_file_without_a_grant_whatever_their_role(side: Side) -> None:
    file = side.file()
    cast = side.cast
    for other in (side.mary, side.musa, cast.hana, cast.idris, cast.rosa, cast.ada, cast.dan, cast.omar):
        assert not open_to(side, other, file), other.email
    with cast.as_user(cast.sofia), pytest.raises(Http404):
        access_file(side.actor(cast.sofia), file.reference, NOW)


def test_the_words_are_sealed_under_a_key_of_the_file_alone(side: Side) -> None:
    file = side.file(words="Fictional words only she said.")
    with side.cast.as_user(side.cast.noor):
        assert b"Fictional" not in file.words.ciphertext
        erasure.shred(file.pk, by=side.actor(side.cast.noor), now=NOW)
        with pytest.raises(DomainError):
            file.reveal("words", purpose="support", by=side.actor(side.cast.noor))
        assert keys.current(file.person_id), "the person's own key is another one"


def test_erasing_a_person_erases_what_the_support_side_wrote(side: Side) -> None:
    file = side.file(words="Fictional words only she said.", name="Fictional Survivor")
    with side.cast.as_user(side.cast.noor):
        by = side.actor(side.cast.noor)
        planning.write_safety_plan(file, {"concern": "Fictional fear."}, made_together=True, by=by, now=NOW)
        erase(file.person, by=by, now=NOW)
        with pytest.raises(KeyShredded):
            file.reveal("words", purpose="support", by=by)
        with pytest.raises(KeyShredded):
            planning.read_safety_plan(file, by=by, now=NOW)


def test_the_database_itself_hides_how_to_reach_her_from_everybody_without_a_grant(side: Side) -> None:
    file = side.file()
    noor = side.cast.noor
    with side.cast.as_user(noor):
        record.write_contact(
            file, {"how": "Fictional number", "code_word": "Sunflower"}, do_not_contact=False, by=side.actor(noor),
            now=NOW,
        )  # fmt: skip
        assert record.read_contact(file, by=side.actor(noor), now=NOW)["code_word"] == "Sunflower"
        assert ContactPlan.objects.count() == 1
    with side.cast.as_user(side.musa):
        files.open_review(file, by=side.actor(side.musa), now=NOW)
        assert ContactPlan.objects.count() == 0, "a review is no way to her"
        with pytest.raises(Http404):
            record.read_contact(file, by=side.actor(side.musa), now=NOW)
    with side.cast.as_user(side.cast.idris):
        assert ContactPlan.objects.count() == 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM contact_plan")
            assert cursor.fetchone() == (0,)


def test_a_way_to_reach_somebody_is_needed_unless_nobody_is_to_contact_them(side: Side) -> None:
    file, noor = side.file(), side.cast.noor
    with side.cast.as_user(noor):
        with pytest.raises(DomainError):
            record.write_contact(file, {"who": "only a woman"}, do_not_contact=False, by=side.actor(noor), now=NOW)
        record.write_contact(file, {}, do_not_contact=True, by=side.actor(noor), now=NOW)
        assert SupportFile.objects.get().do_not_contact


def test_only_a_supervisor_stands_in_with_a_reason_and_for_two_weeks(side: Side) -> None:
    file = side.file(name="Fictional Survivor")
    for other in (side.mary, side.cast.hana, side.cast.ada):
        with side.cast.as_user(other):
            with pytest.raises(Http404):
                access_any(side.actor(other), file.reference)
            with pytest.raises(Refused):
                files.stand_in(file, reason="away", by=side.actor(other), now=NOW)
    with side.cast.as_user(side.musa):
        assert [each.reference for each in all_files(side.actor(side.musa))] == [file.reference]
        with pytest.raises(DomainError):
            files.stand_in(file, reason="", by=side.actor(side.musa), now=NOW)
        files.stand_in(file, reason="away", by=side.actor(side.musa), now=NOW)
        PersonGrant.objects.update(starts_at=NOW)
        found = files.reveal_identity(file, purpose="safety", by=side.actor(side.musa), now=NOW)
        assert found["name"] == "Fictional Survivor"
    assert open_to(side, side.musa, file)
    assert not open_to(side, side.musa, file, now=NOW + timedelta(days=15))
    assert open_to(side, side.cast.noor, file, now=NOW + timedelta(days=15)), "the officer keeps the file"


def test_a_file_handed_over_is_gone_for_whoever_had_it_and_the_name_with_it(side: Side) -> None:
    file, noor = side.file(name="Fictional Survivor"), side.cast.noor
    with side.cast.as_user(noor):
        for stranger in (side.cast.idris, side.cast.rosa):
            with pytest.raises(Refused):
                files.hand_over(file, stranger, by=side.actor(noor), now=NOW)
        files.hand_over(file, side.mary, by=side.actor(noor), now=NOW)
        assert Identity.objects.count() == 0
    assert not open_to(side, noor, file)
    assert open_to(side, side.mary, file)


def test_a_file_stays_open_when_the_case_closes_and_needs_none_to_begin(side: Side) -> None:
    cast = side.cast
    with cast.as_user(cast.noor):
        case = make_case(cast.lake, state=CaseState.CLOSED)
        person = make_part(case, Part.VICTIM).person
        keys.create(person.pk)
        file = files.open_for(person, source=Source.REQUEST, by=side.actor(cast.noor), now=NOW)
        assert visible_files(side.actor(cast.noor), NOW).get() == file
        assert file.state == "new"


def test_whoever_supports_somebody_never_investigates_or_decides_their_case_and_the_other_way_round(side: Side) -> None:
    cast = side.cast
    with cast.as_user(cast.noor):
        case = make_case(cast.lake)
        person = make_part(case, Part.VICTIM).person
        CaseDuty.objects.create(case=case, user=side.mary, duty=GrantLevel.INVESTIGATE, since=NOW)
        file = files.open_for(person, source=Source.REQUEST, by=side.actor(cast.noor), now=NOW)
        assert CaseDuty.objects.get(user=cast.noor).duty == GrantLevel.SUPPORT
        with pytest.raises(Refused):
            files.hand_over(file, side.mary, by=side.actor(cast.noor), now=NOW)


def test_whoever_is_shut_out_of_a_case_of_the_person_finds_no_file(side: Side) -> None:
    cast = side.cast
    with cast.as_user(cast.noor):
        case = make_case(cast.lake)
        part = make_part(case, Part.VICTIM)
        file = files.open_for(part.person, source=Source.REQUEST, by=side.actor(cast.noor), now=NOW)
    assert open_to(side, cast.noor, file)
    with cast.inside():
        exclude(case, cast.noor)
        exclude(case, side.musa)
    assert not open_to(side, cast.noor, file)
    with cast.as_user(cast.noor), pytest.raises(Http404):
        record.write_contact(file, {}, do_not_contact=True, by=side.actor(cast.noor), now=NOW)
    with cast.as_user(side.musa):
        assert not all_files(side.actor(side.musa)).exists()
        with pytest.raises(Http404):
            files.stand_in(file, reason="away", by=side.actor(side.musa), now=NOW)


def test_the_audit_hides_a_file_from_whoever_is_shut_out_of_a_case_of_the_person(side: Side) -> None:
    cast = side.cast
    with cast.as_user(cast.noor):
        part = make_part(case := make_case(cast.lake), Part.VICTIM)
        file = files.open_for(part.person, source=Source.REQUEST, by=side.actor(cast.noor), now=NOW)
        planning.note_need(file, service="legal", words="", by=side.actor(cast.noor), now=NOW)
    with cast.as_user(cast.dan):
        reader = side.actor(cast.dan)
        assert {event.action for event in events(reader=reader, reference=file.reference)} == {
            "victims.file_opened", "victims.need_noted", "support_file.assess",
        }  # fmt: skip
        exclude(case, cast.dan)
        assert not events(reader=reader, reference=file.reference).exists()
        assert not events(reader=reader, about=file.pk).exists()


def test_nobody_has_two_files_and_a_second_officer_does_not_take_the_first(side: Side) -> None:
    file = side.file()
    with side.cast.as_user(side.mary), pytest.raises(Refused):
        files.open_for(file.person, source=Source.REQUEST, by=side.actor(side.mary), now=NOW)
    with side.cast.as_user(side.cast.noor):
        assert files.open_for(file.person, source=Source.REQUEST, by=side.actor(side.cast.noor), now=NOW) == file
        with pytest.raises(IntegrityError), transaction.atomic():
            SupportFile.objects.create(
                person=file.person, source="walk_in", officer=side.mary, opened_at=NOW, opened_by=side.mary
            )


def test_a_stand_in_without_end_or_reason_is_no_row(side: Side) -> None:
    file = side.file()
    with side.cast.inside():
        for wrong in ({"reason": "", "ends_at": NOW}, {"reason": "away", "ends_at": None}):
            with pytest.raises(IntegrityError), transaction.atomic():
                SupportGrant.objects.create(file=file, user=side.musa, kind=GrantKind.STAND_IN, starts_at=NOW, **wrong)


def test_a_child_says_its_word_after_its_best_interest_is_written_down(side: Side) -> None:
    file, noor = side.file(age_band="12-14"), side.cast.noor
    given = {"carers": "", "reporting_told": True, "now": NOW}
    with side.cast.as_user(noor):
        by = side.actor(noor)
        with pytest.raises(DomainError):
            record.write_child(file, best_interest="", assent="yes", by=by, **given)
        with pytest.raises(Refused):
            record.ensure_child_steps(file)
        record.write_child(file, best_interest="Fictional: stay with the aunt.", assent="no", by=by, **given)
        with pytest.raises(Refused):
            record.ensure_child_steps(file)
        record.write_child(file, best_interest="Fictional: stay with the aunt.", assent="yes", by=by, **given)
        record.ensure_child_steps(file)
        care = ChildCare.objects.get()
        assert care.reporting_told_at == NOW
        assert b"aunt" not in care.best_interest.ciphertext


def test_the_steps_of_a_child_are_not_for_adults(side: Side) -> None:
    file = side.file(age_band="25-59")
    with side.cast.as_user(side.cast.noor), pytest.raises(Refused):
        record.write_child(
            file, best_interest="x", assent="", carers="", reporting_told=False, by=side.actor(side.cast.noor), now=NOW
        )


def test_no_field_asks_whom_somebody_loves_or_who_they_are() -> None:
    from django.apps import apps

    names = {field.name for model in apps.get_app_config("victims").get_models() for field in model._meta.get_fields()}
    assert not [name for name in names if "orientation" in name or "gender" in name or "sexual" in name]
