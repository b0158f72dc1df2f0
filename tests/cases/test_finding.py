"""Finding somebody by name: only whom one may ask for, said as a case and a code, on record and counted."""

from typing import Any

import pytest

from cases.actions import finding
from cases.choices import GrantLevel, Part
from cases.models import Identity, Participant
from core.audit.tables import AuditEvent
from core.encryption import index, keys
from core.errors import DomainError, SecondFactorNeeded
from tests.factories import EVERYBODY, NOW, Cast, exclude, give_grant, make_case, make_part, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/o/north/cases/find/"


def known(
    cast: Cast, name: str, *, part: str = Part.SUBJECT, phone: str = "", who: str = "rosa", **grant: Any
) -> Participant:
    """Somebody with a name in a case of their own, into which `who` has a grant."""
    case = make_case(cast.lake)
    row = make_part(case, part)
    keys.create(row.person_id)
    identity = Identity(person=row.person, changed_at=NOW)
    identity.seal(name=name, contact=phone or None)
    identity.save(force_insert=True)
    if phone:
        index.put(row.person_id, phones=[phone])
    give_grant(case, getattr(cast, who), **{"level": GrantLevel.TRIAGE, "identities": EVERYBODY, **grant})
    return row


def find(cast: Cast, text: str, who: str = "rosa") -> list[Participant]:
    user = getattr(cast, who)
    with cast.as_user(user):
        return [hit.participant for hit in finding.somebody(text, by=cast.actor(user), now=NOW).hits]


@pytest.mark.parametrize(
    "text",
    [
        "Marcel Fictional", "fictional marcel", "MARCÉL", "Marc", "Marsel Fictional", "Fictionel", "مارسيل", "Марсель",
    ],
)  # fmt: skip
def test_a_name_is_found_in_any_order_in_part_misspelt_and_in_another_script(cast: Cast, text: str) -> None:
    with cast.as_user(cast.rosa):
        meant = known(cast, "Marcel Fictional")
        known(cast, "Judit Invented")
    assert find(cast, text) == [meant]


def test_two_spellings_of_one_name_with_the_same_consonants_are_alike(cast: Cast) -> None:
    with cast.as_user(cast.rosa):
        meant = known(cast, "Mohammed Fictional")
    assert find(cast, "Muhamad") == [meant]
    assert find(cast, "Mahlet") == []


def test_the_same_name_comes_before_one_that_is_alike(cast: Cast) -> None:
    with cast.as_user(cast.rosa):
        alike, same = known(cast, "Marcela Fictional"), known(cast, "Fictional Marcel")
        found = finding.somebody("Marcel Fictional", by=cast.actor(cast.rosa), now=NOW)
    assert [(hit.participant, hit.same) for hit in found.hits] == [(same, True), (alike, False)]


def test_a_number_is_found_exactly_and_opens_nothing(cast: Cast) -> None:
    with cast.as_user(cast.rosa):
        meant = known(cast, "Marcel Fictional", phone="+000 000 0001")
    assert find(cast, "+000 0000001") == [meant]
    assert find(cast, "+000 0000002") == []
    with cast.inside():
        assert not AuditEvent.objects.filter(action="encryption.revealed").exists()


@pytest.mark.parametrize("text", ["Marcel Fictional", "+000 000 0001"])
def test_nobody_is_found_whom_one_could_not_have_revealed(cast: Cast, text: str) -> None:
    """A name is opened by nobody the database does not let; a number is compared unopened, so here it has to be us."""
    same = {"name": "Marcel Fictional", "phone": "+000 000 0001"}
    with cast.as_user(cast.rosa):
        known(cast, **same, identities="")
        known(cast, **same, identities=Part.VICTIM)  # the grant lists another part than this one
        known(cast, **same, who="ines")
        known(cast, **same, ends_at=NOW)
        shut = known(cast, **same)
        exclude(shut.case, cast.rosa)
        assert find(cast, text) == []
        seen = known(cast, **same)
    assert find(cast, text) == [seen]


def test_an_investigator_finds_a_person_affected_only_with_their_yes(cast: Cast) -> None:
    with cast.as_user(cast.idris):
        known(cast, "Judit Invented", part=Part.VICTIM, who="idris", level=GrantLevel.INVESTIGATE)
        named = known(cast, "Marcel Fictional", who="idris", level=GrantLevel.INVESTIGATE)
    assert find(cast, "Judit", "idris") == []
    assert find(cast, "Marcel", "idris") == [named]


def test_another_organisation_finds_its_own_people_alone(cast: Cast) -> None:
    with cast.as_user(cast.rosa):
        known(cast, "Marcel Fictional")
    assert find(cast, "Marcel Fictional", "sofia") == []


@pytest.mark.parametrize("text", ["", "  ", "M", "Ma Fi", "?!"])
def test_too_few_letters_are_refused(cast: Cast, text: str) -> None:
    with pytest.raises(DomainError):
        find(cast, text)


def test_a_search_needs_the_second_factor(cast: Cast, settings: Any) -> None:
    settings.DEMO = False
    with cast.as_user(cast.rosa), pytest.raises(SecondFactorNeeded):
        finding.somebody("Marcel", by=cast.actor(cast.rosa, fresh=False), now=NOW)


def test_searches_are_on_record_and_counted_for_each_person(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "QUOTA", 2)
    with cast.as_user(cast.rosa):
        known(cast, "Marcel Fictional")
    find(cast, "Marcel")
    find(cast, "Nobody")
    with pytest.raises(finding.TooOften):
        find(cast, "Marcel")
    find(cast, "Marcel", "ines")
    with cast.inside():
        done = AuditEvent.objects.filter(action="cases.names_searched", actor=cast.rosa.pk).order_by("id")
        assert [event.facts for event in done] == [{"compared": 1, "found": 1}, {"compared": 1, "found": 0}]


def test_the_page_says_where_somebody_is_and_not_what_they_are_called(cast: Cast) -> None:
    with cast.as_user(cast.rosa):
        meant = known(cast, "Marcel Fictional")
    rosa = signed_in(cast.rosa)
    answer = rosa.post(PAGE, {"text": "marsel"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert meant.code in text
    assert meant.case.reference in text
    assert "Fictional" not in text
    assert "One person was compared" in text
    assert "no-store" in answer.headers["Cache-Control"]
    assert b"Nobody of that name" in rosa.post(PAGE, {"text": "somebody else"}).content
    refused = rosa.post(PAGE, {"text": "ab"})
    assert refused.status_code == 422
    assert b'value="ab"' in refused.content
    assert signed_in(cast.noor).post(PAGE, {"text": "marsel"}).status_code == 404
