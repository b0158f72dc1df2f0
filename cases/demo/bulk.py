"""Plain cases in great number, for measurements: no words and no names, no COPY (refused under row security)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cases.selectors import open_case_permission_id
from core.demo import House
from core.organisations import User


def _key(table: str) -> str:
    """The key of row `n` of a table: ordered as the keys of the product are, so that an index grows at its end."""
    return f"(substr(md5('{table}' || %(salt)s), 1, 16) || lpad(to_hex(n), 16, '0'))::uuid"


ROWS = "FROM generate_series(%(first)s::int, %(last)s::int) AS n"
BEGAN = "%(now)s::timestamptz - n * interval '63 seconds'"
OPEN = "(n %% 5 = 0 OR n %% 50 = 1)"
REFERENCE = "upper(substr(md5(%(salt)s || n), 1, 4) || '-' || lpad(to_hex(n), 4, '0'))"
KINDS = "(ARRAY['se_transactional', 'se_aid_condition', 'sa_assault', 'sh_verbal'])[1 + n %% 4]"

CASES = f"""
INSERT INTO case_file (
    id, organisation_id, reference, state, stream, category, priority, priority_reasons, office_id, manager_id,
    owner_id, received_at, aware_at, changed_at, triaged_at, routed_at, many_at_once, close_reason, closed_at, version
)
SELECT {_key("case")}, %(organisation)s, {REFERENCE},
       CASE WHEN n %% 5 = 0 THEN 'in_investigation' WHEN n %% 50 = 1 THEN 'received' ELSE 'closed' END,
       'sea', 1, 'normal', '[]', %(office)s, %(user)s, %(user)s, {BEGAN}, {BEGAN}, {BEGAN}, %(now)s, %(now)s, false,
       CASE WHEN {OPEN} THEN '' ELSE 'unsubstantiated' END, CASE WHEN {OPEN} THEN NULL ELSE %(now)s::timestamptz END, 1
{ROWS}
"""
GRANTS = f"""
INSERT INTO case_grant (
    id, organisation_id, user_id, permission_id, content_object_id, level, identities, starts_at, break_glass
)
SELECT {_key("grant")}, %(organisation)s, %(user)s, %(permission)s, {_key("case")}, 'manage', 'victim,subject',
       {BEGAN}, false
{ROWS}
"""
REPORTS = f"""
INSERT INTO report (
    id, organisation_id, case_id, channel, mode, for_whom, language, received_at, aware_at, origin, last_time, child,
    safe_now, affected_knows, affected_wants, contact_waits, wishes
)
SELECT {_key("report")}, %(organisation)s, {_key("case")}, 'web_form', 'confidential', 'self', 'en', {BEGAN}, {BEGAN},
       '', '', 'unknown', 'unknown', '', '', false, '[]'
{ROWS}
"""
PEOPLE = f"""
INSERT INTO person (id, organisation_id, code, sex, age_band, language, interpreter_needed, created_at)
SELECT {_key("person")}, %(organisation)s, upper(lpad(to_hex(n), 8, 'X')), 'man', 'unknown', '', false, {BEGAN}
{ROWS}
"""
PARTS = f"""
INSERT INTO participant (
    id, organisation_id, case_id, person_id, part, standing, personnel, senior, identified, created_at
)
SELECT {_key("part")}, %(organisation)s, {_key("case")}, {_key("person")}, 'subject', '', 'partner_staff', false,
       'yes', {BEGAN}
{ROWS}
"""
ALLEGATIONS = f"""
INSERT INTO allegation (id, organisation_id, case_id, kind, paternity, created_at)
SELECT {_key("allegation")}, %(organisation)s, {_key("case")}, {KINDS}, false, {BEGAN}
{ROWS}
"""
SUBJECTS = f"""
INSERT INTO allegation_subject (id, organisation_id, allegation_id, participant_id)
SELECT {_key("named")}, %(organisation)s, {_key("allegation")}, {_key("part")}
{ROWS}
"""
CLOCKS = f"""
INSERT INTO deadline (
    id, organisation_id, kind, subject, reference, owner_id, started_at, amount, unit, roll, due_at, next_at, rung,
    state
)
SELECT {_key("clock")}, %(organisation)s, 'victim.update', {_key("case")}, {REFERENCE}, %(user)s, {BEGAN}, 30,
       'calendar_days', false, %(now)s::timestamptz + (1 + n %% 30) * interval '1 day',
       %(now)s::timestamptz + (1 + n %% 30) * interval '1 day', 0, 'open'
{ROWS} WHERE n %% 5 = 0
"""
EVENTS = f"""
INSERT INTO audit_event (
    id, organisation_id, action, actor_kind, actor, session, about, about_type, reference, purpose, outcome, fields,
    hashes, facts
)
SELECT {_key("event")}, %(organisation)s, 'cases.assigned', 'user', %(user)s, '', {_key("case")}, 'cases.case',
       {REFERENCE}, '', 'done', '[]', '{{}}',
       jsonb_build_object('assignee', jsonb_build_object('id', %(user)s::uuid), 'level', 'investigate')
{ROWS}
"""
STATEMENTS = (CASES, GRANTS, REPORTS, PEOPLE, PARTS, ALLEGATIONS, SUBJECTS, CLOCKS, EVENTS)


def manager_of(house: House) -> User:
    """Who manages the plain cases of an organisation, and may open every one of them."""
    return house.users.get("Hana") or next(iter(house.users.values()))


def bulk_statements(house: House, *, first: int, last: int, now: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """SQL and parameters for cases `first` to `last`, each with a report, a person named, an allegation and an event.

    The open ones have a running clock.
    """
    values = {
        "salt": house.organisation.slug,
        "organisation": house.organisation.pk,
        "office": next(iter(house.offices.values())).pk,
        "user": manager_of(house).pk,
        "permission": open_case_permission_id(),
        "now": now,
        "first": first,
        "last": last,
    }
    for statement in STATEMENTS:
        yield statement, values
