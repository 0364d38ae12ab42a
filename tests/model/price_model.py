"""A second opinion on prices: docs/prices.md, written again without looking at the product's code.

Nothing is remembered between two questions and nothing is skipped: each answer goes through all rows, all instants and all subsets of
promotions. Exact numbers only.
"""

import dataclasses

import price_caps
from price_book import Refused
from price_rules import BASIS, Line, Shopper


@dataclasses.dataclass(frozen=True)
class Offered:
    amount: int
    list_amount: int
    offer: object


@dataclasses.dataclass(frozen=True)
class Comparison:
    channel_id: str
    freshness: str
    goods: int
    shipping: int
    ours: int
    saved: int
    caps: bool
    instant: int
    promotions: tuple


@dataclasses.dataclass
class Priced:
    """A basket; without `obstacles` it can be sold. They are by the line's place; a line may have several."""

    lines: list
    shipping: int
    level: int
    amounts: list
    offered: list
    caps: list
    comparisons: list
    obstacles: dict
    degraded: bool

    @property
    def total(self):
        return sum(self.amounts)

    @property
    def list_total(self):
        """0: a line has no list price."""
        lists = [offered.list_amount for offered in self.offered]
        return sum(lists) if all(lists) else 0


# ---- offers


def conditions_hold(view, offer, shopper, quantity, sold):
    if not offer.holds_at(view.now) or not offer.holds_where(shopper, view.rules):
        return False
    if offer.scene not in ("", shopper.scene) or offer.session_id not in ("", shopper.session_id):
        return False
    return not offer.stock or sold.get(offer.name(), 0) + quantity <= offer.stock


