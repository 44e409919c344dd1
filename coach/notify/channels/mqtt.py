"""A broker in the house as a channel: publishes events, keeps a last will, and takes orders that stop.

1. ``<topic>/availability`` is ``online`` while the courier lives, else ``offline`` (last will); retained.
2. ``<topic>/event/<kind>`` carries one JSON object a notice, at least once, never retained: whoever connects later
   must not hear of an old stop as of a new one.
3. ``<topic>/cmd/stop`` and ``/pause`` are listened to where they were allowed. A retained order is old, and dropped.
4. The library's own thread keeps the connection, in the courier's process; the coach itself has no such connection.
"""

import json
from collections import deque
from typing import Any, Final

from coach.errors import MissingError
from coach.notify.channel import Order
from coach.notify.notice import Message
from coach.notify.settings import MqttSettings

_KEEPALIVE_S: Final = 15
"""A broker tells the last will after one and a half of these."""
_AT_LEAST_ONCE: Final = 1


class _Publishing:
    """A message on its way to the broker."""

    def __init__(self, client: Any, topic: str, payload: str) -> None:  # noqa: ANN401 - the library's own type
        self._client = client
        self._topic = topic
        self._payload = payload
        self._info: Any = None

    def result(self) -> str | None:
        """Hand it over once there is a connection; the library would keep it, and every later try, until then."""
        if self._info is None:
            if not self._client.is_connected():
                return None
            self._info = self._client.publish(self._topic, self._payload, qos=_AT_LEAST_ONCE, retain=False)
        try:
            return "" if self._info.is_published() else None
        except (RuntimeError, ValueError) as wrong:
            return f"the broker did not take it ({wrong})"

    def cut(self) -> None:
        """Leave it; what was handed over already goes out again with the connection, under the same id."""


class MqttChannel:
    """One connection to one broker; see the module's rules."""

    name = "mqtt"

    def __init__(self, settings: MqttSettings) -> None:
        """Connect in the background; a broker that is not there is tried again and again.

        Raises:
            MissingError: The library is not installed.
        """
        try:
            from paho.mqtt import client as paho  # noqa: PLC0415 - an extra, needed only where it is configured
            from paho.mqtt.enums import CallbackAPIVersion  # noqa: PLC0415 - as above
        except ImportError:
            raise MissingError(
                "MQTT is configured but not installed; run: pip install 'bedside-coach[notify]'"
            ) from None
        self._topic = settings.topic
        self._accepts = settings.accept
        self._orders: deque[Order] = deque()
        client = paho.Client(CallbackAPIVersion.VERSION2, client_id=f"coach-{settings.topic.replace('/', '-')}")
        if settings.username:
            client.username_pw_set(settings.username, settings.password or None)
        if settings.tls:
            client.tls_set()
        client.will_set(self._at("availability"), "offline", qos=_AT_LEAST_ONCE, retain=True)
        client.reconnect_delay_set(min_delay=1, max_delay=60)
        client.on_connect = self._connected
        client.on_message = self._ordered
        client.connect_async(settings.host, settings.port, _KEEPALIVE_S)
        client.loop_start()
        self._client = client

    def begin(self, message: Message) -> _Publishing:
        """Publish a message; returns at once."""
        told = {"id": message.id, "kind": message.kind.value, "title": message.title, "body": message.body}
        payload = json.dumps({**told, "queued": message.wall, "urgent": message.urgent}, ensure_ascii=False)
        topic = self._at(f"event/{message.kind.value}")
        return _Publishing(self._client, topic, payload)

    def orders(self) -> tuple[Order, ...]:
        """Return what was asked for since the last call."""
        taken: list[Order] = []
        while self._orders:
            taken.append(self._orders.popleft())
        return tuple(taken)

    def close(self) -> None:
        """Say goodbye as the last will would, and disconnect."""
        if self._client.is_connected():
            self._client.publish(self._at("availability"), "offline", qos=_AT_LEAST_ONCE, retain=True)
        self._client.disconnect()
        self._client.loop_stop()

    def _at(self, what: str) -> str:
        return f"{self._topic}/{what}"

    def _connected(self, client: Any, *_: object) -> None:  # noqa: ANN401 - the library's own type
        client.publish(self._at("availability"), "online", qos=_AT_LEAST_ONCE, retain=True)
        for order in self._accepts:
            client.subscribe(self._at(f"cmd/{order.value}"), qos=_AT_LEAST_ONCE)

    def _ordered(self, _client: object, _data: object, message: Any) -> None:  # noqa: ANN401 - the library's own type
        if message.retain:
            return
        for order in self._accepts:
            if message.topic == self._at(f"cmd/{order.value}"):
                self._orders.append(order)
