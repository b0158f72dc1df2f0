"""Triage's pure rules: where a report belongs, how urgent it is and why, and whether two names are one person."""

import pytest

from cases.choices import Category, Personnel, Priority, PriorityReason, Standing, Stream
from cases.routing_rules import category_of, fits, likeness, matched, names_office, priority_of, stream_of, told_reasons


@pytest.mark.parametrize(
    ("standing", "personnel", "stream", "partner"),
    [
        (Standing.COMMUNITY, Personnel.STAFF_NATIONAL, Stream.SEA, False),
        (Standing.COMMUNITY, Personnel.SUB_PARTNER, Stream.SEA, True),
        (Standing.APPLICANT, Personnel.STAFF_INTERNATIONAL, Stream.SEA, False),
        (Standing.PERSONNEL, Personnel.CONSULTANT, Stream.SH, False),
        (Standing.PERSONNEL, Personnel.PARTNER_STAFF, Stream.SH, True),
        (Standing.COMMUNITY, Personnel.NOT_AID_WORK, Stream.OUT_OF_SCOPE, False),
        (Standing.UNKNOWN, Personnel.NOT_AID_WORK, Stream.OUT_OF_SCOPE, False),
        (Standing.UNKNOWN, Personnel.STAFF_NATIONAL, Stream.UNKNOWN, False),
        (Standing.COMMUNITY, Personnel.UNKNOWN, Stream.UNKNOWN, False),
        ("", "", Stream.UNKNOWN, False),
    ],
)
def test_the_routing_test_points_by_who_is_affected_and_who_is_named(
    standing: str, personnel: str, stream: str, partner: bool
) -> None:
    pointer = stream_of(standing, personnel)
    assert (pointer.stream, pointer.by_partner_route) == (stream, partner)
    assert str(pointer.because).startswith("Because")


def test_no_pair_of_answers_is_left_without_a_pointer() -> None:
    for standing in Standing.values:
        for personnel in Personnel.values:
            assert stream_of(standing, personnel).stream in Stream.values


@pytest.mark.parametrize(
    ("kind", "stream", "fitting"),
    [
        ("sa_rape", "sea", True), ("sa_rape", "sh", False), ("sh_touch", "sh", True), ("se_relationship", "opc", False),
        ("retaliation", "opc", True), ("retaliation", "sea", False), ("other", "sea", True), ("unknown", "sh", True),
        ("opc_harassment", "opc", True), ("sh_touch", "unknown", True),
    ],
)  # fmt: skip
def test_a_type_belongs_to_its_stream(kind: str, stream: str, fitting: bool) -> None:
    assert fits(kind, stream) is fitting


def test_all_exploitation_is_category_one_and_harassment_only_by_assault_or_rank() -> None:
    assert category_of("sea", ["unknown"], senior=False) == Category.ONE
    assert category_of("sh", ["sh_touch"], senior=False) == Category.TWO
    assert category_of("sh", ["sh_touch"], senior=True) == Category.ONE
    assert category_of("sh", ["sh_verbal", "sh_assault"], senior=False) == Category.ONE
    assert category_of("opc", ["opc_harassment"], senior=False) == Category.TWO


def test_one_grave_reason_makes_urgent_one_other_makes_high_three_others_make_urgent() -> None:
    R = PriorityReason
    assert priority_of([]) == Priority.NORMAL
    for grave in (R.CHILD, R.NOT_SAFE, R.CLINICAL_WINDOW):
        assert priority_of([grave]) == Priority.URGENT
    assert priority_of([R.SENIOR_SUBJECT]) == Priority.HIGH
    assert priority_of([R.SENIOR_SUBJECT, R.THREAT]) == Priority.HIGH
    assert priority_of([R.SENIOR_SUBJECT, R.THREAT, R.REPEAT_SUBJECT]) == Priority.URGENT


def test_what_the_reports_say_gives_its_reasons() -> None:
    assert told_reasons(safe_now=["yes", "no"], child=["unknown"], last_time=["five_days"]) == [
        "not_safe",
        "clinical_window",
    ]
    assert told_reasons(safe_now=["unknown"], child=["no"], last_time=["longer", ""]) == []
    assert told_reasons(safe_now=[], child=["yes"], last_time=[]) == ["child"]


@pytest.mark.parametrize(
    "text",
    [
        "Kofi Mensah", "mensah kofi", "MENSAH, Kofi", "it is Mr Kofi Mensah from the store", "Kófi Mensáh",
        "koffi mensah", "Kofi Mensa",
    ],
)  # fmt: skip
def test_a_name_is_found_whatever_its_order_accents_and_small_mistakes(text: str) -> None:
    assert likeness("Kofi Mensah", text) >= 92


@pytest.mark.parametrize("text", ["Kofi", "the driver, Kofi", "Mr Mensah", "Coffi Mensahh"])
def test_half_a_name_or_an_odd_spelling_is_a_doubt(text: str) -> None:
    assert 78 <= likeness("Kofi Mensah", text) < 92


@pytest.mark.parametrize("text", ["", "Idris Osman", "the man who keeps the list", "my office", "Konrad Menzel"])
def test_another_name_is_no_match(text: str) -> None:
    assert likeness("Kofi Mensah", text) < 78


def test_an_office_is_named_by_all_its_words() -> None:
    assert names_office("Lake", "Nobody at the lake office please")
    assert names_office("Upper Hill", "the office of upper hill")
    assert not names_office("Upper Hill", "the hill")
    assert not names_office("Lake", "lakeside")


STAFF = {1: "Kofi Mensah", 2: "Kofi Otieno", 3: "Ada Test", 4: "Ben Test", 5: "Cleo Test", 6: "Dina Test"}


def test_somebody_surely_named_raises_no_doubt_about_whoever_shares_a_name() -> None:
    assert matched(STAFF, "It was Kofi Mensah", same=92, perhaps=78) == ({1}, set())
    assert matched(STAFF, "It was Kofi", same=92, perhaps=78) == (set(), {1, 2})


def test_a_name_that_many_bear_tells_nobody_apart() -> None:
    assert matched(STAFF, "Person One Test", same=92, perhaps=78) == (set(), set())
    assert matched(STAFF, "Ada Test", same=92, perhaps=78) == ({3}, set())
    assert matched(STAFF, "Ada", same=92, perhaps=78) == (set(), {3})


def test_two_people_of_one_name_are_both_in_doubt() -> None:
    assert matched({1: "Kofi Mensah", 2: "Mensah Kofi"}, "Kofi Mensah", same=92, perhaps=78) == (set(), {1, 2})
