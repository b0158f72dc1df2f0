"""Two organisations with a row in every tenant table, committed, so that a connection of its own can attack them."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection as django_connection
from psycopg2.extensions import connection as Connection
from psycopg2.extras import register_uuid

from tests import servers
from tests.tenancy.catalogue import Maker, insert, tenant_tables

register_uuid()


@dataclass(frozen=True)
class World:
    """North and South, each with one row per tenant table; `sign_in(role)` gives a bare connection."""

    sign_in: Callable[[str], Connection]
    opened: list[Connection]
    tables: list[str]
    north: Maker
    south: Maker


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, embedded: servers.Servers) -> Iterator[World]:
    with django_db_blocker.unblock():
        urls = embedded.cluster.urls(database=str(django_connection.settings_dict["NAME"]))
        opened: list[Connection] = []

        def sign_in(role: str) -> Connection:
            link = psycopg2.connect(urls[role], options="-c lock_timeout=5s")
            opened.append(link)
            return link

        try:
            owner = sign_in("migrator")
            with owner.cursor() as cursor:
                cursor.execute("SET ROLE owner")
            tables = tenant_tables(owner)
            makers = []
            for slug in ("north", "south"):
                organisation = uuid.uuid4()
                values = Maker(owner, organisation).values("public.organisation") | {"id": organisation, "slug": slug}
                insert(owner, "public.organisation", values)
                maker = Maker(owner, organisation)
                for table in tables:
                    maker.row(table)
                makers.append(maker)
            owner.commit()
            yield World(sign_in, opened, tables, *makers)
        finally:
            for link in opened:
                link.close()
            call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(autouse=True)
def _no_transaction_left_open(request: pytest.FixtureRequest) -> Iterator[None]:
    """A connection of one test must not hold locks that the next one waits for."""
    yield
    if "world" in request.fixturenames:
        for link in request.getfixturevalue("world").opened:
            link.rollback()
