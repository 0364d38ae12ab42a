#!/usr/bin/python3
"""Small random worlds of prices: `case(seed)` is what arrives when, and what is then asked, as messages whose keys are the protocol's
fields. Every instant is an offset in microseconds from a base time, so that a test with a clock of its own can play it. price_json.py has
the model's answers. Offers arrive before facts, so that none is above a cap when it is written; all else arrives in any order.

    price_cases.py SEED    prints a case with its answers
"""

import json
import random
import sys

HOUR = 3_600_000_000
SECOND = 1_000_000
TOLERANCE = 60 * SECOND
HOLD = 600 * SECOND
QUOTE_FOR = 600 * SECOND
PRIVATE, REFERENCES = "app", ("amazon", "store", "tmall")
CURRENCY = "CNY"


def maybe(pick, chance, value):
    return value() if pick.random() < chance else {}


def is_of(arrival, withdrawal):
    """Whether what the fact names is withdrawn: its number cannot be sent again."""
    fact = arrival["request"]["facts"][0]
    return withdrawal is not None and all(fact[key] == withdrawal[key] for key in ("channel_id", "listing_id", "sku"))


class Maker:
    def __init__(self, seed, arrival_matters):
        self.pick = random.Random(f"prices {seed}")
        self.arrival_matters = arrival_matters
        self.skus = [f"sku{number}" for number in range(1, self.pick.randint(1, 4) + 1)]
        self.worth = {sku: self.pick.randint(300, 20_000) for sku in self.skus}
        self.references = sorted(self.pick.sample(REFERENCES, self.pick.randint(1, 3)))
        self.seqs = {}
        self.arrivals = []
        self.asked = sorted(self.pick.choice((2 * HOUR, 2 * HOUR + self.pick.randint(0, HOUR), self.pick.randint(2 * HOUR, 40 * HOUR)))
                            for _ in range(self.pick.randint(2, 5)))

    # ---- parts

    def instant(self):
        """Often near the edge of what a question looks at."""
        asked = self.pick.choice(self.asked)
        edge = self.pick.choice((-TOLERANCE, 0, TOLERANCE)) + self.pick.choice((-1, 0, 1))
        return max(0, self.pick.choice((asked + edge, asked + edge, self.pick.randint(0, 48 * HOUR))))

    def window(self):
        since, until = sorted((self.instant(), self.instant()))
        if since == until:
            until += 1
        kind = self.pick.choice(("from", "from", "both", "both", "both", "until"))
        window = {"valid_from": 0 if kind == "until" or (kind == "from" and self.pick.random() < 0.5) else since}
        if kind != "from":
            window["valid_until"] = until
        elif self.arrival_matters and self.pick.random() < 0.3:
            return {}
        return {"window": window}

    def scope(self):
        return {"scope": self.pick.choice(({"region": "east"}, {"region": "west"}, {"store_id": "store1"}))}

    def audience(self):
        return self.pick.choice(({"plan_id": "88vip"}, {"newcomers": True}))

    def seq(self, *name):
        self.seqs[name] = self.seqs.get(name, 0) + self.pick.randint(1, 3)
        return self.seqs[name]

    def arrives(self, rpc, request, **more):
        return {"rpc": rpc, "request": request, **more}

    # ---- what is written

    def program(self):
        channels = [{"channel_id": PRIVATE, "role": "PRIVATE"}]
        for channel_id in self.references:
            channels.append({
                "channel_id": channel_id, "role": "REFERENCE", "member_prices": channel_id == "store",
                "fresh_for": {"seconds": self.pick.choice((30, 3_600, 86_400, 86_400, 30 * 86_400))},
                "when_stale": self.pick.choice(("DEGRADED",) * 5 + ("NOT_SALEABLE",)),
                "ignores_platform_subsidy": self.pick.random() < 0.2})
        return {"program_id": "club", "currency": CURRENCY, "time_zone": "Asia/Shanghai", "channels": channels,
                "stores": [{"store_id": "store1", "region": "east", "legal_entity": "East"},
                           {"store_id": "store2", "region": "west", "legal_entity": "West"}],
                "prices": {"clock_tolerance": {"seconds": 60}, "quote_for": {"seconds": 600}, "suspicious_fall_percent": 50,
                           "hold_suspicious": {"seconds": 600}, "protection": {"days": 7}}}

    def offers(self, channel_id):
        """A list price for each SKU, then some others; of some a later revision."""
        list_for = {"level_min": 0} if channel_id != PRIVATE else {}
        found = []
        for sku in self.skus:
            if self.pick.random() < 0.95:
                found.append({"sku": sku, "offer_id": "list", "kind": "LIST",
                              "amount": self.pick.randint(self.worth[sku], 2 * self.worth[sku]), **list_for, **maybe(self.pick, 0.2, lambda: {"per_units": self.pick.randint(2, 5)}),
                              **maybe(self.pick, 0.1, lambda: {"floor_amount": self.worth[sku] // 2})})
            for number in range(self.pick.randint(0, 3)):
                found.append({"sku": sku, "offer_id": f"o{number}", **self.other_offer(sku, list_for)})
        if self.pick.random() < 0.3:
            found.append({"sku": "", "offer_id": "all", "kind": "MEMBER",
                          "level_min": self.pick.randint(0, 3), "off_bp": self.pick.randint(1, 4_000)})
        for offer in found + self.pick.sample(found, len(found) // 4):
            revision = self.seq("offer", channel_id, offer["sku"], offer["offer_id"])
            window = {} if offer["offer_id"] == "list" and revision <= 3 else self.window()
            offer = {"channel_id": channel_id, **offer, "revision": revision, "currency": CURRENCY, **window}
            if revision > 3 and self.pick.random() < 0.2:
                offer = {key: offer[key] for key in ("channel_id", "sku", "offer_id", "revision")} | {"withdrawn": True}
            if offer.get("kind") == "FLASH":
                offer["window"] = {"valid_from": 0, "valid_until": self.instant() + 1}
            yield self.arrives("RecordOffers", {"offers": [offer]})

    def other_offer(self, sku, list_for):
        kind = self.pick.choice(("MEMBER", "MEMBER", "FLASH", "LIVE", "INTRODUCTORY"))
        offer = {"kind": kind, **self.pick.choice(({"amount": self.pick.randint(self.worth[sku] // 2, 2 * self.worth[sku])},
                                                   {"off_bp": self.pick.randint(1, 6_000)}))}
        if kind == "MEMBER":
            offer.update(self.pick.choice(({"level_min": self.pick.randint(0, 3)}, {"plan_id": "gold"})))
        elif kind == "INTRODUCTORY":
            offer.update(newcomers=True, exclusion_reason="INTRODUCTORY_CLASS")
        else:
            offer.update(list_for, **({"session_id": "live1"} if kind == "LIVE" else {}))
        return {**offer, **maybe(self.pick, 0.2, self.scope), **maybe(self.pick, 0.1, lambda: {"scene": "group"})}

    def fact(self, channel_id, listing_id, sku, **more):
        pack = self.pick.choice((1, 1, 1, 2, 3))
        amount = max(10, self.worth[sku] * pack * self.pick.randint(60, 140) // 100)
        return {"channel_id": channel_id, "listing_id": listing_id, "sku": sku, "source_seq": self.seq(channel_id, listing_id, sku),
                "pack": pack, "currency": CURRENCY, "amount": amount, "confirmed": True,
                "shipping": self.pick.choice((0, 0, 100, 600)),
                **maybe(self.pick, 0.2, lambda: {"tax_ppm": self.pick.randint(1, 200_000)}),
                **maybe(self.pick, 0.2, lambda: {"platform_subsidy": self.pick.randint(1, amount // 3)}),
                **maybe(self.pick, 0.1, lambda: {"government_subsidy": self.pick.randint(1, amount // 3)}),
                **maybe(self.pick, 0.1, lambda: {"condition": self.pick.choice(("NEAR_EXPIRY", "OUTLET", "NEW"))}),
                **maybe(self.pick, 0.1, lambda: {"third_party": True}),
                **maybe(self.pick, 0.15, self.scope), **maybe(self.pick, 0.15, self.audience), **self.window(), **more}

    def facts(self, channel_id):
        return [self.arrives("RecordPriceFacts", {"facts": [self.fact(channel_id, listing_id, sku)]})
                for sku in self.skus for listing_id in ("x", "y")[:self.pick.randint(0, 2)] for _ in range(self.pick.randint(1, 4))]

    def promotions(self, channel_id):
        found = []
        for number in range(self.pick.randint(0, 4)):
            for _ in range(self.pick.choice((1, 1, 2))):
                message = {"channel_id": channel_id, "promotion_id": f"p{number}", "source_seq": self.seq("promotion", channel_id, number),
                           "currency": CURRENCY, "order": self.pick.randint(0, 2), **self.terms(), **self.window(),
                           **maybe(self.pick, 0.3, lambda: {"exclusive_group": "g"}),
                           **maybe(self.pick, 0.3, lambda: {"times_max": self.pick.randint(1, 3)}),
                           **maybe(self.pick, 0.1, self.scope), **maybe(self.pick, 0.1, self.audience)}
                found.append(self.arrives("RecordChannelPromotions", {"promotions": [message]}))
        return found

    def terms(self):
        kind = self.pick.choice(("threshold", "threshold", "percent", "nth_item", "identical_gift", "bundle"))
        scope = maybe(self.pick, 0.3, lambda: {"skus": self.pick.sample(self.skus, self.pick.randint(1, len(self.skus)))})
        if kind == "threshold":
            repeats = self.pick.random() < 0.4
            thresholds = sorted(self.pick.sample(range(500, 60_000), 1 if repeats else self.pick.randint(1, 3)))
            steps, before = [], 0
            for each in thresholds:
                before = self.pick.randint(before + 1, max(before + 1, each // 3))
                steps.append({"threshold": each, "reduction": before})
            return {"threshold": {"steps": steps, "repeats": repeats}, **scope}
        if kind == "percent":
            return {"percent": {"off_bp": self.pick.randint(1, 4_000), "reduction_max": self.pick.choice((0, 0, 500))}, **scope}
        if kind == "nth_item":
            terms = {"nth": self.pick.randint(2, 3), "off_bp": self.pick.randint(1, 10_000), "mixed": self.pick.random() < 0.5}
            return {"nth_item": terms, **scope}
        if kind == "identical_gift":
            return {"identical_gift": {"buy": self.pick.randint(1, 3), "get": 1}, **scope}
        parts = [{"sku": sku, "quantity": self.pick.randint(1, 2)}
                 for sku in self.pick.sample(self.skus, self.pick.randint(1, len(self.skus)))]
        worth = sum(self.worth[part["sku"]] * part["quantity"] for part in parts)
        return {"bundle": {"parts": parts, "amount": worth * self.pick.randint(60, 100) // 100}}

    def feeds(self, channel_id, now):
        """How far it is complete, once or twice; sometimes never said."""
        for _ in range(self.pick.choice((0, 1, 1, 1, 1, 1, 2))):
            feed = {"channel_id": channel_id, "complete_as_of": self.pick.randint(now - HOUR // 2, now)}
            yield self.arrives("RecordPriceFacts", {"feed": feed})

    def held(self):
        """A price that falls too far in a series of its own, perhaps confirmed later."""
        channel_id, sku = self.pick.choice(self.references), self.pick.choice(self.skus)
        plain = {"window": {"valid_from": 0}, "pack": 1, "amount": self.worth[sku]}
        first = {**self.fact(channel_id, "held", sku), **plain}
        far = {**self.fact(channel_id, "held", sku), **plain, "amount": max(1, self.worth[sku] // 4), "confirmed": False,
               "window": {"valid_from": self.pick.choice((0, self.instant()))}}
        for message in (first, far):
            for key in ("platform_subsidy", "government_subsidy", "tax_ppm", "condition", "third_party", "scope", "plan_id", "newcomers"):
                message.pop(key, None)
        return [self.arrives("RecordPriceFacts", {"facts": [message]}) for message in (first, far)]

    def withdrawal(self, facts):
        message = self.pick.choice(facts)["request"]["facts"][0]
        since = self.pick.choice(({}, {"withdrawn_from": self.instant()}))
        name = {key: message[key] for key in ("channel_id", "listing_id", "sku")}
        return self.arrives("WithdrawListing", {**name, "source_seq": self.seq(*name.values()), **since})

    def snapshot(self, facts, now):
        """Names some listings by sending their facts again."""
        channel_id = self.pick.choice(self.references)
        its = [arrival["request"]["facts"][0] for arrival in facts if arrival["request"]["facts"][0]["channel_id"] == channel_id]
        named = self.pick.sample(its, self.pick.randint(len(its) // 2, len(its)))
        feed = {"channel_id": channel_id, "complete_as_of": now, "snapshot": True, "source_seq": 1_000, "may_be_empty": True}
        return self.arrives("RecordPriceFacts", {"facts": named, "feed": feed})

    # ---- what is asked

    def shopper(self):
        channel_id = "store" if "store" in self.references and self.pick.random() < 0.15 else PRIVATE
        shopper = {"channel_id": channel_id, "is_member": channel_id == "store" or self.pick.random() < 0.7}
        if shopper["is_member"]:
            shopper["level"] = self.pick.randint(0, 3)
            shopper["plan_ids"] = self.pick.sample(("gold", "88vip"), self.pick.randint(0, 2))
        return {**shopper, **maybe(self.pick, 0.2, lambda: {"newcomer": True}), **maybe(self.pick, 0.3, lambda: {"session_id": "live1"}),
                **maybe(self.pick, 0.3, lambda: {"scene": "group"}),
                **self.pick.choice(({}, {"store_id": "store1"}, {"store_id": "store2"}, {"region": "east"}))}

    def question(self, at):
        skus = self.pick.sample(self.skus, self.pick.randint(1, len(self.skus)))
        if self.pick.random() < 0.15:  # one of them on two lines
            skus.insert(self.pick.randint(0, len(skus)), self.pick.choice(skus))
        question = {"at": at, "shopper": self.shopper(), "shipping": self.pick.choice((0, 0, 100, 600)),
                    "lines": [{"sku": sku, "quantity": self.pick.choice((1, 1, 2, 3, 4, 7, 12))} for sku in skus]}
        later = self.pick.choice((0, SECOND, QUOTE_FOR - 1, QUOTE_FOR, HOUR))
        return {**question, **maybe(self.pick, 0.5, lambda: {"commit_at": at + later})}

    def make(self):
        begin = HOUR  # what arrives does so within an hour; the first question comes an hour after it began
        program = self.program()
        channels = [PRIVATE] + (["store"] if "store" in self.references else [])
        offers = [arrival for channel_id in channels for arrival in self.offers(channel_id)]
        self.pick.shuffle(offers)
        facts = [arrival for channel_id in self.references for arrival in self.facts(channel_id)]
        others = [arrival for channel_id in self.references for arrival in (*self.promotions(channel_id), *self.feeds(channel_id, begin))]
        shuffled = facts + others
        self.pick.shuffle(shuffled)
        arrivals = offers + shuffled
        withdrawn = None
        if facts and self.pick.random() < 0.3:
            arrivals.append(self.withdrawal(facts))
            withdrawn = arrivals[-1]["request"]
        held = self.held() if self.arrival_matters and self.pick.random() < 0.4 else []
        if facts and self.pick.random() < 0.15:
            arrivals.append(self.snapshot([each for each in facts if not is_of(each, withdrawn)], begin))
        arrivals += held
        for number, arrival in enumerate(arrivals):
            arrival["at"] = begin + number * SECOND
        if held and self.pick.random() < 0.7:
            far = arrivals[-1]["at"]
            self.asked += [far + HOLD - 1, far + HOLD]
            if self.pick.random() < 0.5:
                confirmed = {"sku": held[1]["request"]["facts"][0]["sku"]}
                arrivals.append(self.arrives("ConfirmPriceFact", confirmed, at=far + HOLD // 2, of=len(arrivals) - 1))
                self.asked.append(far + HOLD // 2)
        return {"program": program, "arrivals": arrivals, "questions": [self.question(at) for at in sorted(self.asked)]}


def case(seed, arrival_matters=True):
    """Without arrival_matters nothing depends on when and in which order rows arrived: no holds, all windows with their begin."""
    return {"seed": seed, **Maker(seed, arrival_matters).make()}


if __name__ == "__main__":
    from price_json import answer, world
    made = case(int(sys.argv[1]))
    book = world(made)
    json.dump({**made, "answers": [answer(book, question) for question in made["questions"]]}, sys.stdout, indent=1)
