"""The embedded servers: private, and whole again after anything was killed."""

import os
import shutil
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from config.launcher import keys, places
from config.launcher.errors import LauncherError
from config.launcher.postgres import Cluster
from config.launcher.processes import command_of, started
from config.launcher.valkey import Broker


@pytest.fixture(scope="module")
def place() -> Iterator[places.Place]:
    with places.throw_away() as found:
        yield found


@pytest.fixture(scope="module")
def durable(place: places.Place) -> Iterator[Cluster]:
    """Made once for this module: making a cluster takes longer than every test on it."""
    found = Cluster(place.data / "postgres", place.sockets, account=place.account)
    yield found
    found.stop()


@pytest.fixture
def cluster(durable: Cluster) -> Cluster:
    if not durable.answers():
        durable.start()
    run(durable, "DROP TABLE IF EXISTS kept")
    return durable


@pytest.fixture
def broker(place: places.Place) -> Iterator[Broker]:
    found = Broker(place.data / "valkey", place.sockets, account=place.account)
    found.start()
    yield found
    found.stop()
    shutil.rmtree(found.directory)


def run(cluster: Cluster, statement: str) -> list[tuple[object, ...]]:
    link = psycopg2.connect(cluster.urls()["migrator"])
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        link.close()


def test_what_was_committed_survives_a_killed_database(cluster):
    run(cluster, "CREATE TABLE kept (a int); INSERT INTO kept VALUES (1)")
    cluster.kill()
    cluster.start()
    assert run(cluster, "SELECT a FROM kept") == [(1,)]


def test_a_start_beside_a_forgotten_database_stops_it_first_and_keeps_the_data(cluster, place):
    run(cluster, "CREATE TABLE kept (a int); INSERT INTO kept VALUES (1)")
    forgotten = cluster.process.pid
    again = Cluster(cluster.directory, cluster.sockets, account=place.account, passwords=cluster.passwords)
    again.start()
    cluster.process.wait(timeout=10)
    assert started(forgotten) is None
    assert run(again, "SELECT a FROM kept") == [(1,)]
    again.stop()


def test_a_pid_file_whose_number_now_belongs_to_another_program_does_not_stop_the_start(cluster):
    cluster.stop()
    note = cluster.data / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{cluster.data}\n1\n5432\n{cluster.sockets}\n\n")
    cluster.start()
    assert cluster.answers()
    assert started(os.getpid()) is not None


def test_a_start_killed_while_the_cluster_was_made_leaves_nothing_in_the_way(place):
    half = place.data / "interrupted" / "data.new"
    places.private(half.parent, place.account)
    places.private(half, place.account)
    (half / "PG_VERSION").write_text("18\n")
    sockets = place.sockets.parent / "i"
    cluster = Cluster(place.data / "interrupted", sockets, account=place.account, throw_away=True)
    cluster.start()
    assert cluster.answers()
    cluster.stop()


def test_data_of_another_major_version_are_refused_with_a_sentence(cluster):
    cluster.stop()
    version = cluster.data / "PG_VERSION"
    right = version.read_text()
    version.write_text("12\n")
    try:
        with pytest.raises(LauncherError, match="were made by PostgreSQL 12"):
            cluster.start()
    finally:
        version.write_text(right)


def test_a_folder_for_sockets_with_too_long_a_name_is_refused(place):
    with pytest.raises(LauncherError, match="too long a name"):
        Cluster(place.data / "postgres", place.sockets / ("x" * 90), account=place.account).start()


def test_the_database_runs_without_rights_and_its_command_line_holds_no_password(cluster):
    assert not any(word in command_of(cluster.process.pid) for word in cluster.passwords.values())
    if os.geteuid() == 0:
        owner = Path(f"/proc/{cluster.process.pid}").stat().st_uid
        assert owner == cluster.account.uid != 0


def test_folders_and_sockets_are_closed_to_everybody_else(cluster, broker):
    for folder in (cluster.directory, cluster.data, cluster.sockets, broker.directory):
        assert stat.S_IMODE(folder.stat().st_mode) & 0o077 == 0
    for file in (broker.socket, broker.directory / "valkey.conf", cluster.sockets / ".s.PGSQL.5432"):
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0


def test_a_task_survives_a_killed_broker(broker):
    client = redis.Redis.from_url(broker.url)
    client.rpush("celery", "task")
    client.close()
    os.kill(broker.process.pid, signal.SIGKILL)
    broker.process.wait()
    broker.start()
    client = redis.Redis.from_url(broker.url)
    assert client.lrange("celery", 0, -1) == [b"task"]
    client.close()


def test_a_start_beside_a_forgotten_broker_stops_it_first_and_keeps_its_tasks(broker, place):
    client = redis.Redis.from_url(broker.url)
    client.rpush("celery", "task")
    client.close()
    again = Broker(broker.directory, place.sockets, account=place.account, password=broker.password)
    again.start()
    broker.process.wait(timeout=10)
    client = redis.Redis.from_url(again.url)
    assert client.lrange("celery", 0, -1) == [b"task"]
    client.close()
    again.stop()


def test_the_broker_asks_for_its_password_and_forgets_nothing_for_want_of_memory(broker):
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(unix_socket_path=str(broker.socket)).ping()
    client = redis.Redis.from_url(broker.url)
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert client.config_get("port") == {"port": "0"}
    client.close()


def test_two_checkouts_get_places_of_their_own_and_each_keeps_its_own(tmp_path):
    north, south = places.permanent(tmp_path / "north"), places.permanent(tmp_path / "south")
    assert {north.data, north.sockets}.isdisjoint({south.data, south.sockets})
    assert places.permanent(tmp_path / "north") == north
    _remove(north, south)


def test_a_copied_checkout_shares_neither_data_nor_sockets_with_the_first(tmp_path):
    first = places.permanent(tmp_path / "first")
    places.private(tmp_path / "copy")
    (tmp_path / "copy" / "place.json").write_text((tmp_path / "first" / "place.json").read_text())
    copy = places.permanent(tmp_path / "copy")
    assert copy.sockets != first.sockets
    assert copy.data != first.data
    assert places.permanent(tmp_path / "first") == first
    _remove(first, copy)


def test_a_moved_checkout_keeps_its_data(tmp_path):
    first = places.permanent(tmp_path / "first")
    (first.data / "kept").write_text("x")
    (tmp_path / "first").rename(tmp_path / "moved")
    moved = places.permanent(tmp_path / "moved")
    assert (moved.data / "kept").read_text() == "x"
    _remove(first, moved)


def test_a_folder_somebody_else_made_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LauncherError, match="belongs to somebody else"):
        places.private(tmp_path / "link")


def test_keys_are_made_once_and_closed_to_everybody_else(tmp_path):
    keys.make_keys(tmp_path / "keys")
    first = {file.name: file.read_bytes() for file in (tmp_path / "keys").iterdir()}
    assert {"root.key", "pepper.key", "django.key", "audit.key"} <= set(first)
    assert len(set(first.values())) == len(first)
    (tmp_path / "keys" / "root.key").chmod(0o644)
    keys.make_keys(tmp_path / "keys")
    assert {file.name: file.read_bytes() for file in (tmp_path / "keys").iterdir()} == first
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in (tmp_path / "keys").iterdir())


def test_passwords_are_made_once_and_differ(tmp_path):
    words = keys.passwords(tmp_path)
    assert keys.passwords(tmp_path) == words
    assert len(set(words.values())) == len(words)


def _remove(*found: places.Place) -> None:
    for place in found:
        shutil.rmtree(place.sockets, ignore_errors=True)
        if place.account:
            shutil.rmtree(place.data.parent, ignore_errors=True)
