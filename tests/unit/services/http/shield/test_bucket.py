"""Token buckets, on a clock that stands still until it is moved."""

from plexihub.services.http.bucket import Buckets


class Clock:
    """Seconds that pass when told to."""

    now = 1000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def test_limit_at_once_then_one_each() -> None:
    """A full bucket allows its limit; then one more each sixtieth part of it."""
    clock = Clock()
    buckets = Buckets(clock=clock)
    assert [buckets.take("ada", 6).left for _ in range(6)] == [5, 4, 3, 2, 1, 0]
    refused = buckets.take("ada", 6)
    assert (refused.is_allowed, refused.wait, refused.full) == (False, 10.0, 60.0)
    clock.now += 9.9
    assert not buckets.take("ada", 6).is_allowed
    clock.now += 0.1
    assert buckets.take("ada", 6).is_allowed
    assert not buckets.take("ada", 6).is_allowed


def test_refused_requests_cost_nothing() -> None:
    """Asking while nothing is left does not put the next request off."""
    clock = Clock()
    buckets = Buckets(clock=clock)
    buckets.take("ada", 1)
    for _ in range(5):
        clock.now += 10
        buckets.take("ada", 1)
    clock.now += 10
    assert buckets.take("ada", 1).is_allowed


def test_rest_never_grows_past_the_limit() -> None:
    """A bucket that nobody used for a day holds a minute's worth."""
    clock = Clock()
    buckets = Buckets(clock=clock)
    buckets.take("ada", 2)
    clock.now += 86_400
    assert [buckets.take("ada", 2).is_allowed for _ in range(3)] == [True, True, False]


def test_keys_are_apart() -> None:
    """What one uses up, another still has."""
    buckets = Buckets(clock=Clock())
    assert buckets.take("ada", 1).is_allowed
    assert not buckets.take("ada", 1).is_allowed
    assert buckets.take("grace", 1).is_allowed


def test_changed_limit_begins_anew() -> None:
    """Under another limit the next request is the first, whether it is lower or higher."""
    buckets = Buckets(clock=Clock())
    for _ in range(50):
        buckets.take("ada", 100)
    assert [buckets.take("ada", 2).is_allowed for _ in range(3)] == [True, True, False]
    assert buckets.take("ada", 3).left == 2


def test_number_of_buckets_is_bounded() -> None:
    """A thousand addresses leave no more buckets than the bound; the last used are kept."""
    buckets = Buckets(3, clock=Clock())
    buckets.take("ada", 1)
    for number in range(1000):
        buckets.take(f"a{number}", 1)
        buckets.take("ada", 1)
    assert len(buckets) == 3
    assert not buckets.take("ada", 1).is_allowed
