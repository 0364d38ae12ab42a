"""The caps: what the same goods cost elsewhere, for price_model.py. Every instant at which anything changes is looked at."""

import dataclasses

import price_promotions


@dataclasses.dataclass(frozen=True)
class LineCap:
    amount: int
    channel_id: str
    fact: object
    instant: int


@dataclasses.dataclass(frozen=True)
class OrderThere:
    """The lines that a channel lists at an instant, ordered there."""

    channel_id: str
    instant: int
    listed: tuple  # places of the lines
    goods: int
    shipping: int
    promotions: tuple

    def costs(self):
        return self.goods + self.shipping

    def ours(self, amounts, shipping):
        return sum(amounts[place] for place in self.listed) + shipping

    def excess(self, amounts, shipping):
        return self.ours(amounts, shipping) - self.goods - self.shipping


def line_caps_at(view, channel, line, shopper, instant):
    return [LineCap(fact.cost(line.quantity, channel), channel.channel_id, fact, instant)
            for fact in view.compared(channel.channel_id, line.sku, shopper, instant)]


def line_caps(view, line, shopper):
    """Of every compared fact at every instant looked at."""
    return [cap for channel in view.rules.references() for instant in view.instants(channel)
            for cap in line_caps_at(view, channel, line, shopper, instant)]


def least_cap(caps):
    """None: no channel lists it."""
    return min(caps, key=lambda cap: (cap.amount, cap.channel_id, cap.fact.begins, cap.fact.source_seq), default=None)


def goods_there(view, channel, lines, shopper, instant):
    """(places listed, Goods of each SKU, shipping) before promotions."""
    listed, goods, shipping = [], {}, []
    for place, line in enumerate(lines):
        facts = view.compared(channel.channel_id, line.sku, shopper, instant)
        if facts:
            listed.append(place)
            costs = [fact.cost(line.quantity, channel) for fact in facts]
            dearer = [cost - min(costs) for cost in costs if cost > min(costs)]
            good = goods.setdefault(line.sku, price_promotions.Goods(line.sku, 0, 0))
            good.quantity += line.quantity
            good.left += min(costs)
            good.spare += max(dearer, default=0)
            good.next_dearer += min(dearer, default=0)
            shipping.append(min(fact.shipping for fact in facts))
    return listed, [goods[sku] for sku in sorted(goods)], max(shipping, default=0)


def order_there(view, channel, lines, shopper, instant, promotions=None):
    """None where the channel lists nothing of it. Promotions: those that count now, if no others are given."""
    listed, goods, shipping = goods_there(view, channel, lines, shopper, instant)
    if not listed:
        return None
    if promotions is None:
        promotions = view.promotions(channel.channel_id, shopper, instant)
    amount, used = price_promotions.least(goods, promotions)
    return OrderThere(channel.channel_id, instant, tuple(listed), amount, shipping, tuple(used))


def orders_there(view, channel, lines, shopper):
    """Of each set of lines that it lists at an instant the order that costs least, in the order in which the sets come."""
    cheapest = {}
    for instant in view.instants(channel):
        order = order_there(view, channel, lines, shopper, instant)
        if order and (order.listed not in cheapest or order.costs() < cheapest[order.listed].costs()):
            cheapest[order.listed] = order
    return list(cheapest.values())


def tightest(orders, amounts, shipping):
    return max(orders, key=lambda order: (order.excess(amounts, shipping), -order.instant))


def lower(amounts, order, shipping):
    """By its excess, in proportion to what its lines have left."""
    weights = [amount if place in order.listed else 0 for place, amount in enumerate(amounts)]
    excess = min(max(0, order.excess(amounts, shipping)), sum(weights))
    return [amount - off for amount, off in zip(amounts, price_promotions.shares(excess, weights))]


def under_caps(view, lines, shopper, amounts, shipping):
    """(amounts, channels whose basket lowered them): first each line, then the basket, channel after channel by id."""
    for place, line in enumerate(lines):
        cap = least_cap(line_caps(view, line, shopper))
        if cap:
            amounts = amounts[:place] + [min(amounts[place], cap.amount)] + amounts[place + 1:]
    capping = set()
    for channel in view.rules.references():
        for order in orders_there(view, channel, lines, shopper):
            lowered = lower(amounts, order, shipping)
            assert min(lowered) >= 0
            if lowered != amounts:
                amounts = lowered
                capping.add(channel.channel_id)
    return amounts, capping


def above_even_if_free(view, lines, shopper, shipping):
    """Places of lines that a channel would send for less than our shipping alone."""
    free = [0] * len(lines)
    return sorted({place for channel in view.rules.references() for order in orders_there(view, channel, lines, shopper)
                   if order.excess(free, shipping) > 0 for place in order.listed})
