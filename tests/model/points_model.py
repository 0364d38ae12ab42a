"""A second opinion on points: the rules of the field, written again without looking at the product's code.

`Member.do` answers an operation as the ledger must: what moves, in which order, or why not. A lot is simply what a person would write on
paper about it, and what falls due is found by looking at everything each time.
"""

import dataclasses

import points_undo
from points_rules import DAY, MAX, NEVER, SECOND, Refused, add_period, iso, none_if_never

MEMBER_ID = points_undo.MEMBER_ID
TOLERANCE = 5 * 60 * SECOND  # how far a till's clock may be off
HOLD_LONGEST = 90 * DAY


@dataclasses.dataclass
class Lot:
    seq: int
    points: int
    earned_at: float
    expires: float = NEVER
    released_at: float = NEVER  # of pending points; NEVER: by an event
    became_available: int = 0
    pending: int = 0
    available: int = 0
    held: int = 0
    expired: int = 0
    repaid: int = 0  # went to debt

    def left(self):
        return self.pending + self.available + self.held


@dataclasses.dataclass
class Hold:
    seq: int
    ends: int
    parts: list  # (lot's seq, points) in the order they were drawn
    state: str = "open"
    captured: int = 0

    def points(self):
        return sum(points for _, points in self.parts)


class Member(points_undo.Undoing):
    def __init__(self):
        self.lots = {}
        self.holds = {}
        self.entries = []
        self.undone = {}  # transaction -> the one that undid it
        self.by_clock = False
        self.txn = 0
        self.debt = 0
        self.lifetime = 0
        self.seq = 0
        self.booked = 0  # the last entry that a caller can know of: before the operation settled anything

    def total(self, name):
        return sum(getattr(lot, name) for lot in self.lots.values())

    def balance(self):
        return [self.total("available"), self.total("pending"), self.total("held"), self.debt]

    def copy(self):
        """Another that may be thrown away; entries are never changed, so they are shared."""
        other = Member()
        other.__dict__.update(self.__dict__)
        other.entries = list(self.entries)
        other.undone = dict(self.undone)
        other.lots = {seq: dataclasses.replace(lot) for seq, lot in self.lots.items()}
        other.holds = {seq: dataclasses.replace(hold) for seq, hold in self.holds.items()}
        return other

    # ---- booking

    def begin(self, by_clock):
        self.by_clock = by_clock
        self.txn = self.seq + 1

    def book(self, kind, move, points, at, lot=None, hold=0, undoes=0, due=None, until=None):
        self.seq += 1
        source, target = move
        self.entries.append({
            "seq": self.seq, "txn": self.txn, "kind": kind, "from": source, "to": target, "points": points,
            "lot": lot.seq if lot else 0, "hold": hold, "undoes": undoes, "due": due, "until": until,
            "effective_at": at, "by_clock": self.by_clock})

    def new_lot(self, kind, source, pending, points, at, expires, released_at=NEVER, undoes=0):
        lot = Lot(self.seq + 1, points, at, expires, released_at)
        setattr(lot, "pending" if pending else "available", points)
        self.lots[lot.seq] = lot
        self.book(kind, (source, "pending" if pending else "available"), points, at, lot, undoes=undoes,
                  due=none_if_never(released_at), until=none_if_never(expires))
        return lot

    def expire(self, lot, at):
        points, lot.available = lot.available, 0
        lot.expired += points
        self.book("expire", ("available", "expired"), points, at, lot)

    def release_pending(self, lot, at):
        points, lot.pending = lot.pending, 0
        lot.available += points
        lot.became_available = at
        self.book("release_pending", ("pending", "available"), points, at, lot)
        self.repay(lot, at)

    def repay(self, lot, at):
        points = min(self.debt, lot.available)
        if points:
            lot.available -= points
            lot.repaid += points
            self.debt -= points
            self.book("repay_debt", ("available", "debt"), points, at, lot)

    def give_back(self, kind, hold, lot_seq, points, at):
        lot = self.lots[lot_seq]
        lot.held -= points
        lot.available += points
        self.book(kind, ("held", "available"), points, at, lot, hold.seq)
        if lot.expires <= at:
            self.expire(lot, at)

    # ---- the clock

    def settle(self, now):
        """One due event after the other, the earliest first; pending points before holds, holds before expiries."""
        while True:
            due = []
            for lot in self.lots.values():
                if lot.pending and lot.released_at <= now:
                    due.append((lot.released_at, 0, lot.seq))
                if lot.available and lot.expires <= now:
                    # Released after its expiry: it expires at that instant.
                    due.append((max(lot.expires, lot.became_available), 2, lot.seq))
            due += [(hold.ends, 1, hold.seq) for hold in self.holds.values() if hold.state == "open" and hold.ends <= now]
            if not due:
                return
            at, what, seq = min(due)
            self.begin(by_clock=True)
            if what == 0:
                self.release_pending(self.lots[seq], at)
            elif what == 1:
                hold = self.holds[seq]
                hold.state = "expired"
                for lot_seq, points in hold.parts:
                    self.give_back("end_hold", hold, lot_seq, points, at)
            else:
                self.expire(self.lots[seq], at)

    # ---- operations

    def do(self, operation, posting, rules, state, phone_only, now):
        """Returns the minor units to deduct from a refund. Raises Refused: then this member is spoilt, go on with a copy made before."""
        verb = operation["verb"]
        self.check_who(verb, posting, state, phone_only)
        wanted = posting["effective_at"]
        if wanted is not None and wanted > now + TOLERANCE:
            raise Refused("EFFECTIVE_TIME_OUT_OF_RANGE", effectiveTime=iso(wanted))
        if posting["store"] and posting["store"] not in rules.stores:
            raise Refused("STORE_UNKNOWN", storeId=posting["store"])
        at = now if wanted is None else min(wanted, now)
        self.booked = self.seq
        self.settle(now)
        deduct = 0
        if verb != "settle":
            self.begin(by_clock=False)
            deduct = getattr(self, verb)(operation, rules, at, now) or 0
            self.settle(now)  # what a late fact brought may be due already
        return deduct

    def check_who(self, verb, posting, state, phone_only):
        spends = verb in ("redeem", "hold")
        allowed = {"active": True, "frozen": verb != "earn" and not spends}.get(state, False)
        if not allowed and verb != "settle":
            raise Refused("MEMBER_NOT_ACTIVE", state=state)
        if spends and (phone_only or posting["by_phone"]):
            raise Refused("PHONE_MAY_NOT_SPEND")
        expected = posting["expected_seq"]
        if expected is not None and expected != self.seq:
            raise Refused("LEDGER_MOVED", expectedSeq=expected, currentSeq=self.seq)

    def earn(self, operation, rules, at, now):
        points = operation.get("points")
        if points is None:
            points = rules.points_for(operation["spend"])
        owned = sum(lot.left() for lot in self.lots.values())
        if owned + points > MAX or self.lifetime + points > MAX:
            raise Refused("BALANCE_OVERFLOW")
        self.lifetime += points
        lot = self.new_lot("earn", "issued", rules.release != "at_once", points, at, rules.expiry(at), rules.released_at(at))
        if rules.release == "at_once":
            self.repay(lot, at)
        self.extend(rules, at)

    def extend(self, rules, at):
        if not rules.extended_by_activity or rules.never_expires:
            return
        extended = rules.expiry(at)
        for lot in sorted(self.lots.values(), key=lambda each: each.seq):
            if lot.left() and lot.expires < extended:
                lot.expires = extended
                self.book("extend", ("available", "available"), lot.left(), at, lot, until=extended)

    def spendable(self, at):
        """Lots with points, those that expire first before the others, then the oldest."""
        lots = [lot for lot in self.lots.values() if lot.available and lot.earned_at <= at]
        return sorted(lots, key=lambda lot: (lot.expires, lot.earned_at, lot.seq))

    def draw(self, lots, points):
        for lot in lots:
            part = min(lot.available, points)
            points -= part
            if part:
                yield lot, part

    def redeem(self, operation, rules, at, now):
        points = operation["points"]
        lots = self.spendable(at)
        there = sum(lot.available for lot in lots)
        short = max(0, points - there)
        late = at < now - TOLERANCE
        if short and (not late or self.debt + short > rules.late_spend_debt_max):
            raise Refused("INSUFFICIENT_POINTS", availablePoints=there, requestedPoints=points)
        for lot, part in list(self.draw(lots, points)):
            lot.available -= part
            self.book("redeem", ("available", "redeemed"), part, at, lot)
        if short:
            self.debt += short
            self.book("redeem", ("debt", "redeemed"), short, at)
        self.extend(rules, at)

    def hold(self, operation, rules, at, now):
        points = operation["points"]
        ends = operation["until"]
        if ends is None:
            ends = add_period(now, rules.hold_default, rules.zone)
        if not now < ends <= now + HOLD_LONGEST:
            raise Refused("HOLD_EXPIRY_OUT_OF_RANGE")
        lots = self.spendable(at)
        there = sum(lot.available for lot in lots)
        if there < points:
            raise Refused("INSUFFICIENT_POINTS", availablePoints=there, requestedPoints=points)
        parts = list(self.draw(lots, points))
        hold = Hold(self.seq + 1, ends, [(lot.seq, part) for lot, part in parts])
        self.holds[hold.seq] = hold
        for lot, part in parts:
            lot.available -= part
            lot.held += part
            self.book("hold", ("available", "held"), part, at, lot, hold.seq, until=ends)

    def open_hold(self, seq):
        if seq not in self.holds:
            raise Refused("HOLD_NOT_FOUND", holdId=f"{MEMBER_ID}.{seq}")
        if self.holds[seq].state != "open":
            raise Refused("HOLD_NOT_OPEN", state=self.holds[seq].state)
        return self.holds[seq]

    def capture(self, operation, rules, at, now):
        hold = self.open_hold(operation["hold"])
        points = hold.points() if operation["points"] is None else operation["points"]
        if points > hold.points():
            raise Refused("CAPTURE_EXCEEDS_HOLD", heldPoints=hold.points(), requestedPoints=points)
        hold.state = "captured"
        hold.captured = points
        back = []
        for lot_seq, part in hold.parts:
            used = min(part, points)
            points -= used
            if used:
                self.lots[lot_seq].held -= used
                self.book("capture", ("held", "redeemed"), used, at, self.lots[lot_seq], hold.seq)
            if part > used:
                back.append((lot_seq, part - used))
        for lot_seq, part in back:
            self.give_back("release_hold", hold, lot_seq, part, at)
        self.extend(rules, at)

    def release(self, operation, rules, at, now):
        hold = self.open_hold(operation["hold"])
        hold.state = "released"
        for lot_seq, part in hold.parts:
            self.give_back("release_hold", hold, lot_seq, part, at)

    def complete(self, operation, rules, at, now):
        seq = operation["entry"]
        if seq > self.seq:
            raise Refused("ENTRY_NOT_FOUND", entryId=f"{MEMBER_ID}.{seq}")
        lot = self.lots.get(seq)
        if lot is None or not lot.pending:
            raise Refused("NOTHING_PENDING")
        self.release_pending(lot, at)
        if lot.available and lot.expires <= at:
            self.expire(lot, at)
