"""Who may do what, cell by cell: written here a second time, from the rules and not from the table.

The rules: domain reference §8.2 for the roles it knows. An intake officer reads and writes narrative and identities
until handed over; an investigation manager reads what is assigned, and assigns; a support supervisor is a support
officer for the team, who stands in, decides plans and closures and keeps the rota; the victims' rights officer reads
complaints about treatment alone, the ethics officer retaliation files alone; the reporting officer sees figures; the
auditor and the data-protection officer open no case, the administrator neither; linking officer, paternity officer
and screening reviewer hold nothing yet.
"""

import pytest

from core.actors import REPORTER, SYSTEM, Actor
from core.permissions import Reach, Role, allowed, declared, holders, reaches, table

EXPECTED: dict[str, dict[str, str]] = {
    "focal_point": {
        "all": "cases.help",
        "own": (
            "cases.log cases.list cases.handover cases.narrative_read cases.narrative_write "
            "cases.victim_identity cases.subject_identity cases.messages cases.support_ask "
            "cases.safety_ask cases.messages_due cases.consent_record"
        ),
    },
    "intake_officer": {
        "own": "cases.log",
        "granted": (
            "cases.list cases.triage cases.edit cases.assign cases.close cases.handover cases.narrative_read "
            "cases.narrative_write cases.victim_identity cases.subject_identity cases.messages "
            "cases.support_ask cases.safety_ask cases.messages_due cases.consent_record"
        ),
        "all": "cases.glass_ask",
    },
    "investigation_manager": {
        "own": "cases.log",
        "granted": (
            "cases.list cases.triage cases.edit cases.assign cases.close cases.reopen cases.handover "
            "cases.narrative_read cases.narrative_write cases.victim_identity cases.subject_identity "
            "cases.messages cases.support_ask cases.safety_ask cases.glass_review investigations.read "
            "investigations.assess investigations.manage investigations.review investigations.measures"
        ),
        "all": "cases.glass_ask cases.glass_allow",
        "aggregate": "cases.figures",
    },
    "investigator": {
        "granted": (
            "cases.list cases.edit cases.handover cases.narrative_read cases.narrative_write "
            "cases.victim_identity cases.subject_identity cases.support_ask cases.safety_ask investigations.read "
            "investigations.work investigations.review"
        ),
        "all": "cases.glass_ask",
    },
    "linking_officer": {},
    "support_officer": {
        "own": "cases.log",
        "granted": "cases.victim_identity victims.work",
        "all": (
            "cases.help cases.support_answer cases.safety_answer cases.messages_due cases.consent_record "
            "victims.open victims.alarm victims.providers"
        ),
        "aggregate": "cases.figures victims.gaps",
    },
    "support_supervisor": {
        "own": "cases.log",
        "granted": "cases.victim_identity victims.work",
        "all": (
            "cases.help cases.support_answer cases.safety_answer cases.messages_due cases.consent_record "
            "victims.open victims.alarm victims.providers victims.stand_in victims.approve victims.rota victims.funds"
        ),
        "aggregate": "cases.figures victims.gaps victims.parity",
    },
    "paternity_officer": {},
    "victims_rights_officer": {
        "granted": "cases.support_ask",
        "all": "cases.treatment_read",
        "aggregate": "victims.gaps victims.parity",
    },
    "ethics_officer": {
        "granted": "cases.support_ask",
        "all": "cases.glass_allow cases.retaliation_read",
    },
    "decision_maker": {
        "granted": (
            "cases.list cases.narrative_read cases.subject_identity cases.safety_ask investigations.read "
            "investigations.decide investigations.measures"
        ),
    },
    "legal_adviser": {
        "granted": ("cases.list cases.narrative_read cases.subject_identity cases.safety_ask investigations.read"),
        "all": "cases.glass_ask cases.glass_allow",
    },
    "partner_manager": {
        "granted": "cases.support_ask",
        "aggregate": "cases.figures",
    },
    "screening_officer": {
        "aggregate": "cases.figures",
    },
    "screening_reviewer": {},
    "head_of_office": {
        "aggregate": "cases.figures",
    },
    "reporting_officer": {
        "aggregate": "cases.figures victims.gaps victims.parity",
    },
    "auditor": {
        "aggregate": "cases.figures victims.parity",
        "all": "core.audit",
    },
    "data_protection_officer": {
        "all": "cases.glass_review core.people_approve core.audit",
    },
    "administrator": {
        "all": "cases.routes cases.help core.people core.people_approve core.settings core.clocks",
    },
}
NO_CASE = ("auditor", "data_protection_officer", "administrator")
OPENS_A_CASE = (
    "cases.list", "cases.triage", "cases.edit", "cases.narrative_read", "cases.narrative_write",
    "cases.victim_identity", "cases.subject_identity", "cases.messages", "cases.glass_ask",
)  # fmt: skip


