"""What stops a start, each in one sentence."""

from pathlib import Path

import pytest

from config.launcher.errors import LauncherError
from config.launcher.roles import LOGINS
from config.launcher.run import Run, own_servers, port_of, variable

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


@pytest.mark.parametrize("text", ["eighty", "0", "70000", "-1", "80 "])
def test_a_port_that_is_none_is_refused(text):
    with pytest.raises(LauncherError, match="is not a port"):
        port_of({"PORT": text})


def test_a_state_folder_that_belongs_to_somebody_else_is_refused(tmp_path: Path):
    (tmp_path / "state").write_text("a file")
    with pytest.raises((LauncherError, FileExistsError)):
        Run({}, state=tmp_path / "state").run()
