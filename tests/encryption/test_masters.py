"""The public half that the form seals to: whoever can write to the database alone puts no other in its place."""

from uuid import uuid4

import pytest

from core.encryption import keys, masters, tending, wrapping
from core.encryption.tables import DataKey, SealingKey
from core.errors import KeyUnavailable
from core.tenancy import organisation, signed_in_as
from tests.encryption.conftest import make_organisation


def seal_something(home):
    with organisation(home, role="intake"):
        return keys.create_at_intake(uuid4()).secret()


def swapped_for(home, **columns):
    """What somebody who controls the database alone can do."""
    with signed_in_as("worker"), organisation(home):
        assert SealingKey.objects.update(**columns) == 1
    keys.forget_all()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seal", [{}, {"seal": b""}, {"seal": bytes(32)}], ids=["kept", "emptied", "forged"])
def test_nothing_is_sealed_to_a_public_key_that_is_not_the_organisations(seal, caplog):
    north = make_organisation("north")
    swapped_for(north, public=wrapping.new_sealing_pair().public, **seal)
    with pytest.raises(KeyUnavailable):
        seal_something(north)
    assert "is not ours" in caplog.text
    with organisation(north):
        assert not DataKey.objects.exists()
    caplog.clear()


@pytest.mark.django_db(transaction=True)
def test_the_public_key_of_another_organisation_or_version_is_not_this_ones(caplog):
    north, south = make_organisation("north"), make_organisation("south")
    with organisation(south):
        theirs = SealingKey.objects.values("public", "seal").get()
    swapped_for(north, public=bytes(theirs["public"]), seal=bytes(theirs["seal"]))
    swapped_for(south, version=2)
    for home in (north, south):
        with pytest.raises(KeyUnavailable):
            seal_something(home)
    caplog.clear()


@pytest.mark.django_db(transaction=True)
def test_the_worker_puts_a_swapped_public_key_right_and_the_operator_hears_of_it(caplog):
    north = make_organisation("north")
    with organisation(north):
        ours = bytes(SealingKey.objects.values_list("public", flat=True).get())
    swapped_for(north, public=wrapping.new_sealing_pair().public)
    with signed_in_as("worker"):
        tending.tend()
    assert "was not ours: version 1" in caplog.text
    caplog.clear()
    with organisation(north):
        assert bytes(SealingKey.objects.values_list("public", flat=True).get()) == ours
    made = seal_something(north)
    keys.forget_all()
    with organisation(north):
        assert keys.current(DataKey.objects.get().subject).secret() == made
    with signed_in_as("worker"):
        tending.tend()
    assert "not ours" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_public_key_older_than_the_seals_gets_its_own_without_an_alarm(caplog):
    north = make_organisation("north")
    swapped_for(north, seal=b"")
    with signed_in_as("worker"):
        tending.tend()
    assert caplog.text == ""
    keys.forget_all()
    seal_something(north)


def test_the_public_half_follows_from_the_secret_one():
    pair = wrapping.new_sealing_pair()
    assert wrapping.public_of(pair.secret) == pair.public


def test_without_the_pepper_nobody_vouches_for_a_public_key(north, key_files):
    keys.forget_all()
    (key_files / "pepper.key").unlink()
    with organisation(north), pytest.raises(KeyUnavailable):
        masters.public_key()
