"""Random worlds of prices on a real server: every answer is what the independent model in tests/model says, to the last unit.

The server's clock is not touched: a world is written so that its question comes up now, and the model is asked for the very instant at
which the server says it priced. Each question is asked before its instant, at whose edges prices change, and after it.

    FAIRPOINT_ORACLE_SEEDS=1000    worlds on SQLite; a fifth of them on MariaDB
    FAIRPOINT_ORACLE_SEED=7        the first seed; else another each time, and in CI always the same, so that a change is judged and not its luck
    FAIRPOINT_ORACLE_STALE=1       feeds are stale for as long as a case has them; else for ten minutes at most, since what was replaced at
                                   once is kept for fifteen
"""

import os
import pathlib
import random
import sys
import time

import pytest

from client import Refused, message, new_id
from harness import wait_until
from prices import channels_text
from programme import Programme, micros_of, now_micros, timestamp

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "model"))
import price_caps  # noqa: E402
import price_model  # noqa: E402
from price_book import Refused as ModelRefused  # noqa: E402
from price_cases import SECOND, case  # noqa: E402
from price_json import answer, lines_of, shopper_of, world  # noqa: E402
from price_rules import Line  # noqa: E402

SEEDS = int(os.environ.get("FAIRPOINT_ORACLE_SEEDS", "25"))
FIRST = int(os.environ.get("FAIRPOINT_ORACLE_SEED") or (1001 if os.environ.get("FAIRPOINT_CI") else time.time_ns() // 1_000_000))
STALE = bool(os.environ.get("FAIRPOINT_ORACLE_STALE"))
LEAD = 150_000  # microseconds: for writing a world
STORES = {"store1": "S001", "store2": "S002"}
TIMES = ("valid_from", "valid_until", "complete_as_of", "withdrawn_from")
PRICES = "clock_tolerance { seconds: 60 } quote_for { seconds: 600 } suspicious_fall_percent: 50 hold_suspicious { seconds: 600 }"


def references_of(program):
    """As channels_text takes them."""
    return {channel["channel_id"]: f"""fresh_for {{ seconds: {channel['fresh_for']['seconds']} }} when_stale: {channel['when_stale']}
        member_prices: {str(channel['member_prices']).lower()} ignores_platform_subsidy: {str(channel['ignores_platform_subsidy']).lower()}"""
            for channel in program["channels"] if channel["role"] == "REFERENCE"}


class World:
    """A case's world on the server, as if its offset 0 had been at `base`."""

    def __init__(self, client, made, base):
        self.client, self.made, self.base = client, made, base
        programme = Programme(client, channels=channels_text(references_of(made["program"])).replace('"mini"', '"app"'), prices=PRICES)
        self.id = programme.id

    def translated(self, value):
        """Offsets as timestamps, stores by our names."""
        if isinstance(value, list):
            return [self.translated(each) for each in value]
        if not isinstance(value, dict):
            return value
        found = {key: self.translated(each) for key, each in value.items()}
        found.update({key: timestamp(self.base + value[key]) for key in TIMES if key in value})
        if value.get("store_id") in STORES:
            found["store_id"] = STORES[value["store_id"]]
        return found

    def call(self, rpc, **request):
        return getattr(self.client, rpc)(program_id=self.id, **self.translated(request))

    def write(self, arrivals):
        """In as few requests as may be: in one of facts no series comes twice, since its windows might cross."""
        offers, promotions, rounds, feeds, later = [], [], [], [], []
        counts = {}
        for arrival in arrivals:
            request = arrival["request"]
            if arrival["rpc"] == "RecordOffers":
                offers += [{**offer, "window": {"valid_from": 0, **offer.get("window", {})}} for offer in request["offers"]]
            elif arrival["rpc"] == "RecordChannelPromotions":
                promotions += request["promotions"]
            elif arrival["rpc"] == "WithdrawListing" or request.get("feed", {}).get("snapshot"):
                later.append(arrival)
            elif "feed" in request:
                feeds.append(request)
            else:
                (fact,) = request["facts"]
                name = fact["channel_id"], fact["listing_id"], fact["sku"]
                counts[name] = counts.get(name, -1) + 1
                rounds += [[]] if counts[name] == len(rounds) else []
                rounds[counts[name]].append(fact)
        items = list(self.call("RecordOffers", offers=offers).items) if offers else []
        for facts in rounds:
            items += self.call("RecordPriceFacts", facts=facts).items
        items += self.call("RecordChannelPromotions", promotions=promotions).items if promotions else []
        for arrival in later:
            items += self.write_later(arrival)
        for request in feeds:  # which may be complete as of later than the snapshot
            assert not self.call("RecordPriceFacts", **request).HasField("feed_error")
        assert [item for item in items if message("RecordedItem").State.Name(item.state) not in ("RECORDED", "DUPLICATE")] == []

    def write_later(self, arrival):
        if arrival["rpc"] == "WithdrawListing":
            return self.call("WithdrawListing", **{"withdrawn_from": arrival["at"], **arrival["request"]}).items
        parts = [{"facts": [fact]} for fact in arrival["request"]["facts"]] + [{"feed": arrival["request"]["feed"]}]
        request = message("RecordPriceFactsRequest")
        answers = self.client.stream("ImportPriceFacts", [request(program_id=self.id, **self.translated(part)) for part in parts])
        assert not answers[-1].HasField("feed_error"), answers[-1]
        return [item for each in answers for item in each.items]

    def at(self, time):
        return micros_of(time) - self.base

    # ---- asked

    def check_page(self, book, question):
        skus = [line["sku"] for line in question["lines"]]
        found = self.call("GetPrices", shopper=question["shopper"], skus=skus)
        at, shopper = self.at(found.priced_time), shopper_of(question["shopper"])
        for sku, tag in zip(skus, found.prices):
            priced = price_model.price(book, at, shopper, [Line(sku, 1)])
            if priced.obstacles:
                assert obstacle(tag.obstacle) in priced.obstacles[0], (tag, priced.obstacles)
            else:
                assert (obstacle(tag.obstacle), tag.amount, tag.degraded) == ("OBSTACLE_UNSPECIFIED", priced.total, priced.degraded), tag

    def check_quote(self, book, question):
        """The quote, or None where the basket is not sold."""
        asked = {key: question[key] for key in ("shopper", "lines", "shipping")}
        try:
            quote = self.call("QuoteBasket", **asked)
        except Refused as told:
            assert told.reason == "BASKET_NOT_SALEABLE", told
            expected = answer(book, {**asked, "at": now_micros() - self.base})
            assert "obstacles" in expected, (told, expected)
            if list(told.fields) == ["shipping"]:  # of no line
                assert all("SHIPPING_ABOVE_CAP" in names for names in expected["obstacles"].values()), (told, expected)
                return None
            skus = [line["sku"] for line in question["lines"]]
            found = {skus[int(field[6:].split("]")[0])]: text.split(":")[0] for field, text in told.fields.items()}
            # Where one line has no offer at all, the floors of the others are told of too.
            assert set(expected["obstacles"]) <= set(found), (told, expected)
            assert all(name in expected["obstacles"].get(sku, ["BELOW_MARGIN_FLOOR"]) for sku, name in found.items()), (told, expected)
            return None
        at = self.at(quote.priced_time)
        expected = answer(book, {**asked, "at": at})
        assert "obstacles" not in expected, (expected, quote)
        assert [told_of(line) for line in quote.lines] == expected["lines"]
        assert (quote.total, quote.list_total, quote.degraded) == (expected["total"], expected["list_total"], expected["degraded"])
        self.check_channels(book, quote, question, at, expected)
        evidence = self.client.GetPriceEvidence(program_id=self.id, evidence_id=quote.quote_id)
        assert (evidence.total, evidence.level_used, evidence.degraded) == (quote.total, expected["level_used"], quote.degraded)
        assert [line.line for line in evidence.lines] == list(quote.lines)
        return quote

    def check_channels(self, book, quote, question, at, expected):
        """Where a channel lists now these and now those of the lines, the comparison may be with any such order."""
        view, shopper, lines = book.view(at), shopper_of(question["shopper"]), lines_of(question)
        amounts, shipping = [line.amount for line in quote.lines], question["shipping"]
        found = {each.channel_id: each for each in quote.channels}
        assert {name: freshness(each) for name, each in found.items() if each.goods or each.HasField("at")} == {
            each["channel_id"]: each["freshness"] for each in expected["channels"]}
        for wanted in expected["channels"]:
            each = found[wanted["channel_id"]]
            channel = next(one for one in view.rules.references() if one.channel_id == each.channel_id)
            orders = price_caps.orders_there(view, channel, lines, shopper)
            is_fresh = wanted["freshness"] == "FRESH"
            may = [(one.goods, one.shipping, one.ours(amounts, shipping), max(0, -one.excess(amounts, shipping)) if is_fresh else 0) for one in orders]
            assert (each.goods, each.shipping, each.ours, each.saved) in may, (each, may)
            assert wanted["caps"] == each.caps, (each, wanted)

    def check_commit(self, before, after, question, quote):
        quoted = price_model.quote(before, self.at(quote.priced_time), shopper_of(question["shopper"]), lines_of(question), question["shipping"])
        request = {"request_id": new_id(), "quote_id": quote.quote_id, "order_id": "O1"}
        try:
            order = self.call("CommitBasket", **request)
        except Refused as told:
            with pytest.raises(ModelRefused) as refused:
                price_model.commit(after, now_micros() - self.base, quoted)
            assert refused.value.args[0] == told.reason
            return
        assert [line.amount for line in order.lines] == price_model.commit(after, self.at(order.record_time), quoted), order


def obstacle(number):
    return message("PriceTag").DESCRIPTOR.fields_by_name["obstacle"].enum_type.values_by_number[number].name


def freshness(each):
    return message("ChannelComparison").Freshness.Name(each.freshness)


def told_of(line):
    """As the model has a line."""
    found = {"sku": line.sku, "quantity": line.quantity, "amount": line.amount, "offered_amount": line.offered_amount,
             "list_amount": line.list_amount}
    return {**found, "cap": line.cap, "cap_channel_id": line.cap_channel_id} if line.HasField("cap") else found


def is_held_back(made, arrival):
    """What may come after a quote: promotions, and facts that nothing else names."""
    if arrival["rpc"] == "RecordChannelPromotions":
        return True
    named = any(each["rpc"] == "WithdrawListing" or each["request"].get("feed", {}).get("snapshot") for each in made["arrivals"])
    return not named and any(fact["listing_id"] == "y" for fact in arrival["request"].get("facts", []))


def with_late_feeds(made, question):
    """The same, with all channels that have anything complete up to ten minutes before the question."""
    pick = random.Random(question["at"])
    fed = sorted({fact["channel_id"] for arrival in made["arrivals"] for fact in arrival["request"].get("facts", [])}
                 | {each["channel_id"] for arrival in made["arrivals"] for each in arrival["request"].get("promotions", [])}
                 | {arrival["request"]["feed"]["channel_id"] for arrival in made["arrivals"] if "feed" in arrival["request"]})
    said = [question["at"] - pick.choice((0, SECOND, 20 * SECOND, pick.randint(0, 600 * SECOND))) for _ in fed]
    feeds = [{"rpc": "RecordPriceFacts", "at": 0, "request": {"feed": {"channel_id": channel_id, "complete_as_of": at}}}
             for channel_id, at in zip(fed, said)]
    return {**made, "arrivals": made["arrivals"] + feeds}


def play(client, seed):
    whole = case(seed, arrival_matters=False)
    for question in whole["questions"]:
        made = whole if STALE else with_late_feeds(whole, question)
        there = World(client, made, now_micros() + LEAD - question["at"])
        commits_later = question.get("commit_at", question["at"]) > question["at"]
        held_back = [arrival for arrival in made["arrivals"] if commits_later and is_held_back(made, arrival)]
        first = [arrival for arrival in made["arrivals"] if arrival not in held_back]
        there.write(first)
        before, book = world({**made, "arrivals": first}), world(made)
        there.check_page(before, question)
        there.check_quote(before, question)
        wait_until(lambda: now_micros() > there.base + question["at"], "the question's instant")
        there.check_page(before, question)
        quote = there.check_quote(before, question)
        there.write(held_back)
        if quote and "commit_at" in question:
            there.check_commit(before, book, question, quote)
        there.check_quote(book, question)


def test_every_answer_is_the_models(server, admin):
    count = SEEDS if server.store.kind == "sqlite" else max(1, SEEDS // 5)
    print(f"seeds {FIRST} to {FIRST + count - 1}")
    for seed in range(FIRST, FIRST + count):
        try:
            play(admin, seed)
        except Exception:
            print(f"FAIRPOINT_ORACLE_SEED={seed} FAIRPOINT_ORACLE_SEEDS=1 shows it again; tests/model/price_cases.py {seed} prints the world")
            raise
