"""A carer's PIN: kept as a digest, checked, and locked out after wrong tries, whatever is switched off."""

import stat
from hashlib import sha256

import pytest

from coach.disk import Disk
from coach.errors import InputError, JournalError
from coach.journal.entries import Stamp
from coach.runtime.pin import FREE_TRIES, WAITS_S, Verdict, attempt, make_pin, scrypt, wait_s
from coach.runtime.pin_file import PinFile

RIGHT, WRONG = "204619", "204618"


def cheap(pin, salt):
    return sha256(salt + pin.encode()).digest()


class Clock:
    def __init__(self):
        self.boot, self.uptime_ms = "one", 1_000_000

    def now(self):
        return Stamp("2026-11-25T20:00:00+00:00", self.boot, self.uptime_ms)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def kept(tmp_path, clock):
    made = PinFile(tmp_path, clock, digest=cheap)
    made.set(RIGHT)
    return made


@pytest.mark.parametrize("pin", ["12345", "", "1234567890123", "20461a", " 204619", "204619\n", "٢٠٤٦١٩"])
def test_what_is_no_pin_is_refused(pin):
    with pytest.raises(InputError, match="6 to 12 digits"):
        make_pin(pin, b"salt")


@pytest.mark.parametrize("pin", ["000000", "123456", "987654", "567890", "77777777"])
def test_a_pin_that_anybody_would_try_first_is_refused(pin):
    with pytest.raises(InputError, match="anybody would try"):
        make_pin(pin, b"salt")


def test_only_the_pin_itself_is_right_and_it_is_not_kept():
    pin = make_pin(RIGHT, b"salt" * 4)

    assert attempt(pin, RIGHT, "one", 0)[0] is Verdict.RIGHT
    assert attempt(pin, WRONG, "one", 0)[0] is Verdict.WRONG
    assert RIGHT.encode() not in pin.digest
    assert make_pin(RIGHT, b"other" * 4).digest != pin.digest


def test_the_digest_stays_the_same_so_that_pins_outlive_updates():
    assert scrypt(RIGHT, b"salt").hex() == "7c3fb66f4c7e33d7a6be74f1a059acee52e782509839603444c531945fc3eb9d"


def test_after_five_wrong_tries_even_the_right_one_waits_a_minute(kept, clock):
    verdicts = [kept.attempt(WRONG) for _ in range(FREE_TRIES)]
    early = kept.attempt(RIGHT)
    clock.uptime_ms += 60_000
    late = kept.attempt(RIGHT)

    assert verdicts == [Verdict.WRONG] * FREE_TRIES
    assert (early, late) == (Verdict.WAIT, Verdict.RIGHT)


def test_each_further_wrong_try_waits_longer_up_to_an_hour(kept, clock):
    for _ in range(FREE_TRIES):
        kept.attempt(WRONG)
    waits = []
    for _ in range(6):
        waits.append(kept.wait_s())
        clock.uptime_ms += round(1000 * waits[-1])
        kept.attempt(WRONG)

    assert waits == [*WAITS_S, WAITS_S[-1], WAITS_S[-1]]


def test_a_try_that_has_to_wait_does_not_lengthen_the_wait(kept, clock):
    for _ in range(FREE_TRIES):
        kept.attempt(WRONG)
    clock.uptime_ms += 59_000

    assert kept.attempt(WRONG) is Verdict.WAIT
    assert kept.wait_s() == 1.0


def test_the_right_pin_forgets_the_wrong_tries(kept):
    for _ in range(FREE_TRIES - 1):
        kept.attempt(WRONG)
    kept.attempt(RIGHT)

    assert [kept.attempt(WRONG) for _ in range(FREE_TRIES)] == [Verdict.WRONG] * FREE_TRIES


def test_switching_off_gives_no_try_back_and_begins_the_wait_anew(kept, clock, tmp_path):
    for _ in range(FREE_TRIES):
        kept.attempt(WRONG)
    clock.boot, clock.uptime_ms = "two", 5_000

    again = PinFile(tmp_path, clock, digest=cheap)

    assert again.wait_s() == 55.0
    assert again.attempt(RIGHT) is Verdict.WAIT


def test_a_boot_that_has_no_name_is_told_by_its_clock(kept, clock):
    clock.boot = ""
    for _ in range(FREE_TRIES):
        kept.attempt(WRONG)
    clock.uptime_ms = 10_000  # began anew

    assert kept.wait_s() == 50.0


@pytest.mark.usefixtures("kept")
def test_a_wrong_try_that_cannot_be_kept_is_not_answered(clock, tmp_path):
    class Full(Disk):
        def write(self, path, data):
            raise JournalError(f"{path} takes no {len(data)} bytes: the disk is full.")

    with pytest.raises(JournalError, match="full"):
        PinFile(tmp_path, clock, Full(), cheap).attempt(WRONG)


def test_only_the_owner_may_read_the_file(kept):
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("written", [b"", b"{}", b"no json", b'{"salt": 1}'])
def test_a_file_that_is_not_what_was_written_unlocks_nothing_and_says_what_to_do(kept, written):
    kept.path.write_bytes(written)

    with pytest.raises(InputError, match="remove it and set a new PIN"):
        kept.attempt(RIGHT)


def test_without_a_pin_nothing_is_right(tmp_path, clock):
    unset = PinFile(tmp_path, clock)

    assert not unset.is_set
    with pytest.raises(InputError, match="--new-pin"):
        unset.attempt("")


def test_no_wait_before_the_fifth_wrong_try():
    assert wait_s(make_pin(RIGHT, b"salt", cheap), "one", 0) == 0.0
