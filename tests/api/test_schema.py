"""The committed schema is the one the code has, and what the API answers keeps to it."""

from io import StringIO
from pathlib import Path

import pytest
import schemathesis
import yaml
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from tests.factories import give_grant, make_case

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "api.yaml"
# Which cursors and offices exist, and whose token it is, no schema can say: those are judged in the other files.
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
pytestmark = pytest.mark.django_db


def test_the_committed_schema_is_that_of_the_code():
    written = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=written)
    assert SCHEMA.read_text() == written.getvalue(), "write it anew: manage.py spectacular --file docs/api.yaml"


@pytest.fixture
def kept_connection():
    """A WSGI answer that is closed closes the connection of the test as well, unless told not to."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("kept_connection")
@pytest.mark.parametrize("whose", ["north", "south"])
def test_whatever_is_sent_the_answer_keeps_to_the_schema_and_nothing_breaks(cast, caller, whose):
    """North's owner sees cases and may log; South's token is tried on its own and on North's addresses."""
    user = cast.rosa if whose == "north" else cast.sofia
    with cast.as_user(user):
        case = make_case(cast.lake if whose == "north" else cast.coast)
        give_grant(case, user)
    secret = caller(user).secret
    loaded = schemathesis.openapi.from_dict(yaml.safe_load(SCHEMA.read_text()))
    loaded.app = application
    seen: set[int] = set()
    for result in loaded.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=8, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case_=operation.as_strategy(), slug=some.sampled_from(["north", "south"]))
        def try_one(case_, slug):
            case_.path_parameters = {**(case_.path_parameters or {}), "org": slug}
            answer = case_.call(headers={"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"})
            seen.add(answer.status_code)
            case_.validate_response(answer, checks=CHECKS)

        try_one()
    assert 500 not in seen
    assert seen & {200, 201}, "nothing was ever answered"
    assert 401 in seen, "the other organisation’s addresses were not tried"
