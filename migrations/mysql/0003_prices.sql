-- Prices: facts of reference channels, the brand's own offers, public promotions, evidence of prices charged, price protection, and
-- projections of them.
--
-- As 0002: every statement can be run again.

ALTER TABLE order_line ADD COLUMN credited BIGINT NOT NULL DEFAULT 0;

CREATE TABLE IF NOT EXISTS price_fact (
  program_id VARBINARY(32) NOT NULL,
  sku VARBINARY(64) NOT NULL,
  head_seq BIGINT NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  channel_id VARBINARY(64) NOT NULL,
  listing_id VARBINARY(64) NOT NULL,
  source_seq BIGINT NOT NULL,
  scope_kind TINYINT UNSIGNED NOT NULL,
  scope_id VARBINARY(64) NOT NULL,
  audience_kind TINYINT UNSIGNED NOT NULL,
  plan_id VARBINARY(64) NOT NULL,
  item_condition TINYINT UNSIGNED NOT NULL,
  third_party TINYINT UNSIGNED NOT NULL,
  currency VARBINARY(8) NOT NULL,
  pack BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  platform_subsidy BIGINT NOT NULL,
  government_subsidy BIGINT NOT NULL,
  tax_ppm BIGINT NOT NULL,
  shipping BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_until BIGINT NULL,
  source VARBINARY(64) NOT NULL,
  held_until BIGINT NULL,
  confirms_seq BIGINT NOT NULL,
  source_key VARBINARY(16) NOT NULL,
  actor VARBINARY(128) NOT NULL,
  recorded_at BIGINT NOT NULL,
  hash BINARY(32) NOT NULL,
  lane BIGINT NOT NULL,
  lane_seq BIGINT NOT NULL,
  PRIMARY KEY (program_id, sku, head_seq),
  UNIQUE KEY price_fact_source (program_id, source_key)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Append-only: what listings offer SKUs for, as sources said it';

CREATE TABLE IF NOT EXISTS price_offer (
  program_id VARBINARY(32) NOT NULL,
  sku VARBINARY(64) NOT NULL,
  channel_id VARBINARY(64) NOT NULL,
  head_seq BIGINT NOT NULL,
  offer_id VARBINARY(64) NOT NULL,
  revision BIGINT NOT NULL,
  sold_out TINYINT UNSIGNED NOT NULL,
  withdrawn TINYINT UNSIGNED NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  audience_kind TINYINT UNSIGNED NOT NULL,
  audience_level BIGINT NOT NULL,
  plan_id VARBINARY(64) NOT NULL,
  introductory TINYINT UNSIGNED NOT NULL,
  amount BIGINT NOT NULL,
  per_units BIGINT NOT NULL,
  off_bp BIGINT NOT NULL,
  asked_amount BIGINT NOT NULL,
  floor_amount BIGINT NOT NULL,
  scope_kind TINYINT UNSIGNED NOT NULL,
  scope_id VARBINARY(64) NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_until BIGINT NULL,
  scene VARBINARY(64) NOT NULL,
  session_id VARBINARY(64) NOT NULL,
  stock BIGINT NOT NULL,
  currency VARBINARY(8) NOT NULL,
  source_key VARBINARY(16) NOT NULL,
  actor VARBINARY(128) NOT NULL,
  recorded_at BIGINT NOT NULL,
  hash BINARY(32) NOT NULL,
  lane BIGINT NOT NULL,
  lane_seq BIGINT NOT NULL,
  PRIMARY KEY (program_id, sku, channel_id, head_seq),
  UNIQUE KEY price_offer_source (program_id, source_key)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Append-only: revisions of the brand''s own offers; without a SKU for all of a channel';

CREATE TABLE IF NOT EXISTS channel_promotion (
  program_id VARBINARY(32) NOT NULL,
  channel_id VARBINARY(64) NOT NULL,
  head_seq BIGINT NOT NULL,
  promotion_id VARBINARY(64) NOT NULL,
  source_seq BIGINT NOT NULL,
  withdrawn TINYINT UNSIGNED NOT NULL,
  terms MEDIUMBLOB NOT NULL,
  scope_kind TINYINT UNSIGNED NOT NULL,
  scope_id VARBINARY(64) NOT NULL,
  audience_kind TINYINT UNSIGNED NOT NULL,
  plan_id VARBINARY(64) NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_until BIGINT NULL,
  sort_order BIGINT NOT NULL,
  exclusive_group VARBINARY(64) NOT NULL,
  currency VARBINARY(8) NOT NULL,
  source VARBINARY(64) NOT NULL,
  source_key VARBINARY(16) NOT NULL,
  actor VARBINARY(128) NOT NULL,
  recorded_at BIGINT NOT NULL,
  hash BINARY(32) NOT NULL,
  lane BIGINT NOT NULL,
  lane_seq BIGINT NOT NULL,
  PRIMARY KEY (program_id, channel_id, head_seq),
  UNIQUE KEY channel_promotion_source (program_id, source_key)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Append-only: public promotions of reference channels';

CREATE TABLE IF NOT EXISTS feed_report (
  program_id VARBINARY(32) NOT NULL,
  channel_id VARBINARY(64) NOT NULL,
  head_seq BIGINT NOT NULL,
  complete_as_of BIGINT NULL,
  source VARBINARY(64) NOT NULL,
  actor VARBINARY(128) NOT NULL,
  recorded_at BIGINT NOT NULL,
  hash BINARY(32) NOT NULL,
  lane BIGINT NOT NULL,
  lane_seq BIGINT NOT NULL,
  PRIMARY KEY (program_id, channel_id, head_seq)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Append-only: how far channels'' feeds said they were complete';

CREATE TABLE IF NOT EXISTS price_evidence (
  program_id VARBINARY(32) NOT NULL,
  evidence_id VARBINARY(32) NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  quote_id VARBINARY(32) NOT NULL,
  order_id VARBINARY(64) NOT NULL,
  member_id VARBINARY(32) NOT NULL,
  program_version BIGINT NOT NULL,
  priced_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  total BIGINT NOT NULL,
  body MEDIUMBLOB NOT NULL,
  actor VARBINARY(128) NOT NULL,
  recorded_at BIGINT NOT NULL,
  hash BINARY(32) NOT NULL,
  lane BIGINT NOT NULL,
  lane_seq BIGINT NOT NULL,
  PRIMARY KEY (program_id, evidence_id),
  KEY price_evidence_order (program_id, order_id)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Append-only: what made a price: one row a quote and a committed basket';

CREATE TABLE IF NOT EXISTS price_credit (
  program_id VARBINARY(32) NOT NULL,
  order_id VARBINARY(64) NOT NULL,
  credit_seq BIGINT NOT NULL,
  line_number BIGINT NOT NULL,
  member_id VARBINARY(32) NOT NULL,
  units BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  currency VARBINARY(8) NOT NULL,
  sku VARBINARY(64) NOT NULL,
  channel_id VARBINARY(64) NOT NULL,
  fact_seq BIGINT NOT NULL,
  fell_at BIGINT NOT NULL,
  actor VARBINARY(128) NOT NULL,
  recorded_at BIGINT NOT NULL,
  hash BINARY(32) NOT NULL,
  lane BIGINT NOT NULL,
  lane_seq BIGINT NOT NULL,
  PRIMARY KEY (program_id, order_id, credit_seq)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Append-only: what price protection owes to who bought';

CREATE TABLE IF NOT EXISTS credit_settlement (
  program_id VARBINARY(32) NOT NULL,
  order_id VARBINARY(64) NOT NULL,
  credit_seq BIGINT NOT NULL,
  settlement_seq BIGINT NOT NULL,
  state TINYINT UNSIGNED NOT NULL,
  payment_reference VARBINARY(64) NOT NULL,
  reason VARBINARY(256) NOT NULL,
  actor VARBINARY(128) NOT NULL,
  request_id VARBINARY(64) NOT NULL,
  recorded_at BIGINT NOT NULL,
  hash BINARY(32) NOT NULL,
  lane BIGINT NOT NULL,
  lane_seq BIGINT NOT NULL,
  PRIMARY KEY (program_id, order_id, credit_seq, settlement_seq)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Append-only: what became of credits';

CREATE TABLE IF NOT EXISTS price_head (
  program_id VARBINARY(32) NOT NULL,
  sku VARBINARY(64) NOT NULL,
  version BIGINT NOT NULL,
  book MEDIUMBLOB NOT NULL,
  PRIMARY KEY (program_id, sku)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Projection: SKUs with what of their prices may still matter; who writes of one locks it, baskets share it';

CREATE TABLE IF NOT EXISTS channel_head (
  program_id VARBINARY(32) NOT NULL,
  channel_id VARBINARY(64) NOT NULL,
  version BIGINT NOT NULL,
  book MEDIUMBLOB NOT NULL,
  PRIMARY KEY (program_id, channel_id)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Projection: the same of channels';

CREATE TABLE IF NOT EXISTS price_listing (
  program_id VARBINARY(32) NOT NULL,
  channel_id VARBINARY(64) NOT NULL,
  listing_id VARBINARY(64) NOT NULL,
  sku VARBINARY(64) NOT NULL,
  PRIMARY KEY (program_id, channel_id, listing_id, sku)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Projection: which SKUs a listing has';

CREATE TABLE IF NOT EXISTS offer_stock (
  program_id VARBINARY(32) NOT NULL,
  channel_id VARBINARY(64) NOT NULL,
  offer_id VARBINARY(64) NOT NULL,
  sku VARBINARY(64) NOT NULL,
  sold BIGINT NOT NULL,
  PRIMARY KEY (program_id, channel_id, offer_id, sku)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Projection: units sold at offers with stock';

CREATE TABLE IF NOT EXISTS protected_order (
  program_id VARBINARY(32) NOT NULL,
  order_id VARBINARY(64) NOT NULL,
  evidence_id VARBINARY(32) NOT NULL,
  member_id VARBINARY(32) NOT NULL,
  placed_at BIGINT NOT NULL,
  protected_until BIGINT NOT NULL,
  credit_count BIGINT NOT NULL,
  checked_at BIGINT NULL,
  due_at BIGINT NULL,
  PRIMARY KEY (program_id, order_id),
  KEY protected_order_placed (program_id, placed_at, order_id),
  KEY protected_order_due (due_at, program_id, order_id)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Projection: orders under price protection';

CREATE TABLE IF NOT EXISTS protected_line (
  program_id VARBINARY(32) NOT NULL,
  sku VARBINARY(64) NOT NULL,
  placed_at BIGINT NOT NULL,
  order_id VARBINARY(64) NOT NULL,
  PRIMARY KEY (program_id, sku, placed_at, order_id)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Projection: the same orders by SKU and time';

CREATE TABLE IF NOT EXISTS feed_cursor (
  name VARBINARY(64) NOT NULL,
  lane BIGINT NOT NULL,
  lane_seq BIGINT NOT NULL,
  PRIMARY KEY (name, lane)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Projection: how far a worker that can resume has read each lane of the journal';

CREATE TRIGGER IF NOT EXISTS price_fact_no_update BEFORE UPDATE ON price_fact FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'price_fact is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS price_fact_no_delete BEFORE DELETE ON price_fact FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'price_fact is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS price_offer_no_update BEFORE UPDATE ON price_offer FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'price_offer is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS price_offer_no_delete BEFORE DELETE ON price_offer FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'price_offer is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS channel_promotion_no_update BEFORE UPDATE ON channel_promotion FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'channel_promotion is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS channel_promotion_no_delete BEFORE DELETE ON channel_promotion FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'channel_promotion is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS feed_report_no_update BEFORE UPDATE ON feed_report FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'feed_report is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS feed_report_no_delete BEFORE DELETE ON feed_report FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'feed_report is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS price_evidence_no_update BEFORE UPDATE ON price_evidence FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'price_evidence is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS price_evidence_no_delete BEFORE DELETE ON price_evidence FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'price_evidence is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS price_credit_no_update BEFORE UPDATE ON price_credit FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'price_credit is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS price_credit_no_delete BEFORE DELETE ON price_credit FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'price_credit is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS credit_settlement_no_update BEFORE UPDATE ON credit_settlement FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'credit_settlement is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS credit_settlement_no_delete BEFORE DELETE ON credit_settlement FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'credit_settlement is append-only: its rows are never changed';
