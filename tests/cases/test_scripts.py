"""A name written in other letters than the staff list is a doubt: one step up, and never to the person it may be."""

import pytest

from cases.actions import routing
from cases.models import Case, Exclusion
from cases.routing_rules import matched
from cases.scripts import may_be, unread
from core.encryption.index import folded
from core.tenancy import signed_in_as
from tests.factories import NOW, Cast, make_case, make_report, make_user

SAME = [
    ("Kofi", "كوفي"), ("Rosa", "روزا"), ("Idris", "إدريس"), ("Noor", "نور"), ("Omar", "عُمر"), ("Hana", "هناء"),
    ("Sofia", "صوفيا"), ("Mohammed", "محمد"), ("Muhammad", "محمد"), ("Khalid", "خالد"), ("Gamal", "جمال"),
    ("Jamal", "جمال"), ("Yusuf", "يوسف"), ("Youcef", "يوسف"), ("Saleh", "الصالح"), ("Qadir", "القادر"),
    ("Fatima", "فاطمة"), ("Aisha", "عائشة"), ("Hussein", "حسين"), ("Kofi", "لكوفي"), ("Rosa", "وروزا"),
    ("Ibrahim", "إبراهيم"), ("Osman", "عثمان"), ("Kofi", "كــوفي"), ("Kofi", "Кофи"), ("Rosa", "Роза"),
    ("Dmitri", "Дмитрий"), ("Yusuf", "Юсуф"),
]  # fmt: skip
OTHER = [
    ("Mona", "من"), ("Ali", "على"), ("Kofi", "كافر"), ("Rosa", "ريس"), ("Idris", "درس"), ("Sara", "السوق"),
    ("Kofi", "кафе"), ("Rosa", "руль"), ("Kofi", "Kofi"), ("كوفي", "كوفي"), ("Omar", "李"),
]  # fmt: skip


@pytest.mark.parametrize(("latin", "other"), SAME)
def test_one_name_in_two_scripts_may_be_the_same(latin: str, other: str) -> None:
    assert may_be(folded(latin), folded(other))
    assert may_be(folded(other), folded(latin))


@pytest.mark.parametrize(("latin", "other"), OTHER)
def test_other_words_are_not(latin: str, other: str) -> None:
    assert not any(may_be(folded(latin), word) for word in folded(other).split())


def test_it_is_never_a_certainty() -> None:
    staff = {1: "Kofi Mensah", 2: "Rosa Test"}
    assert matched(staff, "كوفي منساه", same=92, perhaps=78) == (set(), {1})
    assert matched(staff, "سائق الشاحنة في المخيم", same=92, perhaps=78) == (set(), set())
    assert matched({1: "كوفي منساه"}, "Kofi Mensah", same=92, perhaps=78) == (set(), {1})


def test_letters_nobody_on_the_list_writes_in_say_nothing_about_anybody() -> None:
    assert unread(folded("司机 张伟"), ["rosa test"])
    assert not unread(folded("司机 张伟"), ["rosa test", "张伟"])
    assert not unread(folded("سائق, водитель, 12"), ["rosa test"])


def new_case(cast: Cast) -> Case:
    return make_case(cast.lake, state="received", routed_at=None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("field", ["must_not_know", "about_whom", "subject"])
def test_a_report_that_names_staff_in_arabic_letters_goes_one_step_up_and_never_to_them(cast: Cast, field: str) -> None:
    with cast.inside():
        case = new_case(cast)
        make_report(case, **{field: "روزا"})
    with signed_in_as("worker"), cast.inside():
        assert routing.route(case.pk, now=NOW) == [cast.ines.pk]
        assert dict(Exclusion.objects.values_list("user__name", "why")) == {"Rosa Test": "doubt"}


def test_a_report_in_letters_nobody_here_reads_goes_one_step_up(cast: Cast) -> None:
    with cast.inside():
        case = new_case(cast)
        make_report(case, must_not_know="张伟")
        assert routing.route(case.pk, now=NOW) == [cast.ines.pk]
        other = new_case(cast)
        cast.members["noor"].user = make_user("张伟")
        cast.members["noor"].save()
        make_report(other, must_not_know="李娜")
        assert routing.route(other.pk, now=NOW) == [cast.rosa.pk], "a name that can be read, and is nobody's"
