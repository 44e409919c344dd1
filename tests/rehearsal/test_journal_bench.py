"""The measure of years by the bed: what it times is done, and leaves nothing open. It asserts no times."""

from coach.rehearsal.journal_bench import A_DAY, journal
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings
from coach.runtime.wiring import House


def test_what_is_waited_for_is_measured_and_nothing_is_left_open():
    house = House(Paths.find(), Settings(), lambda _: None, lambda _: None)

    rows = {row["what"]: row for row in journal(house, 6 / 365.25, lambda _: lambda *_: None, month_days=2)}

    assert {"start-up", "history", "report", "summary", "weekly words", "schedule", "replay"} <= set(rows)
    assert rows["open files"]["years_s"] == rows["threads"]["years_s"] == 1.0
    assert rows["resident (MB)"]["years_s"] > rows["memory (MB)"]["years_s"]  # a whole process, not what one act takes
    assert rows["size"]["sessions"] == 6 * A_DAY
    assert rows["size"]["kB_a_day"] < 2000  # hazard H69
