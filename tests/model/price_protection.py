"""What price protection owes after an order, for price_model.py: everything is computed anew from the commit on, each time."""

import dataclasses

import price_caps
from price_book import Refused
from price_rules import Line


@dataclasses.dataclass
class BoughtLine:
    sku: str
    quantity: int
    paid: int
    returned: int = 0
    credited: int = 0  # for the units still kept
    given_back: int = 0  # of what was paid: for units that came back, and without goods

    def kept(self):
        return self.quantity - self.returned

    def paid_for(self, units):
        return self.paid * units // self.quantity

    def paid_for_kept(self):
        return self.paid - self.given_back

    def left(self):
        """What may still be refunded."""
        return self.paid - self.given_back - self.credited


@dataclasses.dataclass(frozen=True)
class Fall:
    instant: int
    place: int
    amount: int


@dataclasses.dataclass
class Bought:
    committed: int
    shopper: object
    shipping: int
    lines: list

    def give_back(self, place, units):
        """What is refunded: what was paid for these units less what was credited for them."""
        line = self.lines[place]
        gross = line.paid_for(line.returned + units) - line.paid_for(line.returned)
        lessened = line.credited * units // line.kept()
        gross = min(gross, line.left() + lessened) if units < line.kept() else line.paid_for_kept()
        line.returned += units
        line.credited -= lessened
        line.given_back += gross
        return gross - lessened

    def refund(self, place, amount):
        """Money without goods: no more than is left."""
        line = self.lines[place]
        if amount > line.left():
            raise Refused("RETURN_EXCEEDS_PURCHASE", line.left())
        line.given_back += amount


def falls(book, now, bought, as_known_at=None):
    """Each time that a kept line's amount was lowered, in order of time. Both ends of the period are within it; no tolerance is."""
    view = book.view(now, as_known_at)
    kept = [place for place, line in enumerate(bought.lines) if line.kept()]
    lines = [Line(bought.lines[place].sku, bought.lines[place].kept()) for place in kept]
    amounts = [bought.lines[place].paid_for_kept() for place in kept]
    since, until = bought.committed, min(now, bought.committed + view.rules.protection)
    instants = {instant for channel in view.rules.references() for instant in view.changes(channel.channel_id, since, until)}
    found = []
    for instant in sorted(instants) if kept else []:
        lowered = at_instant(view, lines, bought, amounts, instant)
        found += [Fall(instant, kept[place], before - after)
                  for place, (before, after) in enumerate(zip(amounts, lowered)) if after < before]
        amounts = lowered
    return found


def at_instant(view, lines, bought, amounts, instant):
    """Under the caps of one instant: each line's, then each channel's basket. What was paid for shipping is not looked at."""
    for channel in view.rules.references():
        for place, line in enumerate(lines):
            caps = price_caps.line_caps_at(view, channel, line, bought.shopper, instant)
            amounts = [min([amount] + [cap.amount for cap in caps]) if at == place else amount for at, amount in enumerate(amounts)]
    for channel in view.rules.references():
        promotions = view.promotions_then(channel.channel_id, bought.shopper, instant)
        order = price_caps.order_there(view, channel, lines, bought.shopper, instant, promotions)
        if order:
            amounts = price_caps.lower(amounts, order, 0)
    return amounts


def credit(book, now, bought):
    """What is owed by now beyond what was credited before, for each line; it is credited."""
    owed = [0] * len(bought.lines)
    if book.rules.protection is None:
        return owed
    for fall in falls(book, now, bought):
        owed[fall.place] += fall.amount
    for place, line in enumerate(bought.lines):
        owed[place] = max(0, owed[place] - line.credited)
        line.credited += owed[place]
    return owed
