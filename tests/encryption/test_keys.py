"""Keys of organisations and subjects, as the roles that use them."""

import pickle
import threading
from contextlib import suppress
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.actors import SYSTEM
from core.encryption import erasure, keys, masters, wrapping
from core.encryption.tables import BlindToken, DataKey, OrganisationKey, Purpose, SealingKey
from core.errors import KeyShredded, KeyUnavailable, Tampered
from core.organisations import Organisation
from core.tenancy import NoOrganisation, organisation, signed_in_as, with_mailbox
from tests.encryption.conftest import NOW, make_organisation

SUBJECT = uuid4()


class Undo(Exception):
    """Ends a transaction without keeping anything."""


def test_founding_makes_one_key_of_each_purpose_and_is_repeatable(north):
    with organisation(north):
        masters.found(north, by=SYSTEM, now=NOW)
        made = OrganisationKey.objects.order_by("purpose").values_list("purpose", "version")
        assert list(made) == [("index", 1), ("kek", 1), ("sealing", 1)]
        assert SealingKey.objects.count() == 1


def test_a_subjects_key_is_the_same_for_everyone_who_may_open_it(north):
    with organisation(north):
        made = keys.create(SUBJECT).secret()
    keys.forget_all()
    with organisation(north):
        assert keys.current(SUBJECT).secret() == made
        assert keys.generation(SUBJECT, 1).secret() == made


def test_a_key_of_another_organisation_does_not_exist_here(north, south):
    with organisation(north):
        keys.create(SUBJECT)
        keys.current(SUBJECT)
    with organisation(south), pytest.raises(KeyUnavailable):
        keys.current(SUBJECT)
    with pytest.raises(NoOrganisation):
        keys.current(SUBJECT)


def test_a_wrapped_key_moved_to_another_subject_or_generation_is_tampered(north):
    with organisation(north):
        keys.create(SUBJECT)
        other = uuid4()
        row = DataKey.objects.get(subject=SUBJECT)
        DataKey(subject=other, generation=1, wrapped_by=row.wrapped_by, key_version=1, wrapped=bytes(row.wrapped)).save(
            force_insert=True
        )
        DataKey(
            subject=SUBJECT, generation=2, wrapped_by=row.wrapped_by, key_version=1, wrapped=bytes(row.wrapped)
        ).save(force_insert=True)
    with organisation(north):
        for subject in (other, SUBJECT):
            with pytest.raises(Tampered):
                keys.current(subject)


def test_a_missing_root_key_is_unavailable(north, key_files):
    with organisation(north):
        with pytest.raises(KeyUnavailable):
            masters.organisation_key(Purpose.KEK)  # wrapped by another root than the one in key_files
        (key_files / "root.key").unlink()
        with pytest.raises(KeyUnavailable):
            keys.create(SUBJECT)


def test_intake_makes_a_key_it_can_use_now_and_open_never_again(north):
    with organisation(north, role="intake"):
        made = keys.create_at_intake(SUBJECT)
        assert keys.current(SUBJECT) is made
    with organisation(north, role="intake"), pytest.raises(KeyUnavailable):
        keys.current(SUBJECT)
    with organisation(north):
        assert keys.current(SUBJECT).secret() == made.secret()
    with organisation(north, role="intake"), pytest.raises(KeyUnavailable):
        keys.current(SUBJECT)  # not even now that the process holds it for its staff pages


def test_a_key_lent_by_a_receipt_lives_no_longer_than_the_scope(north):
    with organisation(north, role="intake"):
        keys.lend(SUBJECT, 1, wrapping.new_key())
        with with_mailbox("a" * 64):
            assert keys.current(SUBJECT).subject == SUBJECT
        assert keys.generation(SUBJECT, 1).subject == SUBJECT
    with organisation(north, role="intake"), pytest.raises(KeyUnavailable):
        keys.current(SUBJECT)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT wrapped FROM data_key",
        "UPDATE data_key SET generation = 2",
        "DELETE FROM data_key",
        "SELECT wrapped FROM organisation_key",
        "SELECT token FROM blind_token",
        "INSERT INTO sealing_key (id, organisation_id, version, public) VALUES (gen_random_uuid(), %s, 9, '')",
    ],
)
def test_intake_has_no_right_to_any_wrapped_key(north, statement):
    parameters = [north] if "%s" in statement else None
    with organisation(north):
        keys.create(SUBJECT)
    with (
        organisation(north, role="intake"),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, parameters)


