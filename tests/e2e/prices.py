"""A shop with prices as tests want it: channels, facts, offers, baskets; short. Amounts are fen."""

import copy

from client import message, new_id, refusal_in
from programme import Programme, micros_of, now_micros, timestamp

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
STRANGER = {"channel_id": "mini"}
TOLERANT = "clock_tolerance { seconds: 1 }"  # of channels or prices
REFERENCES = {"amazon": "", "store": "member_prices: true", "tmall": ""}
PRIVATE = 'channels { channel_id: "mini" display_name: "Mini-program" role: PRIVATE }'


def channels_text(references=None):
    """references: {channel id: what else its declaration says}."""
    found = REFERENCES if references is None else references
    return "\n".join([PRIVATE] + [f'channels {{ channel_id: "{name}" role: REFERENCE {more} }}' for name, more in found.items()])


def member(level=0, **more):
    return {"channel_id": "mini", "is_member": True, "level": level, **more}


def window(begin=None, end=None):
    """[begin, end), microseconds."""
    return {**({"valid_from": timestamp(begin)} if begin is not None else {}), **({"valid_until": timestamp(end)} if end is not None else {})}


def lines_of(basket):
    """{SKU: quantity}, or lines."""
    return [{"sku": sku, "quantity": quantity} for sku, quantity in basket.items()] if isinstance(basket, dict) else basket


def state_of(item):
    return message("RecordedItem").State.Name(item.state)


def obstacle_name(number):
    return message("PriceTag").DESCRIPTOR.fields_by_name["obstacle"].enum_type.values_by_number[number].name


def freshness_of(comparison):
    return message("ChannelComparison").Freshness.Name(comparison.freshness)


def why(item):
    """The Refused of an item that is refused."""
    assert state_of(item) == "REFUSED", item
    return refusal_in(item.error)


def settled(items):
    """The only item; it must not be refused."""
    (item,) = items
    assert state_of(item) != "REFUSED", item
    return item


