"""A stop beside a courier that reaches nobody is as quick as without one: real couriers, the real host, one run."""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from coach.notify.notice import Kind
from coach.notify.spool import Spool
from coach.runtime.dispatch import Outbox, SpoolDispatch
from coach.units import SAMPLE_RATE, frames
from tests.conftest import loaded

from .conftest import free_port, until

serving = loaded(Path(__file__).parents[1] / "runtime" / "test_serving_notices.py")
house, prepared = serving.house, serving.prepared


class Courier:
    """`coach notify` as a process of its own, with one way to a carer."""

    def __init__(self, folder, settings):
        own, data = folder / "own", folder / "data"
        own.mkdir(parents=True)
        (own / "notify.toml").write_text(settings)
        (own / "notify.toml").chmod(0o600)
        self.spool = Spool(data)
        self._told = folder / "told"
        command = [sys.executable, "-m", "coach", "notify", "--config", str(own), "--data-dir", str(data)]
        with self._told.open("wb") as told:
            self.process = subprocess.Popen(command, stderr=told, env={**os.environ})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    @property
    def told(self):
        return self._told.read_text()

    @property
    def waiting(self):
        return [notice.kind for notice in self.spool.waiting().notices]


@pytest.fixture
def couriers(tmp_path, service):
    service.manner = "hangs"
    ways = {
        "a service that hangs": f'[apprise]\nurls = ["{service.url}"]\n',
        "a broker that is gone": f'[mqtt]\nhost = "127.0.0.1"\nport = {free_port()}\n',
        "a wrong address": '[apprise]\nurls = ["nothing://that.is.known"]\n',
    }
    with ExitStack() as stack:
        yield {
            way: stack.enter_context(Courier(tmp_path / str(number), settings))
            for number, (way, settings) in enumerate(ways.items())
        }


def test_a_stop_is_as_quick_beside_couriers_that_reach_nobody_and_nothing_is_lost(couriers, service, prepared):
    for courier in couriers.values():
        assert until(lambda spool=courier.spool: spool.courier_seen() is not None), courier.told
    late = {"no courier": serving.stopped(prepared, None)}

    for way, courier in couriers.items():
        dispatch = SpoolDispatch(courier.spool)
        late[way] = serving.stopped(prepared, Outbox(dispatch))
        dispatch.close()
    late["no courier, once more"] = serving.stopped(prepared, None)

    print()  # noqa: T201 - the figures, shown with -s
    for way, ends in late.items():
        print(f"stop beside {way}: silent after {[round(1000 * end / SAMPLE_RATE, 1) for end in ends]} ms")  # noqa: T201
    assert set(map(tuple, late.values())) == {tuple(late["no courier"])}
    assert 0 < max(late["no courier"]) <= frames(0.06)
    assert until(service.asked.is_set)
    for way, courier in couriers.items():
        assert Kind.EMERGENCY in courier.waiting, way
    for way in ("a broker that is gone", "a wrong address"):
        assert until(lambda courier=couriers[way]: "'emergency' was not delivered" in courier.told), couriers[way].told
