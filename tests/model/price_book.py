"""Everything that was ever written about prices, in one list, and what can be seen in it: for price_model.py."""

import dataclasses

from price_rules import DAY, Confirmation, Fact, Feed, Offer, Promotion, Withdrawal

LOOK_BACK_MAX = 7 * DAY


class Refused(Exception):
    pass


class View:
    """What is known at an instant, by the rows that were recorded up to `as_known_at`."""

    def __init__(self, book, now, as_known_at=None):
        limit = now if as_known_at is None else as_known_at
        self.rules = book.rules
        self.now = now
        self.rows = [row for row in book.rows if row.recorded <= limit]

    def of(self, kind):
        return [row for row in self.rows if isinstance(row, kind)]

    # ---- facts

    def held(self, fact):
        confirmed = any(row.fact == fact for row in self.of(Confirmation))
        return fact.held_until is not None and self.now < fact.held_until and not confirmed

    def withdrawn(self, fact, instant):
        return any(row.hides(fact, instant) for row in self.of(Withdrawal))

    def counting(self, channel_id, sku, instant):
        """Of each series the fact that counts."""
        best = {}
        for fact in self.of(Fact):
            if (fact.channel_id, fact.sku) != (channel_id, sku) or not fact.holds_at(instant):
                continue
            if self.held(fact) or self.withdrawn(fact, instant):
                continue
            other = best.get(fact.series())
            if other is None or other.source_seq < fact.source_seq:
                best[fact.series()] = fact
        return list(best.values())

    def compared(self, channel_id, sku, shopper, instant):
        return [fact for fact in self.counting(channel_id, sku, instant)
                if fact.condition == "NEW" and not fact.third_party
                and fact.holds_where(shopper, self.rules) and fact.holds_for(shopper)]

    # ---- what counts whole

    @staticmethod
    def standing(rows, name, number, instant):
        """Of each the rows that none with a higher number has replaced: one that has begun by then, or withdraws it."""
        def is_replaced(row):
            return any(name(other) == name(row) and number(other) > number(row) and (other.withdrawn or other.begins <= instant)
                       for other in rows)
        return [row for row in rows if not row.withdrawn and not is_replaced(row)]

    def promotions(self, channel_id, shopper, instant):
        rows = [row for row in self.of(Promotion) if row.channel_id == channel_id]
        return [row for row in self.standing(rows, lambda row: row.promotion_id, lambda row: row.source_seq, instant)
                if row.holds_at(instant) and row.holds_where(shopper, self.rules) and row.holds_for(shopper)]

    def promotions_then(self, channel_id, shopper, instant):
        """Every revision for its own time: until a higher one began, or a withdrawal was recorded."""
        rows = [row for row in self.of(Promotion) if row.channel_id == channel_id]

        def is_replaced(row):
            return any(other.promotion_id == row.promotion_id and other.source_seq > row.source_seq and
                       instant >= (other.recorded if other.withdrawn else other.begins) for other in rows)
        return [row for row in rows if not row.withdrawn and row.holds_at(instant) and not is_replaced(row)
                and row.holds_where(shopper, self.rules) and row.holds_for(shopper)]

    def offers(self, channel_id, sku):
        """That which stands first, then those to come."""
        rows = [row for row in self.of(Offer) if row.channel_id == channel_id and row.sku in ("", sku)]
        return sorted(self.standing(rows, Offer.name, lambda row: row.revision, self.now), key=lambda row: row.begins > self.now)

    # ---- time

    def complete_as_of(self, channel_id):
        said = [row.complete_as_of for row in self.of(Feed) if row.channel_id == channel_id]
        return max(said) if said else None

    def freshness(self, channel):
        said = self.complete_as_of(channel.channel_id)
        if said is None:
            fed = any(row.channel_id == channel.channel_id for row in self.of((Fact, Promotion)))
            return "STALE" if fed else "NEVER_FED"
        return "FRESH" if self.now <= said + channel.fresh_for else "STALE"

    def stretch(self, channel):
        """From when till when a channel is looked at, both included."""
        tolerance = self.rules.clock_tolerance
        since = self.now - tolerance
        if self.freshness(channel) != "FRESH":
            said = self.complete_as_of(channel.channel_id)
            back = self.now - LOOK_BACK_MAX
            since = min(since, back if said is None else max(back, said))
        return since, self.now + tolerance

    def changes(self, channel_id, since, until):
        """Every instant from since to until, both included, at which anything of the channel may change."""
        found = {since, until}
        for row in self.of((Fact, Promotion)):
            if row.channel_id == channel_id:
                found |= {row.begins, row.ends}
        found |= {row.withdrawn_from for row in self.of(Withdrawal) if row.channel_id == channel_id}
        return sorted(instant for instant in found if since <= instant <= until)

    def instants(self, channel):
        return self.changes(channel.channel_id, *self.stretch(channel))


