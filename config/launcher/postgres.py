"""The embedded PostgreSQL: one private unix socket, passwords by SCRAM, no network, nobody but our own roles."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import psycopg2

from config.launcher.errors import LauncherError
from config.launcher.places import Account, postgres_binaries, private
from config.launcher.processes import (
    as_account,
    command_of,
    end_child,
    end_stranger,
    kill_session,
    spawn,
    started,
    wait_for,
)
from config.launcher.roles import LOGINS, create_roles, url_for

BOOTSTRAP = "bootstrap"
_ENVIRONMENT = {"LC_ALL": "C", "PATH": os.defpath}

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    # An open transaction anywhere in the cluster holds up the sealing of the audit.
    "idle_in_transaction_session_timeout": "10min",
    # The log must never carry what a statement carried: neither its text nor the row it failed on.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
_THROW_AWAY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "512MB",
    "max_connections": "200",
}


class Cluster:
    """A PostgreSQL whose data lie in `directory` and whose socket lies in `sockets`; both become private folders.

    `passwords` maps each login role and "bootstrap" to its password; without it they are made up for this object,
    which is only right for a cluster that is thrown away. `throw_away` gives up safety on power failure.
    """

    def __init__(
        self,
        directory: Path,
        sockets: Path,
        *,
        throw_away: bool = False,
        account: Account | None = None,
        passwords: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        self.directory, self.sockets, self.account, self.throw_away = directory, sockets, account, throw_away
        self.passwords = dict(passwords or {role: secrets.token_urlsafe(24) for role in (BOOTSTRAP, *LOGINS)})
        self.log = log or directory.parent / "postgres.log"
        self.binaries = postgres_binaries(account)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Makes the cluster if there is none, ends what an earlier start left; returns when all is there."""
        self.start_server()
        create_roles(self.admin_url(), self.passwords, throw_away=self.throw_away)

    def start_server(self) -> None:
        """The server alone, as after a crash."""
        if len(os.fsencode(self.sockets)) > 90:
            raise LauncherError(f"The folder for sockets, {self.sockets}, has too long a name for this system.")
        private(self.directory, self.account)
        private(self.sockets, self.account)
        if not (self.directory / "data" / "PG_VERSION").exists():
            self._make()
        self._check_version()
        self._end_earlier()
        # A killed server leaves helpers that let go of its memory a moment later; PostgreSQL waits for them by failing.
        if not wait_for(self._try, seconds=20, every=0.5):
            raise LauncherError(f"The embedded PostgreSQL does not start; its own words are in {self.log}.")

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, committed ones are on disk."""
        if self.process is not None:
            end_child(self.process, signal.SIGQUIT if self.throw_away else signal.SIGINT, seconds=30)

    def urls(self, database: str = "amparo") -> dict[str, str]:
        """A connection string for each login role."""
        return {
            role: url_for(role, self.passwords[role], sockets=str(self.sockets), database=database) for role in LOGINS
        }

    def admin_url(self, database: str = "postgres") -> str:
        """For the launcher's own use; no Django process is given it."""
        return url_for(BOOTSTRAP, self.passwords[BOOTSTRAP], sockets=str(self.sockets), database=database)

    @property
    def data(self) -> Path:
        return self.directory / "data"

    def _make(self) -> None:
        # Made beside and renamed, so that a start killed half-way leaves no half cluster.
        fresh = self.directory / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        # initdb runs as the servers' account and must be able to read this.
        word = self.directory / "word"
        word.unlink(missing_ok=True)
        descriptor = os.open(word, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(self.passwords[BOOTSTRAP] + "\n")
        if self.account:
            os.chown(word, self.account.uid, self.account.gid)
        argv = [
            self.binaries / "initdb",
            f"--pgdata={fresh}",
            f"--username={BOOTSTRAP}",
            f"--pwfile={word}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--data-checksums",
            *self._locale(),
            *(["--no-sync"] if self.throw_away else []),
        ]
        try:
            made = subprocess.run(
                [str(part) for part in argv],
                env=_ENVIRONMENT,
                cwd=self.directory,
                capture_output=True,
                text=True,
                check=False,
                umask=0o077,
                **as_account(self.account),
            )
        finally:
            word.unlink(missing_ok=True)
        if made.returncode:
            raise LauncherError(f"The database cluster cannot be made: {made.stderr.strip().splitlines()[-1]}")
        (fresh / "pg_hba.conf").write_text("local all all scram-sha-256\n")
        fresh.rename(self.data)

    def _major(self) -> int:
        answer = subprocess.run([str(self.binaries / "postgres"), "--version"], capture_output=True, check=True)
        return int(answer.stdout.split()[2].split(b".")[0])

    def _locale(self) -> list[str]:
        # The same order of text on every machine, whatever the system's own libraries say.
        if self._major() >= 17:
            return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        return ["--locale=C"]

    def _check_version(self) -> None:
        made_by = int((self.data / "PG_VERSION").read_text().strip())
        if made_by != self._major():
            raise LauncherError(
                f"The data in {self.data} were made by PostgreSQL {made_by} and version {self._major()} is installed: "
                "back up with the old version and restore with the new one."
            )

    def _try(self) -> bool:
        settings = _SETTINGS | (_THROW_AWAY if self.throw_away else {}) | {"unix_socket_directories": str(self.sockets)}
        argv: list[str | Path] = [self.binaries / "postgres", "-D", self.data, "-p", "5432"]
        for name, value in settings.items():
            argv += ["-c", f"{name}={value}"]
        self.process = process = spawn(
            argv, env=_ENVIRONMENT, log=self.log, ends_with=signal.SIGINT, account=self.account, cwd=self.directory
        )
        # Recovery after a crash may take minutes on a large cluster; only an exit of the server is a failure.
        wait_for(lambda: process.poll() is not None or self.answers(), seconds=600)
        if process.poll() is not None:
            return False
        return self.answers()

    def answers(self) -> bool:
        try:
            psycopg2.connect(self.admin_url(), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _end_earlier(self) -> None:
        """Stops a server that an earlier start left behind, and removes the mark of one that is long gone."""
        note = self.data / "postmaster.pid"
        try:
            pid = int(note.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return
        mark = started(pid)
        if mark is None:
            return  # PostgreSQL itself clears what a dead server left, after looking at its shared memory
        if str(self.data) in command_of(pid):
            end_stranger(pid, mark, signal.SIGINT, seconds=30)
        elif "postgres" in command_of(pid):
            raise LauncherError(f"Another PostgreSQL (process {pid}) holds {self.data}: stop it and start again.")
        else:
            # The number now belongs to some other program; PostgreSQL would take it for a running server.
            with contextlib.suppress(FileNotFoundError):
                note.unlink()

    def kill(self) -> None:
        """Ends the server as a power failure would; for tests of what must survive."""
        if self.process is not None:
            self.process.kill()
            kill_session(self.process.pid)
            self.process.wait()
