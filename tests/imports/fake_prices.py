"""The prices of the server in fake_server.py: facts by series and number, offers by name and revision, what is said of feeds."""

import threading

import grpc
from client import message


class FakePrices:
    """Prices in minor units above `cap` are above the cap; facts below `held_below` are held."""

    def __init__(self):
        self.cap = None
        self.held_below = 0
        self.facts = {}  # (channel, SKU, listing, region, store, plan, newcomers, number) -> PriceFact
        self.offers = {}  # (channel, SKU, offer, revision) -> Offer, as it was asked for
        self.statements = []  # (FeedStatement, {channel: facts of its stream so far})
        self.sources = set()
        self.lock = threading.Lock()
        self.arrived = threading.Condition(self.lock)

    def handlers(self):
        return grpc.method_handlers_generic_handler("fairpoint.v1.PricingService", {
            "ImportPriceFacts": grpc.stream_stream_rpc_method_handler(
                self.imported, message("RecordPriceFactsRequest").FromString, message("RecordPriceFactsResponse").SerializeToString),
            "RecordOffers": grpc.unary_unary_rpc_method_handler(
                self.record_offers, message("RecordOffersRequest").FromString, message("RecordOffersResponse").SerializeToString)})

    def imported(self, requests, context):
        counts, is_spoiled = {}, False
        for request in requests:
            with self.lock:
                answer = message("RecordPriceFactsResponse")()
                assert len(request.facts) <= 500
                self.sources.add(request.source)
                for fact in request.facts:
                    counts[fact.channel_id] = counts.get(fact.channel_id, 0) + 1
                    item = answer.items.add()
                    self.record(self.facts, series_of(fact), fact, item)
                    if item.state == item.RECORDED and fact.amount < self.held_below:
                        item.state = item.HELD
                    is_spoiled |= item.state == item.REFUSED
                if request.HasField("feed"):
                    if is_spoiled:
                        refuse(answer.feed_error, "FEED_INCOMPLETE")
                    else:
                        self.statements.append((request.feed, dict(counts)))
                self.arrived.notify_all()
            yield answer

    def record_offers(self, request, context):
        answer = message("RecordOffersResponse")()
        with self.lock:
            for offer in request.offers:
                item = answer.items.add()
                if self.cap is not None and offer.amount > self.cap and request.on_above_cap != request.CLAMP:
                    item.state = item.REFUSED
                    refuse(item.error, "PRICE_ABOVE_CAP")
                    continue
                self.record(self.offers, (offer.channel_id, offer.sku, offer.offer_id, offer.revision), offer, item)
                if self.cap is not None and offer.amount > self.cap:
                    item.clamped_amount = self.cap
        return answer

    def record(self, rows, name, row, item):
        before = rows.setdefault(name, row)
        if before is row:
            item.state = item.RECORDED
        elif before == row:
            item.state = item.DUPLICATE
        else:
            item.state = item.REFUSED
            refuse(item.error, "SEQUENCE_REUSED")


def series_of(fact):
    return (fact.channel_id, fact.sku, fact.listing_id, fact.scope.region, fact.scope.store_id, fact.plan_id, fact.newcomers,
            fact.source_seq)


def refuse(error, reason):
    error.code = grpc.StatusCode.ALREADY_EXISTS.value[0]
    error.message = f"because {reason}"
    error.details.add().Pack(message("google.rpc.ErrorInfo")(reason=reason))
