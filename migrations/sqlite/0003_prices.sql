-- Prices: facts of reference channels, the brand's own offers, public promotions, evidence of prices charged, price protection, and
-- projections of them. The same tables and columns as in ../mysql.

ALTER TABLE order_line ADD COLUMN credited INTEGER NOT NULL DEFAULT 0;

-- Append-only: what listings offer SKUs for, as sources said it.
CREATE TABLE price_fact (
  program_id BLOB NOT NULL,
  sku BLOB NOT NULL,
  head_seq INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  channel_id BLOB NOT NULL,
  listing_id BLOB NOT NULL,
  source_seq INTEGER NOT NULL,
  scope_kind INTEGER NOT NULL,
  scope_id BLOB NOT NULL,
  audience_kind INTEGER NOT NULL,
  plan_id BLOB NOT NULL,
  item_condition INTEGER NOT NULL,
  third_party INTEGER NOT NULL,
  currency BLOB NOT NULL,
  pack INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  platform_subsidy INTEGER NOT NULL,
  government_subsidy INTEGER NOT NULL,
  tax_ppm INTEGER NOT NULL,
  shipping INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_until INTEGER,
  source BLOB NOT NULL,
  held_until INTEGER,
  confirms_seq INTEGER NOT NULL,
  source_key BLOB NOT NULL,
  actor BLOB NOT NULL,
  recorded_at INTEGER NOT NULL,
  hash BLOB NOT NULL,
  lane INTEGER NOT NULL,
  lane_seq INTEGER NOT NULL,
  PRIMARY KEY (program_id, sku, head_seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX price_fact_source ON price_fact (program_id, source_key);

-- Append-only: revisions of the brand's own offers; without a SKU for all of a channel.
CREATE TABLE price_offer (
  program_id BLOB NOT NULL,
  sku BLOB NOT NULL,
  channel_id BLOB NOT NULL,
  head_seq INTEGER NOT NULL,
  offer_id BLOB NOT NULL,
  revision INTEGER NOT NULL,
  sold_out INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  audience_kind INTEGER NOT NULL,
  audience_level INTEGER NOT NULL,
  plan_id BLOB NOT NULL,
  introductory INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  per_units INTEGER NOT NULL,
  off_bp INTEGER NOT NULL,
  asked_amount INTEGER NOT NULL,
  floor_amount INTEGER NOT NULL,
  scope_kind INTEGER NOT NULL,
  scope_id BLOB NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_until INTEGER,
  scene BLOB NOT NULL,
  session_id BLOB NOT NULL,
  stock INTEGER NOT NULL,
  currency BLOB NOT NULL,
  source_key BLOB NOT NULL,
  actor BLOB NOT NULL,
  recorded_at INTEGER NOT NULL,
  hash BLOB NOT NULL,
  lane INTEGER NOT NULL,
  lane_seq INTEGER NOT NULL,
  PRIMARY KEY (program_id, sku, channel_id, head_seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX price_offer_source ON price_offer (program_id, source_key);

-- Append-only: public promotions of reference channels.
CREATE TABLE channel_promotion (
  program_id BLOB NOT NULL,
  channel_id BLOB NOT NULL,
  head_seq INTEGER NOT NULL,
  promotion_id BLOB NOT NULL,
  source_seq INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL,
  terms BLOB NOT NULL,
  scope_kind INTEGER NOT NULL,
  scope_id BLOB NOT NULL,
  audience_kind INTEGER NOT NULL,
  plan_id BLOB NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_until INTEGER,
  sort_order INTEGER NOT NULL,
  exclusive_group BLOB NOT NULL,
  currency BLOB NOT NULL,
  source BLOB NOT NULL,
  source_key BLOB NOT NULL,
  actor BLOB NOT NULL,
  recorded_at INTEGER NOT NULL,
  hash BLOB NOT NULL,
  lane INTEGER NOT NULL,
  lane_seq INTEGER NOT NULL,
  PRIMARY KEY (program_id, channel_id, head_seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX channel_promotion_source ON channel_promotion (program_id, source_key);

-- Append-only: how far channels' feeds said they were complete.
CREATE TABLE feed_report (
  program_id BLOB NOT NULL,
  channel_id BLOB NOT NULL,
  head_seq INTEGER NOT NULL,
  complete_as_of INTEGER,
  source BLOB NOT NULL,
  actor BLOB NOT NULL,
  recorded_at INTEGER NOT NULL,
  hash BLOB NOT NULL,
  lane INTEGER NOT NULL,
  lane_seq INTEGER NOT NULL,
  PRIMARY KEY (program_id, channel_id, head_seq)
) STRICT, WITHOUT ROWID;

-- Append-only: what made a price: one row a quote and a committed basket.
CREATE TABLE price_evidence (
  program_id BLOB NOT NULL,
  evidence_id BLOB NOT NULL,
  kind INTEGER NOT NULL,
  quote_id BLOB NOT NULL,
  order_id BLOB NOT NULL,
  member_id BLOB NOT NULL,
  program_version INTEGER NOT NULL,
  priced_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  total INTEGER NOT NULL,
  body BLOB NOT NULL,
  actor BLOB NOT NULL,
  recorded_at INTEGER NOT NULL,
  hash BLOB NOT NULL,
  lane INTEGER NOT NULL,
  lane_seq INTEGER NOT NULL,
  PRIMARY KEY (program_id, evidence_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX price_evidence_order ON price_evidence (program_id, order_id) WHERE order_id <> x'';

-- Append-only: what price protection owes to who bought.
CREATE TABLE price_credit (
  program_id BLOB NOT NULL,
  order_id BLOB NOT NULL,
  credit_seq INTEGER NOT NULL,
  line_number INTEGER NOT NULL,
  member_id BLOB NOT NULL,
  units INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  currency BLOB NOT NULL,
  sku BLOB NOT NULL,
  channel_id BLOB NOT NULL,
  fact_seq INTEGER NOT NULL,
  fell_at INTEGER NOT NULL,
  actor BLOB NOT NULL,
  recorded_at INTEGER NOT NULL,
  hash BLOB NOT NULL,
  lane INTEGER NOT NULL,
  lane_seq INTEGER NOT NULL,
  PRIMARY KEY (program_id, order_id, credit_seq)
) STRICT, WITHOUT ROWID;

-- Append-only: what became of credits.
CREATE TABLE credit_settlement (
  program_id BLOB NOT NULL,
  order_id BLOB NOT NULL,
  credit_seq INTEGER NOT NULL,
  settlement_seq INTEGER NOT NULL,
  state INTEGER NOT NULL,
  payment_reference BLOB NOT NULL,
  reason BLOB NOT NULL,
  actor BLOB NOT NULL,
  request_id BLOB NOT NULL,
  recorded_at INTEGER NOT NULL,
  hash BLOB NOT NULL,
  lane INTEGER NOT NULL,
  lane_seq INTEGER NOT NULL,
  PRIMARY KEY (program_id, order_id, credit_seq, settlement_seq)
) STRICT, WITHOUT ROWID;

-- Projection: SKUs with what of their prices may still matter; who writes of one locks it, baskets share it.
CREATE TABLE price_head (
  program_id BLOB NOT NULL,
  sku BLOB NOT NULL,
  version INTEGER NOT NULL,
  book BLOB NOT NULL,
  PRIMARY KEY (program_id, sku)
) STRICT, WITHOUT ROWID;

-- Projection: the same of channels.
CREATE TABLE channel_head (
  program_id BLOB NOT NULL,
  channel_id BLOB NOT NULL,
  version INTEGER NOT NULL,
  book BLOB NOT NULL,
  PRIMARY KEY (program_id, channel_id)
) STRICT, WITHOUT ROWID;

-- Projection: which SKUs a listing has.
CREATE TABLE price_listing (
  program_id BLOB NOT NULL,
  channel_id BLOB NOT NULL,
  listing_id BLOB NOT NULL,
  sku BLOB NOT NULL,
  PRIMARY KEY (program_id, channel_id, listing_id, sku)
) STRICT, WITHOUT ROWID;

-- Projection: units sold at offers with stock.
CREATE TABLE offer_stock (
  program_id BLOB NOT NULL,
  channel_id BLOB NOT NULL,
  offer_id BLOB NOT NULL,
  sku BLOB NOT NULL,
  sold INTEGER NOT NULL,
  PRIMARY KEY (program_id, channel_id, offer_id, sku)
) STRICT, WITHOUT ROWID;

-- Projection: orders under price protection.
CREATE TABLE protected_order (
  program_id BLOB NOT NULL,
  order_id BLOB NOT NULL,
  evidence_id BLOB NOT NULL,
  member_id BLOB NOT NULL,
  placed_at INTEGER NOT NULL,
  protected_until INTEGER NOT NULL,
  credit_count INTEGER NOT NULL,
  checked_at INTEGER,
  due_at INTEGER,
  PRIMARY KEY (program_id, order_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX protected_order_placed ON protected_order (program_id, placed_at, order_id);
CREATE INDEX protected_order_due ON protected_order (due_at, program_id, order_id) WHERE due_at IS NOT NULL;

-- Projection: the same orders by SKU and time.
CREATE TABLE protected_line (
  program_id BLOB NOT NULL,
  sku BLOB NOT NULL,
  placed_at INTEGER NOT NULL,
  order_id BLOB NOT NULL,
  PRIMARY KEY (program_id, sku, placed_at, order_id)
) STRICT, WITHOUT ROWID;

-- Projection: how far a worker that can resume has read each lane of the journal.
CREATE TABLE feed_cursor (
  name BLOB NOT NULL,
  lane INTEGER NOT NULL,
  lane_seq INTEGER NOT NULL,
  PRIMARY KEY (name, lane)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER price_fact_no_update BEFORE UPDATE ON price_fact BEGIN
  SELECT RAISE(ABORT, 'price_fact is append-only: its rows are never changed');
END;
CREATE TRIGGER price_fact_no_delete BEFORE DELETE ON price_fact BEGIN
  SELECT RAISE(ABORT, 'price_fact is append-only: its rows are never changed');
END;
CREATE TRIGGER price_offer_no_update BEFORE UPDATE ON price_offer BEGIN
  SELECT RAISE(ABORT, 'price_offer is append-only: its rows are never changed');
END;
CREATE TRIGGER price_offer_no_delete BEFORE DELETE ON price_offer BEGIN
  SELECT RAISE(ABORT, 'price_offer is append-only: its rows are never changed');
END;
CREATE TRIGGER channel_promotion_no_update BEFORE UPDATE ON channel_promotion BEGIN
  SELECT RAISE(ABORT, 'channel_promotion is append-only: its rows are never changed');
END;
CREATE TRIGGER channel_promotion_no_delete BEFORE DELETE ON channel_promotion BEGIN
  SELECT RAISE(ABORT, 'channel_promotion is append-only: its rows are never changed');
END;
CREATE TRIGGER feed_report_no_update BEFORE UPDATE ON feed_report BEGIN
  SELECT RAISE(ABORT, 'feed_report is append-only: its rows are never changed');
END;
CREATE TRIGGER feed_report_no_delete BEFORE DELETE ON feed_report BEGIN
  SELECT RAISE(ABORT, 'feed_report is append-only: its rows are never changed');
END;
CREATE TRIGGER price_evidence_no_update BEFORE UPDATE ON price_evidence BEGIN
  SELECT RAISE(ABORT, 'price_evidence is append-only: its rows are never changed');
END;
CREATE TRIGGER price_evidence_no_delete BEFORE DELETE ON price_evidence BEGIN
  SELECT RAISE(ABORT, 'price_evidence is append-only: its rows are never changed');
END;
CREATE TRIGGER price_credit_no_update BEFORE UPDATE ON price_credit BEGIN
  SELECT RAISE(ABORT, 'price_credit is append-only: its rows are never changed');
END;
CREATE TRIGGER price_credit_no_delete BEFORE DELETE ON price_credit BEGIN
  SELECT RAISE(ABORT, 'price_credit is append-only: its rows are never changed');
END;
CREATE TRIGGER credit_settlement_no_update BEFORE UPDATE ON credit_settlement BEGIN
  SELECT RAISE(ABORT, 'credit_settlement is append-only: its rows are never changed');
END;
CREATE TRIGGER credit_settlement_no_delete BEFORE DELETE ON credit_settlement BEGIN
  SELECT RAISE(ABORT, 'credit_settlement is append-only: its rows are never changed');
END;
