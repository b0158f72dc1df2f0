"""Bare cases in great number, for measurements: no people, no words, no COPY (refused under row security)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cases.selectors import open_case_permission_id
from core.demo import House

BULK = """
INSERT INTO case_file (
    id, organisation_id, reference, state, stream, category, priority, priority_reasons, office_id, manager_id,
    owner_id, received_at, aware_at, changed_at, triaged_at, routed_at, many_at_once, close_reason, closed_at, version
)
SELECT md5('case' || %(salt)s || n)::uuid, %(organisation)s, upper(substr(md5(%(salt)s || n), 1, 4) || '-' ||
       lpad(to_hex(n), 4, '0')),
       CASE WHEN n %% 5 = 0 THEN 'in_investigation' WHEN n %% 50 = 1 THEN 'received' ELSE 'closed' END,
       'sea', 1, 'normal', '[]', %(office)s, %(user)s, %(user)s,
       %(now)s::timestamptz - n * interval '63 seconds', %(now)s::timestamptz - n * interval '63 seconds',
       %(now)s::timestamptz - n * interval '63 seconds', %(now)s, %(now)s, false,
       CASE WHEN n %% 5 = 0 OR n %% 50 = 1 THEN '' ELSE 'unsubstantiated' END,
       CASE WHEN n %% 5 = 0 OR n %% 50 = 1 THEN NULL ELSE %(now)s::timestamptz END, 1
FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""
BULK_GRANTS = """
INSERT INTO case_grant (
    id, organisation_id, user_id, permission_id, content_object_id, level, identities, starts_at, break_glass
)
SELECT md5('grant' || c.id)::uuid, c.organisation_id, %(user)s, %(permission)s, c.id, 'manage', 'victim,subject',
       %(now)s::timestamptz - interval '1 day', false
FROM case_file c
WHERE c.organisation_id = %(organisation)s
  AND c.id = ANY (SELECT md5('case' || %(salt)s || n)::uuid FROM generate_series(%(first)s::int, %(last)s::int) AS n)
"""


def bulk_statements(house: House, *, first: int, last: int, now: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """SQL and parameters for cases `first` to `last` without people or words, for measurements; no COPY."""
    user = house.users.get("Hana") or next(iter(house.users.values()))
    values = {
        "salt": house.organisation.slug,
        "organisation": house.organisation.pk,
        "office": next(iter(house.offices.values())).pk,
        "user": user.pk,
        "permission": open_case_permission_id(),
        "now": now,
        "first": first,
        "last": last,
    }
    yield BULK, values
    yield BULK_GRANTS, values
