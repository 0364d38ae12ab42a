"""Undoing operations, for points_model.py: what was spent is returned, or what was earned is taken back."""

from points_rules import MAX, Refused, add_period

MEMBER_ID = "0123456789ABCDE"


class Undoing:
    """The part of a member that undoes."""

    def reverse(self, operation, rules, at, now):
        seq, refund = operation["entry"], operation["refund"]
        named = [entry for entry in self.entries if entry["seq"] == seq <= self.booked]
        if not named:
            raise Refused("ENTRY_NOT_FOUND", entryId=f"{MEMBER_ID}.{seq}")
        txn = named[0]["txn"]
        if txn in self.undone:
            by_txn = self.undone[txn]
            raise Refused("ALREADY_REVERSED", **({"byTransactionId": f"{MEMBER_ID}.{by_txn}"} if by_txn else {}))
        if refund and refund["currency"] != rules.currency:
            raise Refused("CURRENCY_MISMATCH", expectedCurrency=rules.currency)
        target = [entry for entry in self.entries if entry["txn"] == txn]
        spent = [entry for entry in target if entry["kind"] in ("redeem", "capture")]
        earned = [entry for entry in target if entry["kind"] == "earn"]
        if not spent and not earned:
            raise Refused("NOT_REVERSIBLE", kind=target[0]["kind"])
        before = self.seq
        if spent:
            answer = self.return_spent(spent, rules, at, now)
        else:
            answer = self.take_back(earned[0], rules, refund, at, now)
        self.undone[txn] = before + 1 if self.seq > before else 0  # 0: only money was kept back
        return answer

    def return_spent(self, spent, rules, at, now):
        owned = sum(lot.left() for lot in self.lots.values())
        if owned + sum(entry["points"] for entry in spent) > MAX:
            raise Refused("BALANCE_OVERFLOW")
        for entry in reversed(spent):
            points = entry["points"]
            if entry["from"] == "debt":
                off = min(self.debt, points)
                if off:
                    self.debt -= off
                    self.book("return_spent", ("redeemed", "debt"), off, at, undoes=entry["seq"])
                if points > off:  # repaid since, with points
                    self.new_lot("return_spent", "redeemed", False, points - off, at, rules.expiry(at), undoes=entry["seq"])
                continue
            lot = self.lots[entry["lot"]]
            gone = lot.expires <= now
            until = None
            if gone and rules.grace:
                until = lot.expires = add_period(now, rules.grace, rules.zone)
            lot.available += points
            self.book("return_spent", ("redeemed", "available"), points, at, lot, undoes=entry["seq"], until=until)
            if gone and not rules.grace:
                self.expire(lot, at)

    def take_back(self, earned, rules, refund, at, now):
        lot = self.lots[earned["lot"]]
        rest = lot.points - lot.expired
        begin = self.seq

        def take(points, source, of):
            nonlocal rest
            if not points:
                return
            if source == "debt":
                self.debt += points
            else:
                setattr(of, source, getattr(of, source) - points)
            rest -= points
            self.lifetime -= points
            self.book("take_back", (source, "clawed_back"), points, at, of, undoes=earned["seq"])

        take(lot.pending, "pending", lot)
        if rules.take_back != "only_pending":
            take(lot.available, "available", lot)
            take(lot.repaid, "debt", lot)
            for other, part in list(self.draw(self.spendable(now), rest)):
                take(part, "available", other)
        deduct = 0
        if rules.take_back == "unlimited":
            take(rest, "debt", None)
        if rules.take_back == "deduct_from_refund" and refund:
            minor, per = rules.deduct_rate
            deduct = min(rest * minor // per, refund["minor_units"])
        if self.debt > MAX:
            raise Refused("BALANCE_OVERFLOW")
        if self.seq == begin and not deduct:
            raise Refused("NOTHING_TO_TAKE_BACK")
        return deduct
