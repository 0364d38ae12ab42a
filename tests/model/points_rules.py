"""A programme's rules and its calendar, for points_model.py. Times are whole microseconds since 1970, UTC."""

import calendar
import datetime
import zoneinfo

MAX = 2**63 - 1
SECOND = 1_000_000
DAY = 86_400 * SECOND
NEVER = float("inf")
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


class Refused(Exception):
    def __init__(self, reason, **metadata):
        super().__init__(reason)
        self.reason = reason
        self.metadata = {key: str(value) for key, value in metadata.items()}


# ---- the calendar -----------------------------------------------------------------------------------------


def to_local(instant, zone):
    return (EPOCH + datetime.timedelta(microseconds=instant)).astimezone(zone)


def to_instant(local, zone):
    """A wall clock's reading; where it is skipped or repeated, by the offset before the change (fold 0)."""
    aware = local.replace(tzinfo=zone, fold=0)
    return (aware - EPOCH) // datetime.timedelta(microseconds=1)


def add_period(instant, period, zone):
    if period["months"] or period["days"]:
        local = to_local(instant, zone).replace(tzinfo=None)
        year, month0 = divmod(local.year * 12 + local.month - 1 + period["months"], 12)
        day = min(local.day, calendar.monthrange(year, month0 + 1)[1])
        local = local.replace(year=year, month=month0 + 1, day=day) + datetime.timedelta(days=period["days"])
        instant = to_instant(local, zone)
    return instant + period["seconds"] * SECOND


def round_up(instant, to, zone):
    """To the end of the month, quarter or year that the instant is in; an end is its own."""
    if to == "none":
        return instant
    local = to_local(instant, zone)
    months = {"month": 1, "quarter": 3, "year": 12}[to]
    first = (local.month - 1) // months * months  # of the period, from 0
    start = datetime.datetime(local.year, first + 1, 1)
    if to_instant(start, zone) == instant:
        return instant
    year, month0 = divmod(local.year * 12 + first + months, 12)
    return to_instant(datetime.datetime(year, month0 + 1, 1), zone)


# ---- the rules -------------------------------------------------------------------------------------------


class Rules:
    """A programme version, as the trace states it."""

    def __init__(self, stated):
        self.__dict__.update(stated)
        self.zone = zoneinfo.ZoneInfo(stated["zone"])

    def points_for(self, spend):
        if spend["currency"] != self.currency:
            raise Refused("CURRENCY_MISMATCH", expectedCurrency=self.currency)
        points, per = self.base_rate
        earned = spend["minor_units"] * points // per
        if earned > MAX:
            raise Refused("BALANCE_OVERFLOW")
        if earned == 0:
            raise Refused("NOTHING_EARNED")
        return earned

    def expiry(self, at):
        return NEVER if self.never_expires else round_up(add_period(at, self.expires_after, self.zone), self.rounded_to, self.zone)

    def released_at(self, at):
        return add_period(at, self.released_after, self.zone) if self.release == "after_period" else NEVER


def none_if_never(instant):
    return None if instant == NEVER else instant


def iso(instant):
    return (EPOCH + datetime.timedelta(microseconds=instant)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
