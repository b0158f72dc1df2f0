"""The floor of the suite: servers, the test database made by the migrator, tests run as the role app."""

import logging
import os
from collections.abc import Iterator
from typing import Any

import django
import pytest
import redis

from tests import schema, servers

SERVERS = servers.start()
django.setup()  # here, so that modules imported by other conftests may import models

from django.db import connection  # noqa: E402 - settings exist from here on
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from core.encryption import keys  # noqa: E402
from core.tenancy import signed_in_as  # noqa: E402
from tests import factories  # noqa: E402


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    """The test database, made and removed by the migrator; everything between signs in as the role app."""
    with django_db_blocker.unblock(), signed_in_as("migrator"):
        name = f"test_{connection.settings_dict['NAME']}"
        copied = schema.restore(SERVERS.cluster, name)
        # Serialising would walk every model outside any organisation, which is refused.
        made = setup_databases(
            verbosity=0,
            interactive=False,
            serialized_aliases=[],
            keepdb=copied or (django_db_keepdb and not django_db_createdb),
        )
        if not copied:
            schema.keep(SERVERS.cluster, name)
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock(), signed_in_as("migrator"):
            teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def no_open_keys() -> Iterator[None]:
    """No test finds the open keys of another one, whose rows were rolled back."""
    keys.forget_all()
    yield
    keys.forget_all()


@pytest.fixture(autouse=True)
def no_silent_hooks(request: pytest.FixtureRequest) -> Iterator[None]:
    """A hook after commit that raises is only logged, or a saved report would be answered with an error: seen here."""
    seen: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: seen.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("django.db.backends.base")
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)
    if seen and "hook_may_fail" not in request.keywords:
        pytest.fail(seen[0])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under CI nothing skips: a test that did not run has proved nothing."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get("CI") == "true" and skipped:
        reporter.write_line(f"{len(skipped)} skipped under CI, which counts as failed: {skipped[0].nodeid}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def embedded() -> servers.Servers:
    """The running servers: `.cluster`, `.broker`, `.state`."""
    return SERVERS


@pytest.fixture
def broker() -> str:
    """The address of a running broker with nothing in it; started again if a test killed it."""
    if not SERVERS.broker.answers():
        SERVERS.broker.start()
    client = redis.Redis.from_url(SERVERS.broker.url)
    client.flushall()
    client.close()
    return SERVERS.broker.url


@pytest.fixture
def test_environment(db: None) -> dict[str, str]:
    """The environment of a child process (worker, command) that is to work on the test database."""
    name = str(connection.settings_dict["NAME"])
    return {**os.environ, **servers.environment(SERVERS.cluster, SERVERS.broker, SERVERS.state, database=name)}


@pytest.fixture
def cast(db: None) -> factories.Cast:
    """North and South with their people; see tests/factories.py for who is who."""
    return factories.make_cast()
