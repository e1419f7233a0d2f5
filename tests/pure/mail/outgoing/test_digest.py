"""Which letters leave together, as tables."""

from datetime import timedelta

import pytest

from camdesk.channels.mail.outgoing.digest import MOST, WITHIN, AnswerBatch, AnswerLetter, of_one_address, of_one_ticket

IRA, LEO = 1, 2


def answers(now, *said):
    """(by, seconds ago it was given, seconds until it wants to leave, only if unread, read), numbered from 1."""
    return [
        AnswerLetter(pk, by, now - timedelta(seconds=ago), now + timedelta(seconds=due), unread, read)
        for pk, (by, ago, due, unread, read) in enumerate(said, 1)
    ]


@pytest.mark.parametrize(
    ("said", "gathered"),
    [
        pytest.param([], AnswerBatch(), id="nothing was said"),
        pytest.param([(IRA, 10, 50, False, False)], AnswerBatch(), id="a letter waits a little for the next"),
        pytest.param([(IRA, 60, 0, False, False)], AnswerBatch(together=(1,)), id="then it leaves"),
        pytest.param(
            [(IRA, 60, 0, False, False), (IRA, 20, 40, False, False)],
            AnswerBatch(together=(1, 2)),
            id="two of one agent within a minute are one letter",
        ),
        pytest.param(
            [(IRA, 60, 0, False, False), (LEO, 20, 40, False, False)],
            AnswerBatch(together=(1,)),
            id="two agents sign two letters",
        ),
        pytest.param(
            [(IRA, 200, -140, False, False), (IRA, 60, 0, False, False)],
            AnswerBatch(together=(1,)),
            id="what was said later than a minute is another letter",
        ),
        pytest.param([(IRA, 60, 240, True, False)], AnswerBatch(), id="in the cabinet: there is time to read it"),
        pytest.param([(IRA, 300, 0, True, False)], AnswerBatch(together=(1,)), id="unread for long enough: a letter"),
        pytest.param([(IRA, 60, 240, True, True)], AnswerBatch(needless=(1,)), id="read: no letter"),
        pytest.param([(IRA, 300, 0, True, True)], AnswerBatch(needless=(1,)), id="read at the last moment: no letter"),
        pytest.param(
            [(IRA, 300, 0, True, False), (LEO, 30, 270, True, False), (IRA, 5, 295, True, False)],
            AnswerBatch(together=(1, 2, 3)),
            id="everything unread leaves in one letter, whoever wrote it",
        ),
        pytest.param(
            [(IRA, 300, 0, True, True), (IRA, 30, 270, True, False)],
            AnswerBatch(needless=(1,)),
            id="the unread one waits on for itself",
        ),
        pytest.param(
            [(IRA, 120, 180, True, False), (LEO, 60, 0, False, False)],
            AnswerBatch(together=(1, 2)),
            id="an answer by letter takes along what was unread before it",
        ),
        pytest.param([(IRA, 60, 0, False, True)], AnswerBatch(together=(1,)), id="by letter: read or not, it leaves"),
    ],
)
def test_answers_in_one_request(now, said, gathered):
    assert of_one_ticket(answers(now, *said), now=now) == gathered


@pytest.mark.parametrize(
    ("waiting", "minutes_ago", "together", "later"),
    [
        pytest.param([1], [], (), None, id="one letter leaves"),
        pytest.param([1, 2, 3], [], (), None, id="so do three"),
        pytest.param([1, 2, 3, 4], [], (1, 2, 3, 4), None, id="four at once are one"),
        pytest.param([1, 2], [1, 1], (1, 2), None, id="two after two are one"),
        pytest.param([1], [1, 2], (), None, id="the third leaves by itself"),
        pytest.param([1], [1, 2, 3], (), 12, id="the fourth waits until the first is a quarter of an hour old"),
        pytest.param([1, 2], [1, 2, 3], (), 12, id="and others wait with it"),
        pytest.param([1], [15, 15, 15, 15], (), None, id="what left long ago is forgotten"),
        pytest.param([1], [1, 2, 3, 4, 5], (), 12, id="after many, until three of them only are young"),
    ],
)
def test_letters_to_one_address(now, waiting, minutes_ago, together, later):
    shared = of_one_address(waiting, [now - timedelta(minutes=one) for one in minutes_ago], now=now)
    assert (shared.together, shared.later) == (together, later and now + timedelta(minutes=later))


def test_a_flood_is_a_few_letters(now):
    """Three hundred pieces of news within an hour: never more than MOST letters within any WITHIN."""
    left, held = [], list(range(300))
    moment, arrived = now, 0
    while arrived < 300 or held[:arrived]:
        arrived = min(300, arrived + 5)
        waiting = held[: max(0, arrived - (300 - len(held)))]
        shared = of_one_address(waiting, left, now=moment)
        if waiting and shared.later is None:
            left += [moment] * (1 if shared.together else len(waiting))
            held = held[len(waiting) :]
        moment += timedelta(minutes=1)
    assert not held
    assert all(sum(one - WITHIN < other <= one for other in left) <= MOST for one in left)
