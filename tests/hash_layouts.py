"""The layouts that docs/hashing.md and docs/hashing_prices.md document: the fields of every record, in order, with their encodings."""

import hashlib
import struct


def u8(value):
    return struct.pack(">B", value)


def u32(value):
    return struct.pack(">I", value)


def i64(value):
    return struct.pack(">q", value)


def opt(value):
    return b"\x00" if value is None else b"\x01" + i64(value)


def seq(value):  # a number of which 0 says "none"
    return opt(value if value > 0 else None)


def raw(value):
    return value if isinstance(value, bytes) else value.encode()


def text(value):
    return u32(len(raw(value))) + raw(value)


def fixed(value):
    value = value if isinstance(value, bytes) else bytes.fromhex(value)
    if len(value) != 32:
        raise ValueError("a hash has 32 bytes")
    return value


def flag(value):
    return u8(1 if value else 0)


def sha(value):
    return hashlib.sha256(raw(value)).digest()


def leaf(canonical):
    return hashlib.sha256(b"\x00" + canonical).hexdigest()


def listing(encode):
    """Bytes that hold a count and the items: on the page a list, in a store already bytes."""
    def encoded(items):
        return text(items if isinstance(items, bytes) else u32(len(items)) + b"".join(encode(one) for one in items))
    return encoded


def placed_line(line):
    return (text(line["sku"]) + i64(line["quantity"]) + i64(line["amount"]) + i64(line["points"]) + u32(len(line["discounts"]))
            + b"".join(text(one["funder"]) + i64(one["minor_units"]) for one in line["discounts"]))


def matched_return(one):
    return (text(one["order_id"]) + i64(one["line_number"]) + text(one["sku"]) + i64(one["units"]) + i64(one["amount"])
            + i64(one["points"]))


def returned_item(one):
    return text(one["sku"]) + i64(one["units"])


def order_taken(one):
    return text(one["order_id"]) + i64(one["taken"]) + i64(one["restored"]) + i64(one["deducted"])


def matched_returns(items):
    """The list, and after it, where any item has some, what of each amount had been credited."""
    if isinstance(items, bytes):
        return text(items)
    credited = [one.get("credited", 0) for one in items]
    tail = b"".join(i64(one) for one in credited) if any(credited) else b""
    return text(u32(len(items)) + b"".join(matched_return(one) for one in items) + tail)


def promotion_terms(terms):
    if isinstance(terms, bytes):
        return text(terms)
    return text(
        u8(terms["kind"]) + u32(len(terms["skus"])) + b"".join(text(sku) for sku in terms["skus"])
        + u32(len(terms["steps"])) + b"".join(i64(one["threshold"]) + i64(one["reduction"]) for one in terms["steps"])
        + flag(terms["repeats"]) + i64(terms["off_bp"]) + i64(terms["reduction_max"]) + i64(terms["nth"]) + flag(terms["mixed"])
        + i64(terms["buy"]) + i64(terms["get"]) + u32(len(terms["bundle"]))
        + b"".join(text(one["sku"]) + i64(one["quantity"]) for one in terms["bundle"])
        + i64(terms["bundle_amount"]) + i64(terms["times_max"]))


def evidence_body(body):
    if isinstance(body, bytes):
        return text(body)
    shopper = body["shopper"]
    return text(
        u8(1) + text(shopper["channel_id"]) + flag(shopper["is_member"]) + i64(shopper["level"])
        + u32(len(shopper["plan_ids"])) + b"".join(text(one) for one in shopper["plan_ids"]) + flag(shopper["newcomer"])
        + b"".join(text(shopper[name]) for name in ("store_id", "region", "scene", "session_id"))
        + i64(body["shipping"]) + i64(body["own_version"]) + i64(body["level"]) + flag(body["degraded"])
        + u32(len(body["lines"])) + b"".join(evidence_line(one) for one in body["lines"])
        + u32(len(body["references"])) + b"".join(evidence_reference(one) for one in body["references"]))


