"""When the kind of sound hardware is told to the session."""

from dataclasses import replace

import pytest

from coach.listening.echo_report import EchoCause, EchoClass, EchoMeasure, EchoReport
from coach.runtime.echo_news import EchoNews
from coach.session.questions import Question
from coach.session.states import Phase, Protocol


def report(kind):
    return EchoReport(kind, EchoCause.COMES_BACK, EchoMeasure())


def news(kind):
    told = EchoNews()
    told.take(report(kind))
    return told


RUN = Protocol(phase=Phase.RUN)


@pytest.mark.parametrize("phase", [Phase.IDLE, Phase.RUN])
def test_half_duplex_is_told_once_when_nothing_else_is_said(phase):
    told = news(EchoClass.HALF_DUPLEX)

    assert told.event(7, Protocol(phase=phase), speaking=False).kind is EchoClass.HALF_DUPLEX
    assert told.event(8, Protocol(phase=phase), speaking=False) is None


@pytest.mark.parametrize(
    ("protocol", "speaking"),
    [
        (RUN, True),
        (replace(RUN, question=Question.HURT), False),
        (Protocol(phase=Phase.SCREEN), False),
        (Protocol(phase=Phase.MAYBE), False),
    ],
)
def test_half_duplex_waits_while_something_else_matters(protocol, speaking):
    told = news(EchoClass.HALF_DUPLEX)

    assert told.event(7, protocol, speaking=speaking) is None
    assert told.event(8, RUN, speaking=False) is not None


def test_a_speakerphone_that_cancels_is_noted_at_once():
    assert news(EchoClass.CANCELLING).event(7, Protocol(phase=Phase.SCREEN), speaking=True) is not None


@pytest.mark.parametrize("kind", [EchoClass.RAW, EchoClass.UNKNOWN])
def test_ordinary_hardware_is_no_news_to_the_session(kind):
    assert news(kind).event(7, RUN, speaking=False) is None


def test_another_kind_is_news_and_the_same_one_is_not():
    told = EchoNews()

    assert [told.take(report(kind)) for kind in (EchoClass.RAW, EchoClass.RAW, EchoClass.CANCELLING)] == [
        True,
        False,
        True,
    ]
