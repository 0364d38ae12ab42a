-- Orders that were priced elsewhere: purchases, returns, claims, and projections of them. And what members do beside earning and
-- spending: transfers, merges, tags, erasure.
--
-- As 0001: every statement can be run again. Columns and keys of tables that are there are asked for first, since neither MySQL
-- nor TiDB can add one only where it is missing.

ALTER TABLE member ADD COLUMN order_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN merged_into VARBINARY(32) NOT NULL DEFAULT '';
ALTER TABLE member ADD COLUMN merged_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE member ADD KEY member_merged (program_id, merged_into);

ALTER TABLE entry ADD COLUMN peer_id VARBINARY(32) NOT NULL DEFAULT '';
ALTER TABLE entry ADD COLUMN peer_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN earned_at BIGINT NULL;

ALTER TABLE member_event ADD COLUMN detail VARBINARY(64) NOT NULL DEFAULT '';

CREATE TABLE IF NOT EXISTS member_tag (
  program_id VARBINARY(32) NOT NULL,
  member_id VARBINARY(32) NOT NULL,
  ciphertext VARBINARY(8192) NOT NULL,
  PRIMARY KEY (program_id, member_id)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='What the brand''s own systems say of a member, encrypted; erasure deletes it';

CREATE TABLE IF NOT EXISTS placement (
  program_id VARBINARY(32) NOT NULL,
  order_id VARBINARY(64) NOT NULL,
  member_id VARBINARY(32) NOT NULL,
  currency VARBINARY(8) NOT NULL,
  amount BIGINT NOT NULL,
  points BIGINT NOT NULL,
  earn_seq BIGINT NOT NULL,
  placed_lines MEDIUMBLOB NOT NULL,
  store_id VARBINARY(64) NOT NULL,
  associate_id VARBINARY(64) NOT NULL,
  channel_id VARBINARY(64) NOT NULL,
  scene VARBINARY(64) NOT NULL,
  session_id VARBINARY(64) NOT NULL,
  group_id VARBINARY(64) NOT NULL,
  campaign_id VARBINARY(64) NOT NULL,
  legal_entity VARBINARY(64) NOT NULL,
  reason VARBINARY(256) NOT NULL,
  actor VARBINARY(128) NOT NULL,
  request_id VARBINARY(64) NOT NULL,
  program_version BIGINT NOT NULL,
  effective_at BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  hash BINARY(32) NOT NULL,
  lane BIGINT NOT NULL,
  lane_seq BIGINT NOT NULL,
  PRIMARY KEY (program_id, order_id)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Append-only: purchases as they were recorded';

CREATE TABLE IF NOT EXISTS order_return (
  program_id VARBINARY(32) NOT NULL,
  return_id VARBINARY(64) NOT NULL,
  member_id VARBINARY(32) NOT NULL,
  matched MEDIUMBLOB NOT NULL,
  unmatched MEDIUMBLOB NOT NULL,
  without_receipt TINYINT UNSIGNED NOT NULL,
  taken MEDIUMBLOB NOT NULL,
  points BIGINT NOT NULL,
  deduct_minor_units BIGINT NOT NULL,
  first_seq BIGINT NOT NULL,
  entry_count BIGINT NOT NULL,
  store_id VARBINARY(64) NOT NULL,
  associate_id VARBINARY(64) NOT NULL,
  channel_id VARBINARY(64) NOT NULL,
  scene VARBINARY(64) NOT NULL,
  session_id VARBINARY(64) NOT NULL,
  group_id VARBINARY(64) NOT NULL,
  campaign_id VARBINARY(64) NOT NULL,
  legal_entity VARBINARY(64) NOT NULL,
  reason VARBINARY(256) NOT NULL,
  actor VARBINARY(128) NOT NULL,
  request_id VARBINARY(64) NOT NULL,
  program_version BIGINT NOT NULL,
  effective_at BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  hash BINARY(32) NOT NULL,
  lane BIGINT NOT NULL,
  lane_seq BIGINT NOT NULL,
  PRIMARY KEY (program_id, return_id),
  KEY order_return_without_receipt (program_id, member_id, without_receipt, effective_at)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Append-only: what came back';

CREATE TABLE IF NOT EXISTS order_claim (
  program_id VARBINARY(32) NOT NULL,
  order_id VARBINARY(64) NOT NULL,
  member_id VARBINARY(32) NOT NULL,
  points BIGINT NOT NULL,
  earn_seq BIGINT NOT NULL,
  reason VARBINARY(256) NOT NULL,
  actor VARBINARY(128) NOT NULL,
  request_id VARBINARY(64) NOT NULL,
  program_version BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  hash BINARY(32) NOT NULL,
  lane BIGINT NOT NULL,
  lane_seq BIGINT NOT NULL,
  PRIMARY KEY (program_id, order_id)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Append-only: receipts without a member that were claimed';

CREATE TABLE IF NOT EXISTS order_head (
  program_id VARBINARY(32) NOT NULL,
  order_id VARBINARY(64) NOT NULL,
  member_id VARBINARY(32) NOT NULL,
  order_seq BIGINT NOT NULL,
  earn_seq BIGINT NOT NULL,
  taken BIGINT NOT NULL,
  restored BIGINT NOT NULL,
  deducted BIGINT NOT NULL,
  effective_at BIGINT NOT NULL,
  claimed_at BIGINT NULL,
  PRIMARY KEY (program_id, order_id),
  KEY order_head_member (program_id, member_id, order_seq)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Projection: orders as they stand; locked, with their members, for every change';

CREATE TABLE IF NOT EXISTS order_line (
  program_id VARBINARY(32) NOT NULL,
  order_id VARBINARY(64) NOT NULL,
  line_number BIGINT NOT NULL,
  member_id VARBINARY(32) NOT NULL,
  sku VARBINARY(64) NOT NULL,
  quantity BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  points BIGINT NOT NULL,
  units_returned BIGINT NOT NULL,
  amount_returned BIGINT NOT NULL,
  points_returned BIGINT NOT NULL,
  effective_at BIGINT NOT NULL,
  order_seq BIGINT NOT NULL,
  is_open TINYINT UNSIGNED NOT NULL,
  PRIMARY KEY (program_id, order_id, line_number),
  KEY order_line_sku (program_id, member_id, sku, is_open)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Projection: their lines as they stand';

CREATE TABLE IF NOT EXISTS order_return_part (
  program_id VARBINARY(32) NOT NULL,
  order_id VARBINARY(64) NOT NULL,
  return_id VARBINARY(64) NOT NULL,
  matched MEDIUMBLOB NOT NULL,
  taken BIGINT NOT NULL,
  restored BIGINT NOT NULL,
  deducted BIGINT NOT NULL,
  PRIMARY KEY (program_id, order_id, return_id)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Projection: returns by order';

CREATE TRIGGER IF NOT EXISTS placement_no_update BEFORE UPDATE ON placement FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'placement is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS placement_no_delete BEFORE DELETE ON placement FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'placement is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS order_return_no_update BEFORE UPDATE ON order_return FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'order_return is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS order_return_no_delete BEFORE DELETE ON order_return FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'order_return is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS order_claim_no_update BEFORE UPDATE ON order_claim FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'order_claim is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS order_claim_no_delete BEFORE DELETE ON order_claim FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'order_claim is append-only: its rows are never changed';
