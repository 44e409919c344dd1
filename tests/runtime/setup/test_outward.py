"""What time it is, and whether and how a carer is told."""

import pytest

from coach.notify.channel import Order
from coach.notify.settings import FILE, load_notify_settings
from coach.plan.elapsed import Local
from coach.runtime.timekeeper import told_clock

APPRISE = {
    "notices": "yes",
    "notices_way": "1",
    "notices_address": "json://localhost/",
    "notices_name": "no",
    "notices_details": "no",
    "notices_arrived": "yes",
}
MQTT = APPRISE | {
    "notices_way": "2",
    "notices_broker": "hub.local:8883",
    "notices_user": "coach",
    "notices_password": "secret",
    "notices_orders": "yes",
}


def test_a_clock_that_the_network_keeps_right_is_left_alone(home):
    home.clock_kept = True

    assert home.run("clock") == [True]
    assert told_clock(home.paths.data, "this boot") is None


def test_a_carer_tells_the_time_until_the_machine_is_switched_off(home):
    home.run("clock", clock="14:30")

    told = told_clock(home.paths.data, "this boot")
    assert told.local(60_000) == Local(told.day, 14 * 60 + 30)
    assert told.local(60_000 + 3_600_000).minute == 15 * 60 + 30
    assert told_clock(home.paths.data, "the next boot") is None


def test_nobody_is_told_unless_a_carer_wishes_it(home):
    assert home.run("notices", notices="no") == [True]
    assert not (home.paths.own / FILE).exists()


def test_a_way_to_a_telephone_is_kept_for_its_owner_alone_and_tried(home):
    assert home.run("notices", **APPRISE) == [True]

    settings = load_notify_settings(home.paths.own)
    assert settings.apprise.urls == ("json://localhost/",)
    assert (settings.name, settings.details) == (False, False)
    assert (home.paths.own / FILE).stat().st_mode & 0o777 == 0o600


def test_a_broker_may_stop_and_pause_only_where_a_carer_says_so(home):
    home.run("notices", **MQTT)

    mqtt = load_notify_settings(home.paths.own).mqtt
    assert (mqtt.host, mqtt.port, mqtt.username, mqtt.password) == ("hub.local", 8883, "coach", "secret")
    assert mqtt.accept == (Order.STOP, Order.PAUSE)


def test_without_the_carers_word_nothing_is_taken_from_afar(home):
    home.run("notices", **(MQTT | {"notices_orders": "no"}))

    assert load_notify_settings(home.paths.own).mqtt.accept == ()


@pytest.mark.parametrize(
    ("refused", "arrived", "told"),
    [("apprise: refused", "yes", "apprise: refused"), ("", "no", "has not arrived")],
)
def test_a_test_that_does_not_arrive_is_told_and_the_step_is_still_to_be_done(home, refused, arrived, told):
    home.refused = refused

    assert home.run("notices", **(APPRISE | {"notices_arrived": arrived})) == [False]
    assert any(told in line for line in home.screen.shown)


def test_a_way_that_is_set_up_is_tried_again_without_a_question_about_it(home):
    home.run("notices", **APPRISE)
    before = (home.paths.own / FILE).read_text()
    home.run("notices", change_notices="no", notices_arrived="yes")

    assert (home.paths.own / FILE).read_text() == before