class Shop(Programme):
    """A programme with reference channels, all of which are fed and list nothing; sequence numbers go up by themselves."""

    def __init__(self, client, references=None, fed=True, **rules):
        self.references = REFERENCES if references is None else references
        super().__init__(client, channels=channels_text(references), **rules)
        self.seq = 0
        self.currency = rules.get("currency", "CNY")
        for channel_id in self.references if fed else ():
            self.feed(channel_id)

    def at(self, client):
        """The same shop, asked through another client; what it writes has numbers of its own."""
        other = copy.copy(self)
        other.client = client
        return other

    def next_seq(self):
        self.seq += 1
        return self.seq

    # ---- what others offer

    def feed(self, channel_id, complete_as_of=None, **more):
        at = now_micros() if complete_as_of is None else complete_as_of
        answer = self.record(feed={"channel_id": channel_id, "complete_as_of": timestamp(at), **more})
        assert not answer.HasField("feed_error"), answer
        return answer

    def fact_of(self, channel_id, sku, amount, **more):
        """A fact to send: since an hour, confirmed, with the next number, unless said otherwise."""
        more.setdefault("source_seq", self.next_seq())
        more.setdefault("window", window(now_micros() - HOUR))
        return {"channel_id": channel_id, "listing_id": "x", "sku": sku, "amount": amount, "currency": self.currency, "confirmed": True, **more}

    def record(self, *facts, **more):
        return self.client.RecordPriceFacts(program_id=self.id, facts=facts, **more)

    def fact(self, channel_id, sku, amount, **more):
        return settled(self.record(self.fact_of(channel_id, sku, amount, **more)).items)

    def refused_fact(self, channel_id, sku, amount, **more):
        """Why it is refused."""
        (item,) = self.record(self.fact_of(channel_id, sku, amount, **more)).items
        return why(item)

    def withdraw(self, channel_id, listing_id="x", **more):
        more.setdefault("source_seq", self.next_seq())
        return self.client.WithdrawListing(program_id=self.id, channel_id=channel_id, listing_id=listing_id, **more).items

    def promotion_of(self, channel_id, **more):
        more.setdefault("source_seq", self.next_seq())
        more.setdefault("promotion_id", f"p{more['source_seq']}")
        return {"channel_id": channel_id, "currency": self.currency, **more}

    def promotion(self, channel_id, **more):
        return settled(self.client.RecordChannelPromotions(program_id=self.id, promotions=[self.promotion_of(channel_id, **more)]).items)

    def refused_promotion(self, channel_id, **more):
        (item,) = self.client.RecordChannelPromotions(program_id=self.id, promotions=[self.promotion_of(channel_id, **more)]).items
        return why(item)

    # ---- what we offer

    def offer_of(self, sku, amount=None, **more):
        more.setdefault("revision", self.next_seq())
        more.setdefault("offer_id", f"o{more['revision']}")
        return {"channel_id": "mini", "sku": sku, "kind": "LIST", "currency": self.currency, **({"amount": amount} if amount else {}), **more}

    def offers(self, *offers, **more):
        return self.client.RecordOffers(program_id=self.id, offers=offers, **more).items

    def offer(self, sku, amount=None, **more):
        return settled(self.offers(self.offer_of(sku, amount, **more)))

    def refused_offer(self, sku, amount=None, **more):
        (item,) = self.offers(self.offer_of(sku, amount, **more))
        return why(item)

    def flash(self, sku, amount, end, **more):
        return self.offer(sku, amount, kind="FLASH", window=window(end=end), **more)

    # ---- what is asked

    def prices(self, skus, shopper=STRANGER, **more):
        return self.client.GetPrices(program_id=self.id, shopper=shopper, skus=skus, **more)

    def tag(self, sku, shopper=STRANGER, **more):
        return self.prices([sku], shopper, **more).prices[0]

    def price(self, sku, shopper=STRANGER):
        """The price of one, or the name of the obstacle."""
        tag = self.tag(sku, shopper)
        return obstacle_name(tag.obstacle) if tag.obstacle else tag.amount

    def quote(self, basket, shopper=STRANGER, **more):
        return self.client.QuoteBasket(program_id=self.id, shopper=shopper, lines=lines_of(basket), **more)

    def commit(self, quote, order_id=None, **more):
        return self.client.CommitBasket(**{"program_id": self.id, "request_id": new_id(), "quote_id": quote.quote_id,
                                           "order_id": order_id or f"O{new_id()}", **more})

    def bought(self, basket, shopper=STRANGER, order_id=None, **more):
        return self.commit(self.quote(basket, shopper, **more), order_id)

    def evidence(self, evidence_id):
        return self.client.GetPriceEvidence(program_id=self.id, evidence_id=evidence_id)

    def history(self, sku, **more):
        return self.client.GetPriceHistory(program_id=self.id, sku=sku, **more)

    def give_back(self, return_id, order_id, lines, **more):
        return self.client.RecordReturn(program_id=self.id, request_id=new_id(), return_id=return_id,
                                        by_order={"order_id": order_id, "lines": lines}, **more)

    def watch(self, sku, expected, until, shopper=STRANGER):
        """Asks again and again: the price of every answer is what expected(its instant) says, and holds as long as the one before said."""
        holds_until, before, seen, at = 0, None, [], 0
        while at < until:
            answer = self.prices([sku], shopper)
            at, amount = micros_of(answer.priced_time), answer.prices[0].amount
            assert amount == expected(at), (amount, at)
            assert at >= holds_until or amount == before, "it changed before it was said to"
            holds_until, before = (micros_of(answer.next_change_time) if answer.HasField("next_change_time") else until), amount
            seen += [] if seen[-1:] == [amount] else [amount]
        return seen


def amounts(answer):
    return [line.amount for line in answer.lines]


def comparison(quote, channel_id):
    (found,) = [each for each in quote.channels if each.channel_id == channel_id]
    return found
