"""Orders from afar, the whole way: a real broker, the courier's process, and the sockets of a coach that runs."""

import os
import subprocess
import sys
from contextlib import ExitStack

import pytest
from paho.mqtt import client as paho

from coach.runtime.controls.control import AllControls, Control
from coach.runtime.controls.stop_socket import StopSocket, socket_path

from .conftest import until


@pytest.mark.parametrize(
    ("accept", "taken"),
    [('["pause", "stop"]', [Control.PAUSE, Control.STOP]), ('["stop"]', [Control.STOP])],
    ids=["both", "stop alone"],
)
def test_an_order_reaches_the_coach_where_it_was_allowed_and_only_there(broker, tmp_path, monkeypatch, accept, taken):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    own, data = tmp_path / "own", tmp_path / "data"
    own.mkdir()
    (own / "notify.toml").write_text(f'[mqtt]\nhost = "127.0.0.1"\nport = {broker}\naccept = {accept}\n')
    (own / "notify.toml").chmod(0o600)
    heard, found = [], []
    carer = paho.Client(paho.CallbackAPIVersion.VERSION2)
    carer.on_message = lambda _client, _data, message: heard.append(message.payload.decode())
    carer.on_connect = lambda client, *_: client.subscribe("coach/bedside/availability", qos=1)
    command = [sys.executable, "-m", "coach", "notify", "--config", str(own), "--data-dir", str(data)]
    with ExitStack() as stack:
        sockets = [StopSocket(socket_path(data)), StopSocket(socket_path(data, Control.PAUSE), Control.PAUSE)]
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
