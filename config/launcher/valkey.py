"""The embedded broker: Valkey on one private unix socket, with a password and an append-only file."""

import os
import secrets
import signal
import subprocess
from pathlib import Path

import redis

from config.launcher.errors import LauncherError
from config.launcher.places import Account, private, valkey_binary, write_private
from config.launcher.processes import command_of, end_child, end_stranger, spawn, started, wait_for


class Broker:
    """`directory` keeps the append-only file, `sockets` the socket; both private. `url` is what redis-py reads."""

    def __init__(
        self,
        directory: Path,
        sockets: Path,
        *,
        account: Account | None = None,
        password: str = "",
        throw_away: bool = False,
        log: Path | None = None,
    ) -> None:
        self.directory, self.account, self.throw_away = directory, account, throw_away
        self.socket = sockets / "valkey.sock"
        self.password = password or secrets.token_urlsafe(24)
        self.log = log or directory.parent / "valkey.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://:{self.password}@{self.socket}?db=0"

    def start(self) -> None:
        """Starts the server, ends first what an earlier start left, returns when it answers."""
        private(self.directory, self.account)
        settings = self.directory / "valkey.conf"
        self._end_earlier()
        write_private(settings, self._settings())
        if self.account:
            os.chown(settings, self.account.uid, self.account.gid)
        self.process = process = spawn(
            [valkey_binary(self.account), settings],
            env={"LC_ALL": "C"},
            log=self.log,
            account=self.account,
            cwd=self.directory,
        )
        if not wait_for(lambda: self.answers() or process.poll() is not None, seconds=30) or not self.answers():
            raise LauncherError(f"The embedded broker does not start; its own words are in {self.log}.")

    def stop(self) -> None:
        if self.process is not None:
            end_child(self.process, signal.SIGTERM, seconds=15)

    def answers(self) -> bool:
        client = redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2)
        try:
            return bool(client.ping())
        except (redis.RedisError, OSError):
            return False
        finally:
            client.close()

    def _settings(self) -> str:
        return "\n".join(
            [
                "port 0",
                f"unixsocket {self.socket}",
                "unixsocketperm 700",
                f"requirepass {self.password}",
                f"dir {self.directory}",
                f"pidfile {self.directory / 'valkey.pid'}",
                "maxmemory-policy noeviction",
                f"appendonly {'no' if self.throw_away else 'yes'}",
                'save ""',
                "",
            ]
        )

    def _end_earlier(self) -> None:
        try:
            pid = int((self.directory / "valkey.pid").read_text())
        except (OSError, ValueError):
            return
        mark = started(pid)
        # Valkey renames itself in the process list to "valkey-server unixsocket:<path>".
        if mark and str(self.socket) in command_of(pid):
            end_stranger(pid, mark, signal.SIGTERM, seconds=15)