def evidence_line(one):
    return (text(one["sku"]) + b"".join(i64(one[name]) for name in ("quantity", "head_version", "quoted", "list_amount", "offer_seq"))
            + flag(one["is_wide"]) + flag(one["introductory"]) + flag(one["stocked"]) + i64(one["offered"]) + i64(one["cap"])
            + text(one["cap_channel"]) + i64(one["cap_fact_seq"]) + i64(one["amount"]))


def evidence_reference(one):
    return (text(one["channel_id"]) + i64(one["head_version"]) + u8(one["freshness"]) + flag(one["lists"]) + i64(one["goods"])
            + i64(one["shipping"]) + i64(one["at"]) + u32(len(one["promotion_seqs"]))
            + b"".join(i64(seq) for seq in one["promotion_seqs"]) + i64(one["ours"]) + flag(one["caps"]) + flag(one["bounded"]))


SOURCE = [(name, text) for name in ("store_id", "associate_id", "channel_id", "scene", "session_id", "group_id", "campaign_id")]
SCOPE = [("scope_kind", u8), ("scope_id", text)]
AUDIENCE = [("audience_kind", u8), ("plan_id", text)]
WINDOW = [("valid_from", i64), ("valid_until", opt)]
POSTED = [("reason", text), ("actor", text), ("request_id", text), ("program_version", i64)]