def test_intake_can_put_no_key_under_the_organisations_own_and_no_second_generation(north):
    with organisation(north, role="intake"):
        for wrong in ({"wrapped_by": "kek"}, {"generation": 2}):
            row = {"subject": SUBJECT, "generation": 1, "wrapped_by": "sealing", "key_version": 1, "wrapped": b"x"}
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                DataKey(**{**row, **wrong}).save(force_insert=True)


def test_the_web_process_founds_keys_but_neither_renews_nor_destroys_those_of_an_organisation(north):
    with organisation(north):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            masters.add_version(north, Purpose.KEK, wrapping.new_key(), version=2, now=NOW)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            erasure.shred_organisation(by=SYSTEM, now=NOW)


@pytest.mark.parametrize("table", ["data_key", "organisation_key"])
def test_the_vault_is_forced_to_one_organisation(north, south, table):
    with organisation(north):
        keys.create(SUBJECT)
    with organisation(south), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM vault.{table} WHERE organisation_id = %s", [north])
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s", [table])
        assert cursor.fetchone() == (True, True)


def test_no_foreign_key_crosses_the_border_of_the_vault(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.conname FROM pg_constraint c JOIN pg_class a ON a.oid = c.conrelid "
            "JOIN pg_class b ON b.oid = c.confrelid "
            "WHERE c.contype = 'f' AND a.relnamespace <> b.relnamespace"
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'vault' ORDER BY 1")
        assert [name for (name,) in cursor.fetchall()] == ["data_key", "organisation_key"]


def test_a_shredded_subject_is_erased_in_every_generation_and_cannot_be_found(north):
    with organisation(north):
        keys.create(SUBJECT)
        BlindToken(kind="email", token=b"12345678", subject=SUBJECT, key_version=1).save()
    with organisation(north):
        keys.current(SUBJECT)  # in the cache of this process
        erasure.shred(SUBJECT, by=SYSTEM, now=NOW)
        for ask in (lambda: keys.current(SUBJECT), lambda: keys.generation(SUBJECT, 1)):
            with pytest.raises(KeyShredded):
                ask()
        assert not BlindToken.objects.filter(subject=SUBJECT).exists()
    with organisation(north):
        with pytest.raises(KeyShredded):
            keys.current(SUBJECT)
        assert [bytes(found) for found in DataKey.objects.values_list("wrapped", flat=True)] == [b""]


def test_a_shredded_key_cannot_keep_its_bytes_and_an_empty_one_cannot_pass_for_alive(north):
    with organisation(north):
        keys.create(SUBJECT)
        for change in ({"shredded_at": NOW}, {"wrapped": b""}):
            with pytest.raises(IntegrityError, match="data_key_shredded_is_empty"), transaction.atomic():
                DataKey.objects.filter(subject=SUBJECT).update(**change)


def test_what_has_no_key_cannot_be_shredded(north):
    with organisation(north), pytest.raises(KeyUnavailable):
        erasure.shred(uuid4(), by=SYSTEM, now=NOW)


def test_a_wrapping_key_in_use_cannot_be_removed(north):
    with organisation(north):
        keys.create(SUBJECT)
    with organisation(north), connection.cursor() as cursor:
        cursor.execute("SELECT convalidated FROM pg_constraint WHERE conname = 'data_key_wrapping_key_exists'")
        assert cursor.fetchone() == (True,)
        with pytest.raises(IntegrityError, match="data_key_wrapping_key_exists"), transaction.atomic():
            DataKey.objects.update(key_version=7)


def test_a_key_of_an_undone_savepoint_is_not_used_afterwards(north):
    with organisation(north):
        with suppress(Undo), transaction.atomic():
            keys.create(SUBJECT)
            keys.current(SUBJECT)
            raise Undo
        with pytest.raises(KeyUnavailable):
            keys.current(SUBJECT)
        again = keys.create(SUBJECT)
        assert keys.current(SUBJECT) is again


@pytest.mark.django_db(transaction=True)
def test_a_key_of_an_undone_transaction_is_not_used_by_the_next_one():
    north = make_organisation("north")
    with suppress(Undo), organisation(north):
        with transaction.atomic():
            keys.create(SUBJECT)
        keys.current(SUBJECT)  # read again from the table, still in the same transaction
        raise Undo
    with organisation(north), pytest.raises(KeyUnavailable):
        keys.current(SUBJECT)


@pytest.mark.django_db(transaction=True)
def test_organisation_keys_of_an_undone_transaction_are_not_used_by_the_next_one():
    made = Organisation.objects.create(slug="north", name="North", created_at=NOW)
    with suppress(Undo), organisation(made.id):
        masters.found(made.id, by=SYSTEM, now=NOW)
        keys.create(uuid4())
        with organisation(made.id):
            keys.create_at_intake(uuid4())
        raise Undo
    with organisation(made.id):
        masters.found(made.id, by=SYSTEM, now=NOW)
    at_desk, at_intake = uuid4(), uuid4()
    with organisation(made.id):  # a scope that made no keys itself and so trusts what the process holds
        secrets = [keys.create(at_desk).secret(), keys.create_at_intake(at_intake).secret()]
    keys.forget_all()
    with organisation(made.id):
        assert [keys.current(at_desk).secret(), keys.current(at_intake).secret()] == secrets


@pytest.mark.django_db(transaction=True)
def test_another_thread_sees_the_erasure_as_soon_as_it_is_committed():
    north = make_organisation("north")
    with organisation(north):
        keys.create(SUBJECT)
    between = []

    def other_thread():
        with organisation(north):
            between.append(keys.current(SUBJECT))
        connection.close()

    with organisation(north):
        erasure.shred(SUBJECT, by=SYSTEM, now=NOW)
        reader = threading.Thread(target=other_thread)
        reader.start()
        reader.join(20)
        assert len(between) == 1  # not committed yet: still there for others, and now in the cache again
    with organisation(north), pytest.raises(KeyShredded):
        keys.current(SUBJECT)


def test_a_list_of_subjects_is_opened_with_one_query(north, django_assert_num_queries):
    subjects = [uuid4() for _position in range(50)]
    with organisation(north):
        keys.create_many(subjects)
    keys.forget_all()
    with organisation(north):
        masters.organisation_key(Purpose.KEK, 1)
        with django_assert_num_queries(1):
            keys.warm(subjects)
            assert {keys.current(subject).subject for subject in subjects} == set(subjects)
        with django_assert_num_queries(0):
            keys.warm(subjects)


def test_an_open_key_shows_nothing_and_does_not_travel(north):
    with organisation(north):
        key = keys.create(SUBJECT)
    assert repr(key) == "<OpenKey>"
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_an_erasure_that_is_undone_did_not_happen(north):
    with organisation(north):
        secret = keys.create(SUBJECT).secret()
    with organisation(north):
        with suppress(Undo), transaction.atomic():
            erasure.shred(SUBJECT, by=SYSTEM, now=NOW)
            raise Undo
        assert keys.current(SUBJECT).secret() == secret


def test_intake_that_asks_for_the_organisations_key_is_told_no_and_can_go_on(north):
    with organisation(north, role="intake"):
        with pytest.raises(KeyUnavailable):
            keys.create(SUBJECT)
        with pytest.raises(KeyUnavailable):
            masters.organisation_key(Purpose.INDEX)
        assert keys.create_at_intake(SUBJECT).subject == SUBJECT


@pytest.mark.django_db(transaction=True)
def test_a_process_of_the_public_tier_seals_without_the_root_key_and_opens_nothing(settings, tmp_path):
    north = make_organisation("north")
    with organisation(north):
        known = keys.create(uuid4()).subject
    keys.forget_all()
    (tmp_path / "pepper.key").write_bytes((settings.KEYS_DIR / "pepper.key").read_bytes())
    settings.KEYS_DIR, settings.ROLE = tmp_path, "intake"  # a folder with the pepper alone
    with signed_in_as("intake"):
        with organisation(north):
            made = keys.create_at_intake(SUBJECT)
            sealed = made.seal("report.account", SUBJECT, b"what happened")
            assert keys.current(SUBJECT).unseal("report.account", SUBJECT, sealed) == b"what happened"
        for subject in (SUBJECT, known):
            with organisation(north), pytest.raises(KeyUnavailable):
                keys.current(subject)
        with organisation(north), pytest.raises(DatabaseError, match="permission denied"):
            DataKey.objects.first()


def test_a_key_made_and_shredded_in_one_transaction_is_gone(north):
    with organisation(north):
        keys.create(SUBJECT)
        erasure.shred(SUBJECT, by=SYSTEM, now=NOW)
        for ask in (lambda: keys.current(SUBJECT), lambda: keys.generation(SUBJECT, 1)):
            with pytest.raises(KeyShredded):
                ask()
