"""What stops a start, each in one sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

from config.launcher import keys
from config.launcher.errors import LauncherError
from config.launcher.roles import LOGINS
from config.launcher.run import Run, own_servers, port_of, variable
from tests.servers import CHECKOUT

ALL = {variable(role): f"postgresql://{role}:x@/amparo" for role in LOGINS} | {"REDIS_URL": "redis://localhost/0"}


def test_the_embedded_servers_are_refused_in_production(tmp_path):
    with pytest.raises(LauncherError, match="AMPARO_ENV is production"):
        Run({"AMPARO_ENV": "production"}, state=tmp_path / "state").run()
    assert not (tmp_path / "state").exists()


def test_without_any_address_the_embedded_servers_are_used():
    assert own_servers({"PATH": "/bin", "DATABASE_URL": ""}) is None


def test_all_addresses_together_are_used_instead():
    assert own_servers({**ALL, "PATH": "/bin"}) == ALL


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_missing_address_stops_the_start_and_is_named(name):
    with pytest.raises(LauncherError, match=f"^{name} is not set"):
        own_servers({key: value for key, value in ALL.items() if key != name})


def test_an_address_to_make_the_roles_with_alone_starts_nothing():
    with pytest.raises(LauncherError, match="^DATABASE_URL_MIGRATOR is not set although DATABASE_ADMIN_URL is"):
        own_servers({"DATABASE_ADMIN_URL": "postgresql://postgres@/postgres"})


def test_an_address_may_stand_in_a_file(tmp_path: Path):
    (tmp_path / "redis").write_text(ALL["REDIS_URL"] + "\n")
    rest = {key: value for key, value in ALL.items() if key != "REDIS_URL"}
    assert own_servers({**rest, "REDIS_URL_FILE": str(tmp_path / "redis")}) == ALL
    with pytest.raises(LauncherError, match="^REDIS_URL_FILE names .* which cannot be read"):
        own_servers({**rest, "REDIS_URL_FILE": str(tmp_path / "nothing")})


@pytest.mark.parametrize("name", sorted({*ALL, "DATABASE_ADMIN_URL"}))
def test_a_command_without_an_address_it_needs_ends_with_a_sentence_that_names_it(name: str, tmp_path: Path):
    keys.make_keys(tmp_path / "keys")
    given = {**ALL, "DATABASE_ADMIN_URL": "postgresql://postgres@/postgres", "AMPARO_STATE": str(tmp_path)}
    del given[name]
    done = subprocess.run(
        [sys.executable, "manage.py", "create_roles"], cwd=CHECKOUT, env=given, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert f"{name} is not set" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("text", ["eighty", "0", "70000", "-1", "80 "])
def test_a_port_that_is_none_is_refused(text):
    with pytest.raises(LauncherError, match="is not a port"):
        port_of({"PORT": text})


def test_a_state_folder_that_belongs_to_somebody_else_is_refused(tmp_path: Path):
    (tmp_path / "state").write_text("a file")
    with pytest.raises((LauncherError, FileExistsError)):
        Run({}, state=tmp_path / "state").run()
