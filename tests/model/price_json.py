"""What price_cases.py makes up, as the model has it: messages whose keys are the protocol's fields, instants as whole microseconds."""

import price_model
import price_promotions
from price_book import Book, Refused
from price_rules import DAY, SECOND, Channel, Fact, Line, Offer, Promotion, Rules, Shopper


def period_of(message):
    return message.get("days", 0) * DAY + message.get("seconds", 0) * SECOND


def rules_of(program):
    channels = []
    for message in program["channels"]:
        same = ("channel_id", "role", "member_prices", "when_stale", "ignores_platform_subsidy")
        known = {key: message[key] for key in same if key in message}
        if "fresh_for" in message:
            known["fresh_for"] = period_of(message["fresh_for"])
        channels.append(Channel(**known))
    prices = program.get("prices", {})
    periods = {key: period_of(prices[key]) for key in ("clock_tolerance", "quote_for", "hold_suspicious", "protection") if key in prices}
    if "suspicious_fall_percent" in prices:
        periods["suspicious_fall_percent"] = prices["suspicious_fall_percent"]
    return Rules(tuple(channels), {store["store_id"]: store.get("region", "") for store in program.get("stores", [])}, **periods)


def flat(message, without=()):
    """Scope and window as the model's rows have them."""
    fields = {key: value for key, value in message.items() if key not in ("scope", "window", "currency", *without)}
    return {**fields, **message.get("scope", {}), **message.get("window", {})}


def fact_of(message):
    return Fact(**flat(message))


def offer_of(message):
    return Offer(**flat(message, without=("exclusion_reason",)))


TERMS = {
    "threshold": lambda terms: price_promotions.Threshold(
        tuple((step["threshold"], step["reduction"]) for step in terms["steps"]), terms.get("repeats", False)),
    "percent": lambda terms: price_promotions.Percent(**terms),
    "nth_item": lambda terms: price_promotions.NthItem(**terms),
    "identical_gift": lambda terms: price_promotions.IdenticalGift(**terms),
    "bundle": lambda terms: price_promotions.Bundle(tuple((part["sku"], part["quantity"]) for part in terms["parts"]), terms["amount"]),
}


def promotion_of(message):
    terms = next((make(message[kind]) for kind, make in TERMS.items() if kind in message), None)
    fields = flat(message, without=tuple(TERMS))
    return Promotion(**{**fields, "skus": tuple(message.get("skus", ())), "terms": terms})


def shopper_of(message):
    return Shopper(**{**message, "plan_ids": tuple(message.get("plan_ids", ()))})


def lines_of(question):
    return [Line(line["sku"], line["quantity"]) for line in question["lines"]]


def arrive(book, arrivals, arrival):
    """What each item of it became."""
    at, request = arrival["at"], arrival["request"]
    if arrival["rpc"] == "RecordOffers":
        return [price_model.record_offer(book, at, offer_of(offer))[0] for offer in request["offers"]]
    if arrival["rpc"] == "RecordChannelPromotions":
        return [book.record_promotion(at, promotion_of(promotion)) for promotion in request["promotions"]]
    if arrival["rpc"] == "ConfirmPriceFact":
        book.confirm(at, fact_of(arrivals[arrival["of"]]["request"]["facts"][0]))
        return ["RECORDED"]
    if arrival["rpc"] == "WithdrawListing":
        book.withdraw(at, request["channel_id"], request["listing_id"], request["source_seq"], request.get("sku", ""),
                      request.get("withdrawn_from"))
        return ["RECORDED"]
    facts = [fact_of(fact) for fact in request.get("facts", [])]
    outcomes = [book.record_fact(at, fact) for fact in facts]
    if "feed" in request:
        feed = request["feed"]
        named = {(fact.listing_id, fact.sku) for fact in facts} if feed.get("snapshot") else None
        book.feed(at, feed["channel_id"], feed["complete_as_of"], named, feed.get("source_seq", 0))
    return outcomes


def world(case):
    """A book of everything that arrives. Ask it of any instant: what arrived later is not known then."""
    book = Book(rules_of(case["program"]))
    for arrival in case["arrivals"]:
        arrive(book, case["arrivals"], arrival)
    return book


def line_of(line, amount, offered, cap):
    found = {"sku": line.sku, "quantity": line.quantity, "amount": amount, "offered_amount": offered.amount,
             "list_amount": offered.list_amount}
    return {**found, "cap": cap.amount, "cap_channel_id": cap.channel_id} if cap else found


def answer(book, question):
    """What QuoteBasket must say, and if there is a `commit_at` what CommitBasket charges for each line then."""
    shopper, lines, shipping = shopper_of(question["shopper"]), lines_of(question), question["shipping"]
    priced = price_model.price(book, question["at"], shopper, lines, shipping)
    if priced.obstacles:
        return {"obstacles": {lines[place].sku: found for place, found in priced.obstacles.items()}}
    found = {
        "lines": [line_of(*of_line) for of_line in zip(lines, priced.amounts, priced.offered, priced.caps)],
        "total": priced.total, "list_total": priced.list_total, "level_used": priced.level, "degraded": priced.degraded,
        "channels": [{"channel_id": each.channel_id, "freshness": each.freshness, "goods": each.goods, "shipping": each.shipping,
                      "ours": each.ours, "saved": each.saved, "caps": each.caps} for each in priced.comparisons]}
    if "commit_at" in question:
        quoted = price_model.quote(book, question["at"], shopper, lines, shipping)
        try:
            found["committed"] = price_model.commit(book, question["commit_at"], quoted)
        except Refused as refused:
            found["refused"] = refused.args[0]
    return found
