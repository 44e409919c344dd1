"""Real ways to a carer: Apprise to an HTTP service of this machine, and a real broker. Bounds are generous."""

import json
import threading
import time

import pytest
from paho.mqtt import client as paho

from coach.notify.channel import Order
from coach.notify.channels.apprise import AppriseChannel
from coach.notify.channels.mqtt import MqttChannel
from coach.notify.notice import Kind, Message
from coach.notify.settings import MqttSettings

from .conftest import free_port, mosquitto, until

MESSAGE = Message(
    "session/1/heard/emergency", Kind.EMERGENCY, "Anna may need help", "Please look in.", "2026-11-25T10:00"
)


class Carer:
    """Listens at the broker as a carer's telephone does."""

    def __init__(self, port, topic="coach/bedside/#"):
        self.heard = []
        self.ready = threading.Event()
        self.client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        self.client.on_message = lambda _client, _data, message: self.heard.append(
            (message.topic, message.payload.decode(), message.retain)
        )
        self.client.on_connect = lambda client, *_: client.subscribe(topic, qos=1)
        self.client.on_subscribe = lambda *_: self.ready.set()
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert self.ready.wait(30)

    def topics(self):
        return [topic for topic, _, _ in self.heard]

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def carer(broker):
    made = Carer(broker)
    yield made
    made.close()


@pytest.fixture
def mqtt(broker):
    made = []

    def make(**more):
        made.append(MqttChannel(MqttSettings(host="127.0.0.1", port=broker, **more)))
        return made[-1]

    yield make
    for channel in made:
        channel.close()


def _settled(attempt):
    assert until(lambda: attempt.result() is not None)
    return attempt.result()


def test_apprise_delivers_title_and_body(service):
    attempt = AppriseChannel([service.url]).begin(MESSAGE)

    assert until(lambda: attempt.result() == "")
    (taken,) = service.taken
    assert json.loads(taken)["title"] == MESSAGE.title
    assert json.loads(taken)["message"] == MESSAGE.body


def test_one_address_that_takes_it_is_enough(service):
    attempt = AppriseChannel([f"json://127.0.0.1:{free_port()}/", service.url]).begin(MESSAGE)

    assert until(lambda: attempt.result() == "")


@pytest.mark.parametrize("manner", ["refuses", "nobody there"])
def test_a_service_that_refuses_is_a_failure_with_a_reason(service, manner):
    service.manner = manner
    url = f"json://127.0.0.1:{free_port()}/" if manner == "nobody there" else service.url

    why = _failure(AppriseChannel([url]).begin(MESSAGE))

    assert "took it" in why


def test_an_address_apprise_does_not_know_is_told_without_naming_it():
    why = _failure(AppriseChannel(["secret-token-in-an-address"]).begin(MESSAGE))

    assert "notify.toml" in why
    assert "secret" not in why


@pytest.mark.parametrize("manner", ["hangs", "crawls"])
def test_a_service_that_hangs_or_crawls_can_be_cut_off_at_once(service, manner):
    service.manner = manner
    attempt = AppriseChannel([service.url]).begin(MESSAGE)
    assert service.asked.wait(30)

    assert attempt.result() is None
    before = time.monotonic()
    attempt.cut()

    assert time.monotonic() - before < 10
    assert service.taken == []


def _failure(attempt):
    whys = []
    assert until(lambda: whys.append(attempt.result()) or whys[-1] is not None)
    return whys[-1]


def test_the_broker_gets_a_notice_that_is_not_kept_for_later(mqtt, carer, broker):
    attempt = mqtt().begin(MESSAGE)

    assert _settled(attempt) == ""
    assert until(lambda: "coach/bedside/event/emergency" in carer.topics())
    event = next(payload for topic, payload, _ in carer.heard if topic.endswith("emergency"))
    assert json.loads(event)["id"] == MESSAGE.id
    later = Carer(broker)
    assert until(lambda: "coach/bedside/availability" in later.topics())
    assert not [topic for topic in later.topics() if "/event/" in topic]
    later.close()


def test_it_says_that_it_is_there_and_the_broker_says_when_it_died(mqtt, carer):
    channel = mqtt()
    assert until(lambda: ("coach/bedside/availability", "online", False) in carer.heard)

    channel._client._sock_close()  # the line is cut, as when the power goes

    assert until(lambda: ("coach/bedside/availability", "offline", False) in carer.heard)


def test_a_farewell_says_offline_too(mqtt, carer):
    channel = mqtt()
    assert until(lambda: ("coach/bedside/availability", "online", False) in carer.heard)

    channel.close()

    assert until(lambda: ("coach/bedside/availability", "offline", False) in carer.heard)


def test_stop_is_taken_where_it_was_allowed_and_only_there(mqtt, carer):
    channel = mqtt(accept=(Order.STOP,))
    assert until(lambda: ("coach/bedside/availability", "online", False) in carer.heard)
    carer.client.publish("coach/bedside/cmd/pause", b"", qos=1)
    carer.client.publish("coach/bedside/cmd/start", b"", qos=1)

    def stopped():
        carer.client.publish("coach/bedside/cmd/stop", b"", qos=1)
        return Order.STOP in (taken := channel.orders()) and taken

    assert until(stopped)
    assert set(channel.orders()) <= {Order.STOP}


def test_an_old_order_that_was_kept_by_the_broker_is_dropped(mqtt, carer):
    carer.client.publish("coach/bedside/cmd/stop", b"", qos=1, retain=True).wait_for_publish(30)
    channel = mqtt(accept=(Order.STOP, Order.PAUSE))

    def paused():
        carer.client.publish("coach/bedside/cmd/pause", b"", qos=1)
        return channel.orders()

    taken = []
    assert until(lambda: taken.extend(paused()) or Order.PAUSE in taken)
    assert Order.STOP not in taken


def test_a_notice_that_finds_no_broker_arrives_when_it_is_back(tmp_path):
    port = free_port()
    channel = MqttChannel(MqttSettings(host="127.0.0.1", port=port))
    attempt = channel.begin(MESSAGE)
    assert attempt.result() is None

    with mosquitto(tmp_path, port):
        assert _settled(attempt) == ""
    channel.close()
