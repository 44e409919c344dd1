"""Orders from afar, the whole way: a real broker, the courier's process, and the sockets of a coach that runs."""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from paho.mqtt import client as paho

from coach.commands import Command
from coach.runtime.controls.control import AllControls, Control
from coach.runtime.controls.every import every_control
from coach.runtime.controls.stop_socket import StopSocket, stop_socket_path
from coach.runtime.controls.terminal import TerminalControls
from coach.runtime.settings import ControlSettings
from coach.session import events as ev
from coach.session.effects import Hush, Silence
from tests.conftest import loaded

from .conftest import until

live = loaded(Path(__file__).parents[1] / "runtime" / "test_live_host.py")
house, prepared = live.house, live.prepared


@pytest.fixture
def sockets(monkeypatch):
    """Let sockets stand in a folder whose path is short enough for one."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield


def courier_of(folder, port, accept):
    """Return the data folder and the command of a courier that may take some orders from the broker at a port."""
    own, data = folder / "own", folder / "data"
    own.mkdir()
    settings = own / "notify.toml"
    settings.write_text(f'[mqtt]\nhost = "127.0.0.1"\nport = {port}\naccept = {accept}\n')
    settings.chmod(0o600)
    return data, [sys.executable, "-m", "coach", "notify", "--config", str(own), "--data-dir", str(data)]


@pytest.mark.parametrize(
    ("accept", "taken"),
    [('["pause", "stop"]', [Control.PAUSE, Control.STOP]), ('["stop"]', [Control.STOP])],
    ids=["both", "stop alone"],
)
@pytest.mark.usefixtures("sockets")
def test_an_order_reaches_the_coach_where_it_was_allowed_and_only_there(broker, tmp_path, accept, taken):
    data, command = courier_of(tmp_path, broker, accept)
    heard, found = [], []
    carer = paho.Client(paho.CallbackAPIVersion.VERSION2)
    carer.on_message = lambda _client, _data, message: heard.append(message.payload.decode())
    carer.on_connect = lambda client, *_: client.subscribe("coach/bedside/availability", qos=1)
    with ExitStack() as stack:
        sockets = [StopSocket(stop_socket_path(data)), StopSocket(stop_socket_path(data, Control.PAUSE), Control.PAUSE)]
        coach = stack.enter_context(AllControls(sockets))
        carer.connect("127.0.0.1", broker)
        carer.loop_start()
        stack.callback(carer.loop_stop)
        courier = stack.enter_context(subprocess.Popen(command, stderr=subprocess.PIPE, env={**os.environ}))
        stack.callback(courier.kill)
        assert until(lambda: "online" in heard), courier.poll()

        def asked():
            """Ask for a pause and then for a stop until the last thing that is allowed has come."""
            carer.publish("coach/bedside/cmd/pause", b"", qos=1)
            carer.publish("coach/bedside/cmd/stop", b"", qos=1).wait_for_publish(30)
            found.extend(coach.take())
            return set(found) >= set(taken)

        assert until(asked)
        found += coach.take()  # a pause that was not allowed would stand before the stop: it was asked for first

    assert set(found) == set(taken)


class Held:
    """The coach's own controls; from an order on they keep the host still until it has come."""

    def __init__(self, controls):
        self._controls, self._sent, self._end = controls, False, False
        self.held = False
        self.taken = []

    def sent(self):
        """An order is on its way; a virtual session would be over before the broker answers."""
        self._sent = True

    def end(self):
        """End it as the key does."""
        self._end = True

    def take(self):
        given = list(self._controls.take())
        if self._sent:
            self._sent = False
            assert until(lambda: given or given.extend(self._controls.take()) or given)
        self.taken += given
        ending, self._end = self._end, False
        return (*given, Control.END) if ending else tuple(given)


def test_a_session_is_paused_from_afar_and_then_stopped_and_she_is_asked_what_it_was(broker, house, prepared, tmp_path):
    data, command = courier_of(tmp_path, broker, '["pause", "stop"]')
    there = []
    carer = paho.Client(paho.CallbackAPIVersion.VERSION2)
    carer.on_message = lambda _client, _data, message: there.append(message.payload.decode())
    carer.on_connect = lambda client, *_: client.subscribe("coach/bedside/availability", qos=1)
    with ExitStack() as stack:
        controls = Held(stack.enter_context(every_control(ControlSettings(), data, TerminalControls())))
        session = live.Bedside(house, prepared)
        session.host = live.Host(session.coach, live.replace(session.senses, controls=controls))
        session.answer_well()
        carer.connect("127.0.0.1", broker)
        carer.loop_start()
        stack.callback(carer.loop_stop)
        courier = stack.enter_context(subprocess.Popen(command, stderr=subprocess.PIPE, env={**os.environ}))
        stack.callback(courier.kill)
        assert until(lambda: "online" in there), courier.poll()

        def order(name):
            carer.publish(f"coach/bedside/cmd/{name}", b"", qos=1).wait_for_publish(30)
            controls.sent()

        session.on("phase: run", lambda: controls.taken or order("pause"))
        session.on("phase: paused", lambda: controls.taken[1:] or order("stop"))
        session.on("phase: maybe", controls.end)
        session.run()

    decided = session.coach.chronicle.decisions
    paused = next(one for one in decided if isinstance(one.event, ev.Heard) and one.event.command is Command.PAUSE)
    stopped = next(one for one in decided if isinstance(one.event, ev.StopRequested))
    assert controls.taken == [Control.PAUSE, Control.STOP]
    assert [type(one.effects[0]) for one in (paused, stopped)] == [Hush, Silence]
    assert session.coach.chronicle.outcome is live.Outcome.STOPPED
