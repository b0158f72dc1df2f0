"""Celery and redis-py write the address of the same broker differently."""

from kombu import Connection

from config.celery import broker_url


def test_celery_reaches_the_embedded_broker_by_the_address_everything_else_uses(broker):
    with Connection(broker_url(broker)) as link:
        link.ensure_connection(max_retries=1, timeout=5)
        assert link.connected


def test_addresses_of_the_network_are_left_alone():
    assert broker_url("rediss://:x@broker:6379/1") == "rediss://:x@broker:6379/1"
