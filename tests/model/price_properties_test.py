#!/usr/bin/python3
"""What must hold of the model itself, in random worlds. FAIRPOINT_MODEL_SEED, FAIRPOINT_MODEL_GAMES: others than the usual."""

import collections
import itertools
import json
import os
import random

import pytest

from price_cases import case
from price_json import answer, arrive, lines_of, rules_of, shopper_of, world
from price_book import Book
from price_model import price
from price_promotions import Goods, after, choices
from price_rules import Fact

FIRST_SEED = int(os.environ.get("FAIRPOINT_MODEL_SEED", "1"))
WORLDS = int(os.environ.get("FAIRPOINT_MODEL_GAMES", "40"))
SEEDS = range(FIRST_SEED, FIRST_SEED + WORLDS)


def some_instants(view, channel, pick):
    since, until = view.stretch(channel)
    return [since, until, view.now] + [pick.randint(since, until) for _ in range(12)]


def caps_of(view, channel, line, shopper, instant):
    """By the definition: facts that nothing of their series outdoes."""
    facts = [fact for fact in view.of(Fact) if fact.channel_id == channel.channel_id and fact.sku == line.sku
             and fact.holds_at(instant) and not view.held(fact) and not view.withdrawn(fact, instant)]
    for fact in facts:
        if any(other.series() == fact.series() and other.source_seq > fact.source_seq for other in facts):
            continue
        if fact.condition == "NEW" and not fact.third_party and fact.holds_where(shopper, view.rules) and fact.holds_for(shopper):
            yield line.quantity * fact.payable(channel) // fact.pack, fact.shipping


def sold_questions(seed):
    made = case(seed)
    book = world(made)
    for question in made["questions"]:
        shopper, lines = shopper_of(question["shopper"]), lines_of(question)
        priced = price(book, question["at"], shopper, lines, question["shipping"])
        if not priced.obstacles:
            yield book.view(question["at"]), shopper, priced


def ordered(lines):
    """Each SKU once."""
    goods = {}
    for line, amount in lines:
        of_sku = goods.setdefault(line.sku, Goods(line.sku, 0, 0))
        of_sku.quantity += line.quantity
        of_sku.left += amount
    return [goods[sku] for sku in sorted(goods)]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_line_and_no_basket_is_above_what_it_costs_elsewhere(seed):
    pick = random.Random(f"instants {seed}")
    for view, shopper, priced in sold_questions(seed):
        for channel in view.rules.references():
            for instant in some_instants(view, channel, pick):
                caps = [list(caps_of(view, channel, line, shopper, instant)) for line in priced.lines]
                for amount, of_line in zip(priced.amounts, caps):
                    assert all(amount <= cap for cap, _ in of_line), f"seed {seed}"
                listed = [place for place, of_line in enumerate(caps) if of_line]
                shipping = max((min(each for _, each in caps[place]) for place in listed), default=0)
                ours = sum(priced.amounts[place] for place in listed) + priced.shipping
                promotions = sorted(view.promotions(channel.channel_id, shopper, instant), key=lambda each: (each.order, each.promotion_id))
                # The least listing of each line, and any others that a buyer may take.
                for pick_of in (min, pick.choice, pick.choice, max) if listed else []:
                    there = ordered([(priced.lines[place], pick_of([cap for cap, _ in caps[place]])) for place in listed])
                    for chosen in choices(promotions):
                        goods = there
                        for promotion in chosen:
                            goods = after(promotion, goods)
                        assert ours <= sum(good.left for good in goods) + shipping, f"seed {seed}"


def is_snapshot(arrival):
    """It withdraws what is known by then, so it stays where it is."""
    return arrival["request"].get("feed", {}).get("snapshot", False)


