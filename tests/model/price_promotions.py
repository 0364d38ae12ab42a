"""A channel's public promotions, used as a buyer would who wants to pay least: for price_model.py.

A buyer's goods are Goods. Each kind of terms says what it takes off each of them.
"""

import dataclasses
import itertools
import math
from fractions import Fraction

from price_rules import BASIS


@dataclasses.dataclass
class Goods:
    """Of a SKU: what is left to pay for them, and how much more they cost at the dearest listing and at the next dearer one (0: there is
    none)."""

    sku: str
    quantity: int
    left: int
    spare: int = 0
    next_dearer: int = 0

    def listings(self):
        """Of several units some may be at dearer listings, and the others at the least."""
        yield self if self.quantity > 1 else dataclasses.replace(self, spare=0, next_dearer=0)
        for more in {self.next_dearer, self.spare} - {0}:
            yield Goods(self.sku, self.quantity, self.left + more)


def shares(whole, weights):
    """By largest remainder, ties to the earlier."""
    total = sum(weights)
    if total == 0:
        return [0] * len(weights)
    exact = [Fraction(whole * weight, total) for weight in weights]
    parts = [math.floor(each) for each in exact]
    by_remainder = sorted(range(len(weights)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[:whole - sum(parts)]:
        parts[place] += 1
    return parts


def spread(reduction, goods, concerned):
    """Over the goods concerned, in proportion to what they have left."""
    weights = [good.left if place in concerned else 0 for place, good in enumerate(goods)]
    return shares(min(reduction, sum(weights)), weights)


def unit_price(good):
    return Fraction(good.left, good.quantity)


def dearest_first(goods, times, times_max, gain):
    """Of so many times for each of the goods, those times_max that gain most."""
    if not times_max:
        return times
    allowed = {}
    for place in sorted(times, key=lambda each: (-gain(goods[each]), each)):
        allowed[place] = min(times[place], times_max - sum(allowed.values()))
    return allowed


@dataclasses.dataclass(frozen=True)
class Threshold:
    steps: tuple  # of (threshold, reduction), ascending
    repeats: bool = False

    def reductions(self, goods, concerned, times_max):
        there = sum(goods[place].left for place in concerned)
        reached = [(threshold, reduction) for threshold, reduction in self.steps if threshold <= there]
        if not reached:
            return [0] * len(goods)
        threshold, reduction = reached[-1]
        times = there // threshold if self.repeats else 1
        if times_max:
            times = min(times, times_max)
        return spread(times * reduction, goods, concerned)

    def payments(self, there, spare, one_step, times_max):
        """What may be paid more, at dearer listings, to reach a step; each at least `one_step`."""
        found = set()
        for threshold, _ in self.steps:
            more = max(threshold * (there // threshold + 1 if self.repeats else 1) - there, one_step)
            found |= {more, -(-(there + more) // threshold) * threshold - there} if self.repeats else {more}
        return sorted(more for more in found if there < there + more <= there + spare)


@dataclasses.dataclass(frozen=True)
class Percent:
    off_bp: int
    reduction_max: int = 0

    def reductions(self, goods, concerned, times_max):
        reduction = math.ceil(Fraction(sum(goods[place].left for place in concerned) * self.off_bp, BASIS))
        if self.reduction_max:
            reduction = min(reduction, self.reduction_max)
        return spread(reduction, goods, concerned)


@dataclasses.dataclass(frozen=True)
class NthItem:
    nth: int
    off_bp: int
    mixed: bool = False

    def reductions(self, goods, concerned, times_max):
        return self.of_all(goods, concerned, times_max) if self.mixed else self.of_each(goods, concerned, times_max)

    def of_each(self, goods, concerned, times_max):
        times = dearest_first(goods, {place: goods[place].quantity // self.nth for place in concerned}, times_max, unit_price)
        return [math.ceil(times.get(place, 0) * unit_price(good) * self.off_bp / BASIS) for place, good in enumerate(goods)]

    def of_all(self, goods, concerned, times_max):
        """Each unit that is cheaper for itself: its own goods have less left."""
        times = sum(goods[place].quantity for place in concerned) // self.nth
        if times_max:
            times = min(times, times_max)
        off = [0] * len(goods)
        for place in sorted(concerned, key=lambda each: unit_price(goods[each])):
            units = min(times, goods[place].quantity)
            times -= units
            off[place] = math.ceil(units * unit_price(goods[place]) * self.off_bp / BASIS)
        return off


@dataclasses.dataclass(frozen=True)
class IdenticalGift:
    buy: int
    get: int

    def reductions(self, goods, concerned, times_max):
        times = {place: goods[place].quantity // (self.buy + self.get) for place in concerned}
        times = dearest_first(goods, times, times_max, unit_price)
        return [math.ceil(times.get(place, 0) * self.get * unit_price(good)) for place, good in enumerate(goods)]


@dataclasses.dataclass(frozen=True)
class Bundle:
    parts: tuple  # of (sku, quantity)
    amount: int

    def sets_of(self, goods, times_max):
        sets = min(sum(good.quantity for good in goods if good.sku == sku) // quantity for sku, quantity in self.parts)
        return min(sets, times_max) if times_max else sets

    def reductions(self, goods, concerned, times_max):
        of_sku = {sku: [place for place in concerned if goods[place].sku == sku] for sku, _ in self.parts}
        units = {sku: sum(goods[place].quantity for place in places) for sku, places in of_sku.items()}
        sets = self.sets_of([goods[place] for place in concerned], times_max)
        if not sets:
            return [0] * len(goods)
        one_set = sum(quantity * Fraction(sum(goods[place].left for place in of_sku[sku]), units[sku])
                      for sku, quantity in self.parts)
        its_own = [place for places in of_sku.values() for place in places]
        return spread(max(0, math.ceil(sets * (one_set - self.amount))), goods, its_own)


def concerned_by(promotion, goods):
    return [place for place, good in enumerate(goods) if not promotion.skus or good.sku in promotion.skus]


def after(promotion, goods):
    off = promotion.terms.reductions(goods, concerned_by(promotion, goods), promotion.times_max)
    return [dataclasses.replace(good, left=max(0, good.left - reduction)) for good, reduction in zip(goods, off)]


def dearer(goods, concerned, more):
    """So much more paid for those that have dearer listings, one after the other."""
    goods = list(goods)
    for place in concerned:
        here = min(more, goods[place].spare)
        goods[place] = dataclasses.replace(goods[place], left=goods[place].left + here)
        more -= here
    return goods


def afters(promotion, goods, is_first):
    """By every way to use it: a bundle as often as it can be, or less often; a threshold as it is reached, or with dearer listings."""
    yield after(promotion, goods)
    if isinstance(promotion.terms, Bundle):
        for sets in range(1, promotion.terms.sets_of(goods, promotion.times_max)):
            yield after(dataclasses.replace(promotion, times_max=sets), goods)
    if isinstance(promotion.terms, Threshold):
        concerned = concerned_by(promotion, goods)
        steps = [goods[place].next_dearer // goods[place].quantity for place in concerned if goods[place].spare]
        there, spare = (sum(getattr(goods[place], what) for place in concerned) for what in ("left", "spare"))
        # What a listing costs more is known before promotions only.
        for more in promotion.terms.payments(there, spare, min(steps, default=0) if is_first else 0, promotion.times_max):
            yield after(promotion, dearer(goods, concerned, more))


def choices(promotions):
    """Every subset with one at most of each exclusive group."""
    if not promotions:
        yield []
        return
    first, rest = promotions[0], promotions[1:]
    yield from choices(rest)
    compatible = [each for each in rest if not first.exclusive_group or each.exclusive_group != first.exclusive_group]
    for chosen in choices(compatible):
        yield [first] + chosen


def ends(goods, promotions, is_first=True):
    """What is left after each way to use all of them."""
    if not promotions:
        yield sum(good.left for good in goods)
        return
    for left in afters(promotions[0], goods, is_first):
        # What takes nothing off was not used.
        yield from ends(left, promotions[1:], is_first and left == list(goods))


def outcomes(goods, promotions):
    """(what is paid, promotions used) of every choice."""
    tried = 3  # not every choice of listings for more goods than that
    picks = itertools.product(*(good.listings() for good in goods)) if sum(good.spare > 0 for good in goods) <= tried else [goods]
    for pick in picks:
        for chosen in choices(sorted(promotions, key=lambda each: (each.order, each.promotion_id))):
            for paid in ends(pick, chosen):
                yield paid, chosen


def least(goods, promotions):
    return min(outcomes(goods, promotions), key=lambda outcome: (outcome[0], len(outcome[1])))