# The layouts: (field, encoding), in order, after the version byte.
LAYOUTS = {
    "entry": [
        ("program_id", text), ("member_id", text), ("seq", i64), ("txn_seq", i64), ("kind", u8),
        ("from_account", u8), ("to_account", u8), ("points", i64), ("lot_seq", seq), ("hold_seq", seq),
        ("reverses_seq", seq), ("available_at", opt), ("expires_at", opt), ("effective_at", i64),
        ("recorded_at", i64), ("order_id", text), ("order_line", opt), ("store_id", text),
        ("legal_entity", text), ("reason", text), ("actor", text), ("request_id", text),
        ("program_version", i64), ("available_after", i64), ("pending_after", i64), ("held_after", i64),
        ("debt_after", i64), ("peer_id", text), ("peer_seq", seq), ("earned_at", opt), ("prev_hash", fixed)],
    "member_event": [
        ("program_id", text), ("member_id", text), ("event_seq", i64), ("kind", u8), ("phone_only", flag),
        ("reason", text), ("actor", text), ("request_id", text), ("recorded_at", i64),
        ("detail", text), ("prev_hash", fixed)],
    "program_version": [
        ("program_id", text), ("version", i64), ("effective_from", i64), ("text", sha), ("actor", text),
        ("request_id", text), ("recorded_at", i64), ("prev_hash", fixed)],
    "receipt": [
        ("program_id", text), ("request_id", text), ("kind", u8), ("member_id", text),
        ("request_hash", fixed), ("field_hashes", text), ("first_seq", i64), ("entry_count", i64),
        ("event_seq", i64), ("outcome", i64), ("recorded_at", i64)],
    "reversal": [("program_id", text), ("member_id", text), ("txn_seq", i64), ("by_txn_seq", i64)],
    "placement": [
        ("program_id", text), ("order_id", text), ("member_id", text), ("currency", text), ("amount", i64), ("points", i64),
        ("earn_seq", i64), ("placed_lines", listing(placed_line)), *SOURCE, ("legal_entity", text), *POSTED,
        ("effective_at", i64), ("recorded_at", i64)],
    "order_return": [
        ("program_id", text), ("return_id", text), ("member_id", text), ("matched", matched_returns),
        ("unmatched", listing(returned_item)), ("without_receipt", flag), ("taken", listing(order_taken)), ("points", i64), ("deduct_minor_units", i64),
        ("first_seq", i64), ("entry_count", i64), *SOURCE, ("legal_entity", text), *POSTED, ("effective_at", i64),
        ("recorded_at", i64)],
    "order_claim": [
        ("program_id", text), ("order_id", text), ("member_id", text), ("points", i64), ("earn_seq", i64), *POSTED,
        ("recorded_at", i64)],
    "price_fact": [
        ("program_id", text), ("sku", text), ("head_seq", i64), ("kind", u8), ("channel_id", text), ("listing_id", text),
        ("source_seq", i64), *SCOPE, *AUDIENCE, ("item_condition", u8), ("third_party", flag), ("currency", text), ("pack", i64),
        ("amount", i64), ("platform_subsidy", i64), ("government_subsidy", i64), ("tax_ppm", i64), ("shipping", i64), *WINDOW,
        ("source", text), ("held_until", opt), ("confirms_seq", i64), ("actor", text), ("recorded_at", i64)],
    "price_offer": [
        ("program_id", text), ("sku", text), ("head_seq", i64), ("channel_id", text), ("offer_id", text), ("revision", i64),
        ("withdrawn", flag), ("sold_out", flag), ("kind", u8), ("audience_kind", u8), ("audience_level", i64), ("plan_id", text),
        ("introductory", flag), ("amount", i64), ("per_units", i64), ("off_bp", i64), ("asked_amount", i64), ("floor_amount", i64),
        *SCOPE, *WINDOW, ("scene", text), ("session_id", text), ("stock", i64), ("currency", text), ("actor", text),
        ("recorded_at", i64)],
    "channel_promotion": [
        ("program_id", text), ("channel_id", text), ("head_seq", i64), ("promotion_id", text), ("source_seq", i64),
        ("withdrawn", flag), ("terms", promotion_terms), *SCOPE, *AUDIENCE, *WINDOW, ("sort_order", i64),
        ("exclusive_group", text), ("currency", text), ("source", text), ("actor", text), ("recorded_at", i64)],
    "feed_report": [
        ("program_id", text), ("channel_id", text), ("head_seq", i64), ("complete_as_of", opt), ("source", text),
        ("actor", text), ("recorded_at", i64)],
    "price_evidence": [
        ("program_id", text), ("evidence_id", text), ("kind", u8), ("quote_id", text), ("order_id", text), ("member_id", text),
        ("program_version", i64), ("priced_at", i64), ("expires_at", i64), ("total", i64), ("body", evidence_body),
        ("actor", text), ("recorded_at", i64)],
    "price_credit": [
        ("program_id", text), ("order_id", text), ("credit_seq", i64), ("line_number", i64), ("member_id", text), ("units", i64),
        ("amount", i64), ("currency", text), ("sku", text), ("channel_id", text), ("fact_seq", i64), ("fell_at", i64),
        ("actor", text), ("recorded_at", i64)],
    "credit_settlement": [
        ("program_id", text), ("order_id", text), ("credit_seq", i64), ("settlement_seq", i64), ("state", u8),
        ("payment_reference", text), ("reason", text), ("actor", text), ("request_id", text), ("recorded_at", i64)],
    "journal": [
        ("lane", i64), ("lane_seq", i64), ("recorded_at", i64), ("body", sha), ("prev_hash", fixed)],
}
# Fields of version 2 only: a row is of version 1 where those named first say nothing.
ADDED = {"entry": (("peer_id", "earned_at"), {"peer_id": "", "peer_seq": 0, "earned_at": None}),
         "member_event": (("detail",), {"detail": ""})}
KEYS = {"receipt": "request_id", "placement": "order_id", "order_return": "return_id", "order_claim": "order_id",
        "price_fact": "sku", "price_offer": "sku", "channel_promotion": "channel_id", "feed_report": "channel_id",
        "price_evidence": "evidence_id", "price_credit": "order_id"}  # or the member
NUMBERS = {"entry": "seq", "member_event": "event_seq", "program_version": "version", "reversal": "txn_seq", "price_fact": "head_seq",
           "price_offer": "head_seq", "channel_promotion": "head_seq", "feed_report": "head_seq", "price_credit": "credit_seq",
           "credit_settlement": "settlement_seq"}
HEX_FIELDS = {"field_hashes", "body"}  # of receipts and the journal: bytes that are no text: written in hex on the page
TABLES = {1: "entry", 2: "member_event", 3: "receipt", 4: "program_version", 5: "reversal", 6: "placement", 7: "order_return",
          8: "order_claim", 9: "price_fact", 10: "price_offer", 11: "channel_promotion", 12: "feed_report", 13: "price_evidence",
          14: "price_credit", 15: "credit_settlement"}