@pytest.mark.parametrize("seed", SEEDS)
def test_arrival_in_another_order_is_the_same(seed):
    made = case(seed, arrival_matters=False)
    other = dict(made)
    arrivals = list(made["arrivals"])
    pick = random.Random(f"orders {seed}")
    kinds = [arrival["rpc"] for arrival in arrivals]
    for rpc in ("RecordOffers", "RecordPriceFacts", "RecordChannelPromotions"):
        its = [place for place, kind in enumerate(kinds) if kind == rpc and not is_snapshot(arrivals[place])]
        for place, arrival in zip(its, pick.sample([arrivals[place] for place in its], len(its))):
            arrivals[place] = {**arrival, "at": made["arrivals"][place]["at"]}
    other["arrivals"] = arrivals
    one, two = world(made), world(other)
    for question in made["questions"]:
        asked = (question["at"], shopper_of(question["shopper"]), lines_of(question), question["shipping"])
        first, second = price(one, *asked), price(two, *asked)
        assert (first.amounts, first.obstacles, first.level) == (second.amounts, second.obstacles, second.level), f"seed {seed}"


@pytest.mark.parametrize("seed", SEEDS[:30])
def test_nobody_pays_more_at_a_higher_level(seed):
    made = case(seed)
    book = world(made)
    for question in made["questions"]:
        totals = []
        for shopper in [{}] + [{"is_member": True, "level": level} for level in range(4)]:
            asked = {**question["shopper"], "is_member": False, "level": 0, **shopper, "plan_ids": question["shopper"].get("plan_ids", [])}
            priced = price(book, question["at"], shopper_of(asked), lines_of(question), question["shipping"])
            totals.append(priced.total if priced.offered else None)
        known = list(itertools.dropwhile(lambda total: total is None, totals))
        assert None not in known and known == sorted(known, reverse=True), f"seed {seed}: {totals}"


@pytest.fixture(scope="module", name="seen")
def what_the_cases_meet():
    seen = collections.Counter()
    for seed in range(1, 101):
        made = json.loads(json.dumps(case(seed)))
        assert made == case(seed) and [each["at"] for each in made["arrivals"]] == sorted(each["at"] for each in made["arrivals"])
        book = Book(rules_of(made["program"]))
        for arrival in made["arrivals"]:
            seen.update(f"{arrival['rpc']} {outcome}" for outcome in arrive(book, made["arrivals"], arrival))
        for question in made["questions"]:
            seen.update(words_of(answer(book, question), question))
    return seen


def words_of(found, question):
    for obstacles in found.get("obstacles", {}).values():
        yield from obstacles
    if "lines" not in found:
        return
    yield "sold degraded" if found["degraded"] else "sold"
    if found["level_used"] < question["shopper"].get("level", -1):
        yield "at a lower tier"
    for channel in found["channels"]:
        yield channel["freshness"] + (" caps the basket" if channel["caps"] else " saves" if channel["saved"] else " compared")
    for line in found["lines"]:
        yield "line capped" if line.get("cap", line["offered_amount"]) < line["offered_amount"] else "line as offered"
    if "committed" in found:
        charged = sum(found["committed"])
        yield "committed for less" if charged < found["total"] else "committed for more" if charged > found["total"] else "committed"
    if "refused" in found:
        yield "not committed"


@pytest.mark.parametrize("what", """
    RecordOffers RECORDED, RecordPriceFacts RECORDED, RecordPriceFacts DUPLICATE, RecordPriceFacts HELD, RecordChannelPromotions RECORDED,
    WithdrawListing RECORDED, ConfirmPriceFact RECORDED, NO_OFFER, MEMBERS_ONLY, CHANNEL_NEVER_FED, CHANNEL_STALE, BELOW_MARGIN_FLOOR,
    SHIPPING_ABOVE_CAP, sold, sold degraded, FRESH caps the basket, FRESH saves, STALE caps the basket, line capped,
    line as offered, committed, committed for less, committed for more
    """.replace("\n", " ").split(","))
def test_the_cases_meet_what_matters(seen, what):
    assert seen[what.strip()] > 0
