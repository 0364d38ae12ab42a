#!/usr/bin/python3
"""The planners against a model of their own: ledger_trace plays random games, and every answer, entry, balance, lot and hold must be what
points_model.py says. FAIRPOINT_MODEL_SEED, FAIRPOINT_MODEL_GAMES: other games than the usual; a failure names its seed and step.
"""

import collections
import json
import os
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from points_model import Member
from points_rules import Refused, Rules, none_if_never

FIRST_SEED = int(os.environ.get("FAIRPOINT_MODEL_SEED", "1"))
GAMES = int(os.environ.get("FAIRPOINT_MODEL_GAMES", "150"))
STEPS = 80
BUILD = pathlib.Path(os.environ.get("FAIRPOINT_BUILD_DIR", "build/release"))


def rows(member):
    """Lots and holds as the trace writes them."""
    lots = {str(lot.seq): {"points": lot.points, "pending": lot.pending, "available": lot.available, "held": lot.held,
                           "expired": lot.expired, "until": none_if_never(lot.expires)} for lot in member.lots.values()}
    holds = {str(hold.seq): {"state": hold.state, "points": hold.points(), "captured": hold.captured}
             for hold in member.holds.values()}
    return {"lots": lots, "holds": holds}


def answer(member, step, rules):
    """(what the ledger must answer, the member after it)."""
    after = member.copy()
    try:
        deduct = after.do(step["operation"], step["posting"], rules, step["state"], step["phone_only"], step["now"])
    except Refused as refused:
        return {"refused": refused.reason, "metadata": refused.metadata}, member
    return {"entries": after.entries[member.seq:], "balance": after.balance(), "lifetime": after.lifetime,
            "deduct": deduct}, after


def judge(game, seen):
    member = Member()
    versions = [Rules(stated) for stated in game["versions"]]
    for number, step in enumerate(game["steps"]):
        expected, member = answer(member, step, versions[step["version"]])
        where = f"seed {game['seed']}, step {number}: {json.dumps({k: v for k, v in step.items() if k != 'answer'})}"
        assert step["answer"] == expected, where
        seen[step["operation"]["verb"] + " " + expected.get("refused", "OK")] += 1
        seen.update(entry["kind"] + " from " + entry["from"] for entry in expected.get("entries", []))
    assert game["end"] == rows(member), f"seed {game['seed']}, at the end"


@pytest.fixture(scope="module", name="games")
def games_of_the_trace():
    done = subprocess.run([str(BUILD / "ledger" / "ledger_trace"), str(FIRST_SEED), str(GAMES), str(STEPS)],
                          stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module", name="seen")
def what_was_seen(games):
    seen = collections.Counter()
    for game in games:
        judge(game, seen)
    return seen


def test_every_answer_is_what_the_model_says(games, seen):
    assert len(games) == GAMES
    assert sum(len(game["steps"]) for game in games) == GAMES * STEPS
    assert seen


@pytest.mark.skipif(GAMES < 100, reason="FAIRPOINT_MODEL_GAMES is too few to meet everything")
@pytest.mark.parametrize("what", """
    earn OK, earn BALANCE_OVERFLOW, earn CURRENCY_MISMATCH, earn NOTHING_EARNED, earn EFFECTIVE_TIME_OUT_OF_RANGE, earn LEDGER_MOVED,
    earn MEMBER_NOT_ACTIVE, earn STORE_UNKNOWN, redeem OK, redeem INSUFFICIENT_POINTS, redeem PHONE_MAY_NOT_SPEND, hold OK,
    hold HOLD_EXPIRY_OUT_OF_RANGE, hold INSUFFICIENT_POINTS, capture OK, capture HOLD_NOT_FOUND, capture HOLD_NOT_OPEN,
    capture CAPTURE_EXCEEDS_HOLD, release OK, release HOLD_NOT_OPEN, complete OK, complete NOTHING_PENDING, complete ENTRY_NOT_FOUND,
    reverse OK, reverse ALREADY_REVERSED, reverse NOT_REVERSIBLE, reverse NOTHING_TO_TAKE_BACK, reverse ENTRY_NOT_FOUND,
    reverse CURRENCY_MISMATCH, settle OK, redeem from debt, expire from available, end_hold from held, repay_debt from available,
    return_spent from redeemed, take_back from pending, take_back from available, take_back from debt, extend from available
    """.replace("\n", " ").split(","))
def test_the_games_meet_what_matters(seen, what):
    """A model that is never asked is no judge."""
    assert seen[what.strip()] > 0