def offered(view, line, shopper, sold):
    """The least over the offers that apply, or None."""
    offers = [offer for offer in view.offers(shopper.channel_id, line.sku)
              if conditions_hold(view, offer, shopper, line.quantity, sold) and offer.holds_for(shopper)]
    amounts = [(line.quantity * offer.amount // offer.per_units, offer) for offer in offers if offer.amount is not None]
    lists = [amount for amount, offer in amounts if offer.kind == "LIST"]
    if lists:
        amounts += [(min(lists) * (BASIS - offer.off_bp) // BASIS, offer) for offer in offers if offer.off_bp is not None]
    if not amounts:
        return None
    amount, offer = min(amounts, key=lambda each: (each[0], each[1].stock > 0, each[1].offer_id))
    return Offered(amount, min(lists, default=0), offer)


def why_no_offer(view, line, shopper, sold):
    """Why the shopper may not have it at all."""
    offers = view.offers(shopper.channel_id, line.sku)
    named = any(getattr(row, "sku", None) == line.sku for row in view.rows)
    found = [] if named else ["SKU_UNKNOWN"]
    # Not a percentage of nothing.
    lists = [offer for offer in offers if offer.kind == "LIST" and offer.amount is not None
             and conditions_hold(view, offer, shopper, line.quantity, sold)]
    others = [offer for offer in offers if offer.amount is not None or lists]
    if any(conditions_hold(view, offer, shopper, line.quantity, sold) and not offer.holds_for(shopper) for offer in others):
        return found + ["MEMBERS_ONLY"]
    if any(conditions_hold(view, offer, shopper, line.quantity, {}) and offer.holds_for(shopper) for offer in others):
        return found + ["SOLD_OUT"]
    return found + ["NO_OFFER"]


def below_floor(view, line, shopper, amount, sold):
    return any(amount * offer.per_units < line.quantity * offer.floor_amount
               for offer in view.offers(shopper.channel_id, line.sku)
               if offer.kind == "LIST" and offer.holds_for(shopper) and conditions_hold(view, offer, shopper, line.quantity, sold))


# ---- baskets


def lower_tiers(shopper):
    """The shopper, the same at every lower level (the worlds have fewer than the 16 that count), and as a stranger; with the level's number."""
    if shopper.is_member:
        for level in range(shopper.level, -1, -1):
            yield level, dataclasses.replace(shopper, level=level)
    yield -1, dataclasses.replace(shopper, is_member=False, level=0)


def least_tier(view, lines, shopper, shipping, sold, instead=None):
    """(level, what is offered, amounts, channels that lowered them, the shopper as of that level). Facts are compared for the real one.
    Where it is not below a floor, if there is such a tier. `instead`: by place what stands in for offers, or None."""
    tries = []
    instead = instead or [None] * len(lines)
    for level, tier in lower_tiers(shopper):
        its = [other or offered(view, line, tier, sold) for line, other in zip(lines, instead)]
        if None in its:
            continue
        amounts, capping = price_caps.under_caps(view, lines, shopper, [each.amount for each in its], shipping)
        tries.append((level, its, amounts, capping, tier))
    other = without_plans(view, lines, shopper, shipping, sold, instead) if shopper.plan_ids else None

    def price_of(its):
        _, _, amounts, _, tier = its
        return any(below_floor(view, line, tier, amount, sold) for line, amount in zip(lines, amounts)), sum(amounts)
    return min(tries + ([other] if other else []), key=price_of, default=None)


def without_plans(view, lines, shopper, shipping, sold, instead):
    """What a stranger without plans would pay, under this shopper's caps: what is taken off for one cap may leave more under the next."""
    stranger = dataclasses.replace(shopper, is_member=False, level=0, plan_ids=())
    theirs = least_tier(view, lines, stranger, shipping, sold, instead)
    if theirs is None or price_caps.above_even_if_free(view, lines, stranger, shipping):
        return None
    if any(below_floor(view, line, stranger, amount, sold) for line, amount in zip(lines, theirs[2])):
        return None
    amounts, capping = price_caps.under_caps(view, lines, shopper, theirs[2], shipping)
    return (-1, theirs[1], amounts, capping, stranger)


def lists(view, channel, line, shopper):
    return any(price_caps.line_caps_at(view, channel, line, shopper, instant) for instant in view.instants(channel))


def at_till(view, shopper):
    """A store's till refuses no sale for a feed."""
    return any(channel.channel_id == shopper.channel_id for channel in view.rules.references())


def feed_obstacles(view, line, shopper):
    if at_till(view, shopper):
        return
    for channel in view.rules.references():
        freshness = view.freshness(channel)
        if freshness == "NEVER_FED":
            yield "CHANNEL_NEVER_FED"
        elif freshness == "STALE" and channel.when_stale == "NOT_SALEABLE" and lists(view, channel, line, shopper):
            yield "CHANNEL_STALE"


def is_degraded(view, lines, shopper):
    if at_till(view, shopper) and any(view.freshness(channel) == "NEVER_FED" for channel in view.rules.references()):
        return True
    return any(view.freshness(channel) == "STALE" and lists(view, channel, line, shopper)
               for channel in view.rules.references() for line in lines)


def comparisons(view, lines, shopper, amounts, shipping, capping):
    for channel in view.rules.references():
        orders = price_caps.orders_there(view, channel, lines, shopper)
        if orders:
            order = price_caps.tightest(orders, amounts, shipping)
            freshness = view.freshness(channel)
            saved = max(0, -order.excess(amounts, shipping)) if freshness == "FRESH" else 0
            yield Comparison(channel.channel_id, freshness, order.goods, order.shipping, order.ours(amounts, shipping), saved,
                             channel.channel_id in capping, order.instant, order.promotions)


def price(book, now, shopper, lines, shipping=0, as_known_at=None, sold=None):
    view, sold = book.view(now, as_known_at), sold or {}
    obstacles = {place: [] for place in range(len(lines))}
    for place, line in enumerate(lines):
        if all(offered(view, line, tier, sold) is None for _, tier in lower_tiers(shopper)):
            obstacles[place] += why_no_offer(view, line, shopper, sold)
        obstacles[place] += dict.fromkeys(feed_obstacles(view, line, shopper))
    for place in price_caps.above_even_if_free(view, lines, shopper, shipping):
        obstacles[place].append("SHIPPING_ABOVE_CAP")
    best = least_tier(view, lines, shopper, shipping, sold)
    level, its, amounts, capping, tier = best or (None, [], [], set(), None)
    if best:
        for place, line in enumerate(lines):
            if below_floor(view, line, tier, amounts[place], sold):
                obstacles[place].append("BELOW_MARGIN_FLOOR")
    caps = [price_caps.least_cap(price_caps.line_caps(view, line, shopper)) for line in lines]
    compared = list(comparisons(view, lines, shopper, amounts, shipping, capping)) if best else []
    return Priced(list(lines), shipping, level, amounts, its, caps, compared,
                  {place: found for place, found in obstacles.items() if found}, is_degraded(view, lines, shopper))


def examine(book, now, shopper, lines, asked, shipping=0):
    """What a till asks too much for each line."""
    amounts, _ = price_caps.under_caps(book.view(now), lines, shopper, list(asked), shipping)
    return [before - after for before, after in zip(asked, amounts)]


# ---- quotes


@dataclasses.dataclass(frozen=True)
class Quote:
    shopper: object
    priced: Priced
    expires: int


def quote(book, now, shopper, lines, shipping=0, sold=None):
    priced = price(book, now, shopper, lines, shipping, sold=sold)
    if priced.obstacles:
        raise Refused("BASKET_NOT_SALEABLE", priced.obstacles)
    return Quote(shopper, priced, now + book.rules.quote_for)


def price_of_what_is_offered(view, quoted, sold):
    """Today's amount of each line, None where nothing is offered any more: there the quote is part of the order; and what is offered."""
    lines, shopper, before = quoted.priced.lines, quoted.shopper, quoted.priced
    instead = [None if any(offered(view, line, tier, sold) for _, tier in lower_tiers(shopper)) else Offered(amount, 0, its.offer)
               for line, amount, its in zip(lines, before.amounts, before.offered)]
    best = least_tier(view, lines, shopper, before.shipping, sold, instead)
    if best is None:
        return [None] * len(lines), [None] * len(lines)
    return ([None if other else amount for other, amount in zip(instead, best[2])],
            [None if other else each for other, each in zip(instead, best[1])])


def as_it_stands(view, offer):
    """The offer's latest revision, whose stock counts; where it was withdrawn, what was quoted. What was quoted without stock takes none."""
    standing = [each for each in view.offers(offer.channel_id, offer.sku) if each.name() == offer.name()]
    return standing[0] if standing and offer.stock else offer


def commit(book, now, quoted, sold=None):
    """What is charged for each line. `sold` counts what offers with a stock have given, and goes on counting."""
    sold = {} if sold is None else sold
    lines, shopper, shipping = quoted.priced.lines, quoted.shopper, quoted.priced.shipping
    if now >= quoted.expires:
        today = quote(book, now, shopper, lines, shipping, sold).priced
        amounts, offers = today.amounts, [each.offer for each in today.offered]
    else:
        view = book.view(now)
        above = price_caps.above_even_if_free(view, lines, shopper, shipping)
        if above:
            raise Refused("BASKET_NOT_SALEABLE", {place: ["SHIPPING_ABOVE_CAP"] for place in above})
        today, its = price_of_what_is_offered(view, quoted, sold)
        amounts, offers = [], []
        for now_asked, now_offered, before, before_offered in zip(today, its, quoted.priced.amounts, quoted.priced.offered):
            better = now_asked is not None and now_asked <= before
            amounts.append(now_asked if better else before)
            offers.append(now_offered.offer if better else as_it_stands(view, before_offered.offer))
        amounts, _ = price_caps.under_caps(view, lines, shopper, amounts, shipping)
    taken = {}
    for line, offer in zip(lines, offers):
        taken[offer.name()] = taken.get(offer.name(), 0) + line.quantity
        if offer.stock and sold.get(offer.name(), 0) + taken[offer.name()] > offer.stock:
            raise Refused("OFFER_SOLD_OUT")
    for name, quantity in taken.items():
        sold[name] = sold.get(name, 0) + quantity
    return amounts


# ---- writing an offer


def cap_of_offer(book, now, offer):
    """The least cap of what the offer asks for, at its first instant or now, by facts for anybody whom it is for; or None."""
    first = now if offer.valid_from is None else max(now, offer.valid_from)
    view = book.view(first, as_known_at=now)
    shopper = Shopper(offer.channel_id, plan_ids=(offer.plan_id,) if offer.plan_id else (), newcomer=offer.newcomers,
                      store_id=offer.store_id, region=offer.region)
    line, tolerance = Line(offer.sku, offer.per_units), book.rules.clock_tolerance
    return price_caps.least_cap(
        [cap for channel in book.rules.references()
         for instant in view.changes(channel.channel_id, first - tolerance, first + tolerance)
         for cap in price_caps.line_caps_at(view, channel, line, shopper, instant)])


def record_offer(book, now, offer, clamp=False):
    """The outcome, and the amount that was recorded. A percentage follows its list price and is not judged."""
    cap = None if offer.amount is None or offer.withdrawn else cap_of_offer(book, now, offer)
    if cap and cap.amount < offer.amount:
        if not clamp:
            raise Refused("PRICE_ABOVE_CAP", offer.amount - cap.amount, cap.channel_id)
        offer = dataclasses.replace(offer, amount=cap.amount)
    return book.record_offer(now, offer), offer.amount
