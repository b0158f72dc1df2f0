"""The environment is made once and only touched again when the lock changed."""

from pathlib import Path

import pytest

from config.launcher.install import CannotInstall, install


class Commands:
    """Records commands instead of running them; `venv` makes the folder as the real one does."""

    def __init__(self, failing: str = "") -> None:
        self.ran: list[str] = []
        self.failing = failing

    def __call__(self, command: list[str]) -> int:
        name = "venv" if "venv" in command else "pip" if "install" in command else "look"
        self.ran.append(name)
        if name == "venv":
            (Path(command[-1]) / "bin").mkdir(parents=True)
            (Path(command[-1]) / "bin" / "python").touch()
        return int(name == self.failing or command[0] == "false")


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    file = tmp_path / "requirements.lock"
    file.write_text("django==5.2 --hash=sha256:0\n")
    return file


def test_the_first_time_makes_the_environment_and_the_second_does_nothing(tmp_path, lock):
    commands = Commands()
    assert install(tmp_path / "venv", lock, run=commands) is True
    assert commands.ran[-2:] == ["venv", "pip"]
    again = Commands()
    assert install(tmp_path / "venv", lock, run=again) is False
    assert again.ran == []


def test_a_changed_lock_installs_into_the_environment_that_is_there(tmp_path, lock):
    install(tmp_path / "venv", lock, run=Commands())
    lock.write_text("django==5.2.19 --hash=sha256:1\n")
    commands = Commands()
    assert install(tmp_path / "venv", lock, run=commands) is True
    assert commands.ran == ["look", "pip"]


def test_an_installation_that_failed_is_tried_again(tmp_path, lock):
    with pytest.raises(CannotInstall):
        install(tmp_path / "venv", lock, run=Commands(failing="pip"))
    commands = Commands()
    assert install(tmp_path / "venv", lock, run=commands) is True
    assert commands.ran == ["look", "pip"]


def test_an_environment_that_is_broken_is_made_anew(tmp_path, lock):
    install(tmp_path / "venv", lock, run=Commands())
    (tmp_path / "venv" / "bin" / "python").unlink()
    commands = Commands()
    assert install(tmp_path / "venv", lock, run=commands) is True
    assert "venv" in commands.ran
