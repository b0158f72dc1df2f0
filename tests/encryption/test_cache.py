"""Open keys are few, short-lived and forgotten on demand."""

from core.encryption.cache import MOST, SECONDS, Cache


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_the_limits_are_those_that_were_decided():
    assert MOST <= 1000
    assert SECONDS <= 60


def test_an_entry_is_gone_after_its_time_however_often_it_was_used():
    clock = Clock()
    cache = Cache(seconds=60, clock=clock)
    cache.put("a", 1)
    for moment in range(60):
        clock.now = moment
        assert cache.get("a") == 1
    clock.now = 60
    assert cache.get("a") is None


def test_it_never_holds_more_than_it_may_and_keeps_what_is_used():
    cache = Cache(most=10)
    cache.put("used", "kept")
    for number in range(1000):
        assert cache.get("used") == "kept"
        cache.put(number, number)
        assert len(cache) <= 10
    assert cache.get(999) == 999
    assert cache.get(5) is None


def test_old_entries_do_not_stay_because_they_were_used_once():
    clock = Clock()
    cache = Cache(most=2, seconds=60, clock=clock)
    for name in ("a", "b"):
        cache.put(name, name)
        cache.get(name)
    clock.now = 61
    cache.put("c", "c")
    assert len(cache) == 2
    assert cache.get("c") == "c"


def test_what_is_unwanted_is_forgotten_and_nothing_else():
    cache = Cache()
    for place in ((1, 1), (1, 2), (2, 1)):
        cache.put(place, place)
    cache.forget(lambda place: place[0] == 1)
    assert [cache.get(place) for place in ((1, 1), (1, 2), (2, 1))] == [None, None, (2, 1)]
    cache.clear()
    assert len(cache) == 0
