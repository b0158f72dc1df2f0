"""Exact search over sealed values."""

from uuid import uuid4

import pytest
from django.db import connection

from core import audit
from core.actors import SYSTEM
from core.encryption import index
from core.encryption.tables import BlindToken, Kind
from core.tenancy import organisation

SUBJECT = uuid4()


def found(kind, value, **rest):
    return index.find(kind, value, by=SYSTEM, **rest)


@pytest.fixture
def here(north):
    with organisation(north):
        yield north


@pytest.mark.parametrize("typed", ["Amina Test", "AMINA  TEST", "Test, Amina", "Amína Tést", "ａｍｉｎａ ｔｅｓｔ"])
def test_a_name_is_found_however_it_is_written_but_only_with_its_year(here, typed):
    index.put(SUBJECT, name="Amina Test", birth_year=1990)
    assert found(Kind.PERSON, typed, birth_year=1990) == [SUBJECT]
    assert found(Kind.PERSON, typed, birth_year=1991) == []
    assert found(Kind.PERSON, typed) == []


def test_arabic_names_are_found_with_and_without_vowel_marks(here):
    index.put(SUBJECT, name="أَمِينَة اختبار", birth_year=1990)
    assert found(Kind.PERSON, "أمينة اختبار", birth_year=1990) == [SUBJECT]


@pytest.mark.parametrize(
    ("kind", "given", "typed", "other"),
    [
        (Kind.EMAIL, "Amina@Example.org", " amina@example.ORG ", "amina@example.com"),
        (Kind.PHONE, "+254 700 000 001", "00254-700-000-001", "+254 700 000 002"),
        (Kind.PHONE, "+254 700 000 001", "+٢٥٤ ٧٠٠ ٠٠٠ ٠٠١", "+254 700 000 010"),
        (Kind.DOCUMENT, "AB 123-456", "ab123456", "AB123457"),
    ],
)
def test_contacts_and_documents_are_found_by_their_normal_form(here, kind, given, typed, other):
    index.put(SUBJECT, **{{"email": "emails", "phone": "phones", "document": "documents"}[kind]: [given]})
    assert found(kind, typed) == [SUBJECT]
    assert found(kind, other) == []


@pytest.mark.parametrize(
    ("kind", "value", "year"),
    [
        (Kind.PERSON, "Amina", 1990),
        (Kind.PERSON, "Amina Test", None),
        (Kind.PERSON, "", 1990),
        (Kind.PHONE, "12", None),
        (Kind.EMAIL, "amina", None),
        (Kind.DOCUMENT, "A1", None),
    ],
)
def test_what_many_share_is_never_indexed(here, kind, value, year):
    assert index.token(kind, value, year) is None


def test_the_same_value_gives_another_token_elsewhere_and_for_another_kind(north, south):
    tokens = set()
    for home in (north, south):
        with organisation(home):
            tokens |= {index.token(Kind.EMAIL, "a@1234"), index.token(Kind.DOCUMENT, "a@1234")}
    assert len(tokens) == 4


def test_the_other_organisation_finds_nothing(north, south):
    with organisation(north):
        index.put(SUBJECT, emails=["amina@example.org"])
    with organisation(south):
        assert found(Kind.EMAIL, "amina@example.org") == []


def test_nothing_of_the_value_is_in_the_table_and_tokens_are_eight_bytes(here):
    index.put(SUBJECT, name="Amina Test", birth_year=1990, emails=["amina@example.org"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM blind_token")
        rows = cursor.fetchall()
    assert len(rows) == 2
    assert "amina" not in repr(
        [[bytes(cell) if isinstance(cell, memoryview) else cell for cell in row] for row in rows]
    )
    assert {len(row.token) for row in BlindToken.objects.all()} == {8}


def test_new_values_replace_the_old_ones(here):
    index.put(SUBJECT, emails=["old@example.org"])
    index.put(SUBJECT, emails=["new@example.org", "NEW@example.org"])
    assert found(Kind.EMAIL, "old@example.org") == []
    assert found(Kind.EMAIL, "new@example.org") == [SUBJECT]
    index.drop(SUBJECT)
    assert found(Kind.EMAIL, "new@example.org") == []


def test_a_search_is_audited_with_kind_and_number_and_without_the_value(here, monkeypatch):
    events = []
    monkeypatch.setattr(audit, "record", lambda name, **rest: events.append((name, rest)))
    index.put(SUBJECT, emails=["amina@example.org"])
    found(Kind.EMAIL, "amina@example.org")
    assert events == [("encryption.searched", {"by": SYSTEM, "facts": {"kind": "email", "found": 1}})]
