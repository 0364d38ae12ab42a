"""What prices are made of, for price_model.py: a programme's rules, and the rows that channels and the brand write.

Instants are whole microseconds, lengths of time too; money is whole minor units. Rows are never changed once recorded.
"""

import dataclasses
from fractions import Fraction
from typing import Optional

SECOND = 1_000_000
DAY = 86_400 * SECOND
FOREVER = float("inf")
PPM = 1_000_000
BASIS = 10_000


@dataclasses.dataclass(frozen=True)
class Channel:
    channel_id: str
    role: str = "REFERENCE"
    member_prices: bool = False
    fresh_for: int = DAY
    when_stale: str = "DEGRADED"
    ignores_platform_subsidy: bool = False


@dataclasses.dataclass(frozen=True)
class Rules:
    channels: tuple
    stores: dict = dataclasses.field(default_factory=dict)  # store -> its region
    clock_tolerance: int = 60 * SECOND
    quote_for: int = 600 * SECOND
    suspicious_fall_percent: int = 50
    hold_suspicious: int = 600 * SECOND
    protection: Optional[int] = None

    def references(self):
        return sorted((channel for channel in self.channels if channel.role == "REFERENCE"), key=lambda each: each.channel_id)


@dataclasses.dataclass(frozen=True)
class Shopper:
    channel_id: str
    is_member: bool = False
    level: int = 0
    plan_ids: tuple = ()
    newcomer: bool = False
    store_id: str = ""
    region: str = ""
    scene: str = ""
    session_id: str = ""


@dataclasses.dataclass(frozen=True)
class Line:
    sku: str
    quantity: int


@dataclasses.dataclass(frozen=True)
class Row:
    """What facts, promotions and offers have in common: where, to whom, when."""

    region: str = ""
    store_id: str = ""
    plan_id: str = ""
    newcomers: bool = False
    valid_from: Optional[int] = None
    valid_until: Optional[int] = None
    recorded: int = 0

    @property
    def begins(self):
        return self.recorded if self.valid_from is None else self.valid_from

    @property
    def ends(self):
        return FOREVER if self.valid_until is None else self.valid_until

    def holds_at(self, instant):
        return self.begins <= instant < self.ends

    def holds_where(self, shopper, rules):
        if self.store_id:
            return self.store_id == shopper.store_id
        return not self.region or self.region in (shopper.region, rules.stores.get(shopper.store_id))

    def holds_for(self, shopper):
        """Of what others offer: a plan of theirs needs no membership of ours."""
        if self.plan_id:
            return self.plan_id in shopper.plan_ids
        return shopper.newcomer or not self.newcomers


@dataclasses.dataclass(frozen=True)
class Fact(Row):
    channel_id: str = ""
    listing_id: str = ""
    sku: str = ""
    source_seq: int = 0
    amount: int = 0
    pack: int = 1
    condition: str = "NEW"
    third_party: bool = False
    platform_subsidy: int = 0
    government_subsidy: int = 0
    tax_ppm: int = 0
    shipping: int = 0
    confirmed: bool = False
    held_until: Optional[int] = None

    def series(self):
        return (self.channel_id, self.sku, self.listing_id, self.region, self.store_id, self.plan_id, self.newcomers)

    def content(self):
        return dataclasses.replace(self, recorded=0, held_until=None)

    def payable(self, channel):
        """What a buyer pays for the pack."""
        subsidy = 0 if channel.ignores_platform_subsidy else self.platform_subsidy
        return self.amount + self.amount * self.tax_ppm // PPM - subsidy

    def cost(self, quantity, channel):
        return int(Fraction(quantity * self.payable(channel), self.pack))  # of nothing negative: the floor


@dataclasses.dataclass(frozen=True)
class Withdrawal:
    channel_id: str
    listing_id: str
    sku: str
    source_seq: int
    withdrawn_from: int
    recorded: int

    def hides(self, fact, instant):
        same = (fact.channel_id, fact.listing_id, fact.sku) == (self.channel_id, self.listing_id, self.sku)
        return same and fact.source_seq <= self.source_seq and self.withdrawn_from <= instant


@dataclasses.dataclass(frozen=True)
class Confirmation:
    fact: Fact
    recorded: int


@dataclasses.dataclass(frozen=True)
class Feed:
    channel_id: str
    complete_as_of: int
    recorded: int


@dataclasses.dataclass(frozen=True)
class Promotion(Row):
    channel_id: str = ""
    promotion_id: str = ""
    source_seq: int = 0
    withdrawn: bool = False
    skus: tuple = ()
    terms: object = None  # of price_promotions.py
    order: int = 0
    exclusive_group: str = ""
    times_max: int = 0


@dataclasses.dataclass(frozen=True)
class Offer(Row):
    channel_id: str = ""
    offer_id: str = ""
    sku: str = ""
    revision: int = 0
    withdrawn: bool = False
    kind: str = "LIST"
    level_min: Optional[int] = None
    amount: Optional[int] = None
    off_bp: Optional[int] = None
    per_units: int = 1
    floor_amount: int = 0
    scene: str = ""
    session_id: str = ""
    stock: int = 0

    def name(self):
        return (self.channel_id, self.sku, self.offer_id)

    def holds_for(self, shopper):
        if self.level_min is not None:
            return shopper.is_member and shopper.level >= self.level_min
        if self.plan_id:
            return shopper.is_member and self.plan_id in shopper.plan_ids
        return shopper.newcomer or not self.newcomers

    def for_whoever(self):
        return self.level_min is None and not self.plan_id and not self.newcomers