class Book:
    def __init__(self, rules):
        self.rules = rules
        self.rows = []

    def view(self, now, as_known_at=None):
        return View(self, now, as_known_at)

    def falls_far(self, fact, now):
        """Does it, at any instant at which it would count, undercut by too much what would count without it?"""
        view = self.view(now)
        without = [row for row in view.of(Fact) if row.series() == fact.series()]
        channel = next(each for each in self.rules.channels if each.channel_id == fact.channel_id)
        edges = {fact.begins} | {edge for row in without for edge in (row.begins, row.ends)}
        for instant in sorted(edge for edge in edges if fact.holds_at(edge)):
            for other in view.counting(fact.channel_id, fact.sku, instant):
                if other.series() != fact.series() or other.source_seq > fact.source_seq:
                    continue
                mine = 100 * fact.payable(channel) * other.pack
                if mine < (100 - self.rules.suspicious_fall_percent) * other.payable(channel) * fact.pack:
                    return True
        return False

    def ended_since(self, fact, now):
        """Has a withdrawal taken anything from its time?"""
        since = [row.withdrawn_from for row in self.rows if isinstance(row, Withdrawal) and row.hides(fact, now)]
        return bool(since) and min(since) < fact.ends

    def record_fact(self, now, fact):
        """RECORDED, DUPLICATE or HELD."""
        for row in self.rows:
            if isinstance(row, Fact) and (row.series(), row.source_seq) == (fact.series(), fact.source_seq):
                if row.content() != fact.content():
                    raise Refused("SEQUENCE_REUSED")
                if self.ended_since(row, now):
                    raise Refused("LISTING_WITHDRAWN")
                return "DUPLICATE"
        fact = dataclasses.replace(fact, recorded=now)
        if not fact.confirmed and self.falls_far(fact, now):
            fact = dataclasses.replace(fact, held_until=now + self.rules.hold_suspicious)
        self.rows.append(fact)
        return "RECORDED" if fact.held_until is None else "HELD"

    def record_whole(self, now, row, name, number):
        """A promotion or an offer."""
        row = dataclasses.replace(row, recorded=now)
        for other in self.rows:
            if isinstance(other, type(row)) and (name(other), number(other)) == (name(row), number(row)):
                if dataclasses.replace(other, recorded=now) != row:
                    raise Refused("SEQUENCE_REUSED")
                return "DUPLICATE"
        self.rows.append(row)
        return "RECORDED"

    def record_promotion(self, now, promotion):
        return self.record_whole(now, promotion, lambda row: (row.channel_id, row.promotion_id), lambda row: row.source_seq)

    def record_offer(self, now, offer):
        return self.record_whole(now, offer, Offer.name, lambda row: row.revision)

    def confirm(self, now, fact):
        """The fact as it was recorded, or as it was sent."""
        held = next(row for row in self.rows if isinstance(row, Fact) and row.content() == fact.content())
        self.rows.append(Confirmation(held, now))

    def withdraw(self, now, channel_id, listing_id, source_seq, sku="", withdrawn_from=None):
        skus = {row.sku for row in self.rows if isinstance(row, Fact) and (row.channel_id, row.listing_id) == (channel_id, listing_id)}
        if not skus:
            raise Refused("LISTING_NOT_FOUND")
        since = now if withdrawn_from is None else withdrawn_from
        for each in sorted(skus if not sku else skus & {sku}):
            self.rows.append(Withdrawal(channel_id, listing_id, each, source_seq, since, now))

    def feed(self, now, channel_id, complete_as_of, named=None, source_seq=0):
        """named: the snapshot's {(listing, sku)}. How many listings it withdrew."""
        said = self.view(now).complete_as_of(channel_id)
        if named is not None and said is not None and complete_as_of <= said:
            if complete_as_of < said:
                raise Refused("SNAPSHOT_SUPERSEDED")
            return 0
        self.rows.append(Feed(channel_id, complete_as_of, now))
        if named is None:
            return 0
        highest = {}
        for row in self.rows:
            if isinstance(row, Fact) and row.channel_id == channel_id and (row.listing_id, row.sku) not in named:
                if not source_seq and min(row.begins, row.recorded) > complete_as_of:
                    continue  # the snapshot does not speak of it
                key = (row.listing_id, row.sku)
                highest[key] = max(highest.get(key, 0), row.source_seq)
        for (listing_id, sku), number in sorted(highest.items()):
            self.rows.append(Withdrawal(channel_id, listing_id, sku, source_seq or number, complete_as_of, now))
        return len(highest)
