"""A shop in few words, for the tests of price_model.py: the channels tmall, amazon and store, the brand's own `mini`."""

import dataclasses
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import price_model  # noqa: E402
from price_book import Book  # noqa: E402
from price_rules import DAY, SECOND, Channel, Fact, Line, Offer, Promotion, Rules, Shopper  # noqa: E402

NOW = 1_000 * DAY
TOLERANCE = 60 * SECOND
CHANNELS = (Channel("mini", "PRIVATE"), Channel("amazon"), Channel("store", member_prices=True), Channel("tmall"))
STRANGER = Shopper("mini")


def member(level=0, **more):
    return Shopper("mini", is_member=True, level=level, **more)


def with_channel(channels, channel_id, **changed):
    return tuple(dataclasses.replace(each, **changed) if each.channel_id == channel_id else each for each in channels)


class Shop:
    """All reference channels are fed as of a minute before NOW, and list nothing."""

    def __init__(self, channels=CHANNELS, fed=True, **rules):
        self.book = Book(Rules(channels, {"store1": "east", "store2": "west"}, **rules))
        self.seq = 0
        if fed:
            for channel in self.book.rules.references():
                self.fed(channel.channel_id, NOW - 60 * SECOND)

    def fed(self, channel_id, complete_as_of, at=NOW - DAY, **snapshot):
        return self.book.feed(at, channel_id, complete_as_of, **snapshot)

    def fact(self, channel_id, sku, amount, at=NOW - DAY, seq=None, listing="x", confirmed=True, **more):
        self.seq += 1
        fact = Fact(channel_id=channel_id, listing_id=listing, sku=sku, source_seq=seq or self.seq, amount=amount,
                    confirmed=confirmed, **more)
        self.outcome = self.book.record_fact(at, fact)
        return fact

    def offer(self, sku, amount=None, offer_id=None, at=NOW - 2 * DAY, **more):
        self.seq += 1
        more.setdefault("channel_id", "mini")
        offer = Offer(sku=sku, amount=amount, offer_id=offer_id or f"o{self.seq}", revision=more.pop("revision", 1), **more)
        return self.book.record_offer(at, offer)

    def promotion(self, channel_id, terms, promotion_id=None, at=NOW - DAY, **more):
        self.seq += 1
        promotion = Promotion(channel_id=channel_id, promotion_id=promotion_id or f"p{self.seq}", source_seq=more.pop("seq", 1),
                              terms=terms, **more)
        return self.book.record_promotion(at, promotion)

    def price(self, basket, shopper=STRANGER, now=NOW, shipping=0, **more):
        return price_model.price(self.book, now, shopper, lines(basket), shipping, **more)

    def amounts(self, basket, shopper=STRANGER, now=NOW, shipping=0, **more):
        priced = self.price(basket, shopper, now, shipping, **more)
        assert not priced.obstacles
        return priced.amounts

    def one(self, shopper=STRANGER, now=NOW, sku="A", **more):
        """The price of one unit, or why there is none."""
        priced = self.price({sku: 1}, shopper, now, **more)
        return priced.obstacles[0] if priced.obstacles else priced.total

    def quote(self, basket, shopper=STRANGER, now=NOW, shipping=0, **more):
        return price_model.quote(self.book, now, shopper, lines(basket), shipping, **more)

    def commit(self, quoted, now, **more):
        return price_model.commit(self.book, now, quoted, **more)


def lines(basket):
    return [Line(sku, quantity) for sku, quantity in basket.items()]
