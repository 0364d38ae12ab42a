"""The least that one unit was offered for to everyone, for price_model.py."""

import dataclasses

import price_caps
from price_rules import BASIS, DAY, FOREVER, Line, Offer, Shopper

ANYBODY = Shopper("")


@dataclasses.dataclass(frozen=True)
class LeastOffered:
    channel_id: str
    amount: int
    since: int
    carried_in: bool


def offered_there(view, channel, sku, instant):
    """[(amount, row)] of a reference channel at an instant."""
    return [(fact.cost(1, channel), fact) for fact in view.compared(channel.channel_id, sku, ANYBODY, instant)]


def offered_here(view, channel, sku, instant):
    """[(amount, row)] of a private channel: by the revisions that were there, and that nothing had replaced, by then."""
    rows = [row for row in view.of(Offer) if row.channel_id == channel.channel_id and row.sku in ("", sku)]
    in_force = [row for row in rows if not row.withdrawn and row.holds_at(instant) and row.recorded <= instant and not any(
        other.name() == row.name() and other.revision > row.revision and other.recorded <= instant
        and (other.withdrawn or other.begins <= instant) for other in rows)]
    open_to_all = [row for row in in_force if row.for_whoever() and not row.region and not row.store_id and not row.scene
                   and not row.session_id]
    amounts = [(row.amount // row.per_units, row) for row in open_to_all if row.amount is not None]
    lists = [amount for amount, row in amounts if row.kind == "LIST"]
    if lists:
        amounts += [(min(lists) * (BASIS - row.off_bp) // BASIS, row) for row in open_to_all if row.off_bp is not None]
    caps = [cap.amount for other in view.rules.references() for cap in price_caps.line_caps_at(view, other, Line(sku, 1), ANYBODY, instant)]
    return [(min([amount] + caps), row) for amount, row in amounts]


def least_offered(book, as_of, channel_id, sku, days=30, recorded_by=None):
    """None where it was never offered within these days."""
    view = book.view(as_of, as_known_at=FOREVER if recorded_by is None else recorded_by)
    channel = next(each for each in book.rules.channels if each.channel_id == channel_id)
    offered = offered_there if channel.role == "REFERENCE" else offered_here
    begin = as_of - days * DAY
    edges = {edge for each in view.rules.channels for edge in view.changes(each.channel_id, begin, as_of)}
    for row in view.of(Offer):
        edges |= {edge for edge in (row.begins, row.ends, row.recorded) if begin <= edge <= as_of}
    found = [(amount, instant, row) for instant in sorted(edges) for amount, row in offered(view, channel, sku, instant)]
    if not found:
        return None
    amount, since, row = min(found, key=lambda each: each[:2])
    before = [other for other, _ in offered(view, channel, sku, begin - 1)] if since == begin else []
    return LeastOffered(channel_id, amount, since, amount in before)