def expected(role: str, permission: str) -> str | None:
    """The reach the rules give, or None."""
    found = [reach for reach, names in EXPECTED[role].items() if permission in names.split()]
    assert len(found) < 2, f"{role} is given {permission} twice"
    return found[0] if found else None


def actor(*roles: str) -> Actor:
    return Actor("user", roles=frozenset(roles))


def of_the_product() -> set[str]:
    """What the apps declare; other tests may have declared permissions of their own in this process."""
    return {name for name in declared() if not name.startswith("test.")}


@pytest.mark.parametrize("role", Role.values)
def test_each_cell_of_the_table_is_what_the_rules_say(role: str) -> None:
    for permission in of_the_product():
        reach = expected(role, permission)
        assert reaches(actor(role), permission) == ({Reach(reach)} if reach else set()), permission
        assert allowed(actor(role), permission) is (reach is not None), permission
        assert (role in holders(permission)) is (reach is not None), permission


def test_the_table_names_every_declared_permission_and_no_other() -> None:
    assert set(table()) == of_the_product()
    written = {name for given in EXPECTED.values() for names in given.values() for name in names.split()}
    assert written == of_the_product()
    assert set(EXPECTED) == set(Role.values)


@pytest.mark.parametrize("role", NO_CASE)
def test_whoever_watches_or_administers_opens_no_case(role: str) -> None:
    for permission in OPENS_A_CASE:
        assert not allowed(actor(role), permission)


@pytest.mark.parametrize("permission", OPENS_A_CASE)
def test_no_role_alone_reaches_every_case(permission: str) -> None:
    """To see a case one needs a grant for it, or to have logged it; asking in an emergency is no seeing."""
    for role in Role.values:
        if permission != "cases.glass_ask":
            assert Reach.ALL not in reaches(actor(role), permission)


def test_the_support_side_learns_no_subject_and_the_investigation_side_no_channel() -> None:
    for role in ("support_officer", "support_supervisor"):
        assert not allowed(actor(role), "cases.subject_identity")
        assert not allowed(actor(role), "cases.narrative_read")
    for role in ("investigator", "decision_maker", "legal_adviser"):
        for permission in ("cases.messages", "cases.messages_due", "cases.support_answer", "cases.safety_answer"):
            assert not allowed(actor(role), permission)
    for role in ("decision_maker", "legal_adviser", "partner_manager", "auditor"):
        assert not allowed(actor(role), "cases.victim_identity")


def test_several_roles_add_up() -> None:
    both = actor("intake_officer", "focal_point")
    assert reaches(both, "cases.narrative_read") == {Reach.GRANTED, Reach.OWN}
    assert allowed(both, "cases.triage")


@pytest.mark.parametrize("other", [REPORTER, SYSTEM, Actor("user")])
def test_without_a_role_nothing_is_allowed(other: Actor) -> None:
    assert [permission for permission in declared() if allowed(other, permission)] == []


def test_the_printed_table_is_current() -> None:
    from io import StringIO
    from pathlib import Path

    from django.core.management import call_command

    out = StringIO()
    call_command("print_access_table", stdout=out)
    printed = Path(__file__).resolve().parent.parent / "docs" / "access.md"
    assert printed.read_text(encoding="utf-8") == out.getvalue(), "run manage.py print_access_table > docs/access.md"
