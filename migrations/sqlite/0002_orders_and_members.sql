-- Orders that were priced elsewhere: purchases, returns, claims, and projections of them. And what members do beside earning and
-- spending: transfers, merges, tags, erasure. The same tables and columns as in ../mysql.

-- Of the member's last order.
ALTER TABLE member ADD COLUMN order_seq INTEGER NOT NULL DEFAULT 0;
-- Whom it answers for, and how many answer for it.
ALTER TABLE member ADD COLUMN merged_into BLOB NOT NULL DEFAULT x'';
ALTER TABLE member ADD COLUMN merged_count INTEGER NOT NULL DEFAULT 0;
CREATE INDEX member_merged ON member (program_id, merged_into) WHERE merged_into <> x'';

-- The other member's entry that belongs to this one, and when the points of a lot were first earned.
ALTER TABLE entry ADD COLUMN peer_id BLOB NOT NULL DEFAULT x'';
ALTER TABLE entry ADD COLUMN peer_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN earned_at INTEGER;

ALTER TABLE member_event ADD COLUMN detail BLOB NOT NULL DEFAULT x'';

-- What the brand's own systems say of a member, encrypted; erasure deletes it.
CREATE TABLE member_tag (
  program_id BLOB NOT NULL,
  member_id BLOB NOT NULL,
  ciphertext BLOB NOT NULL,
  PRIMARY KEY (program_id, member_id)
) STRICT, WITHOUT ROWID;

-- Append-only: purchases as they were recorded.
CREATE TABLE placement (
  program_id BLOB NOT NULL,
  order_id BLOB NOT NULL,
  member_id BLOB NOT NULL,
  currency BLOB NOT NULL,
  amount INTEGER NOT NULL,
  points INTEGER NOT NULL,
  earn_seq INTEGER NOT NULL,
  placed_lines BLOB NOT NULL,
  store_id BLOB NOT NULL,
  associate_id BLOB NOT NULL,
  channel_id BLOB NOT NULL,
  scene BLOB NOT NULL,
  session_id BLOB NOT NULL,
  group_id BLOB NOT NULL,
  campaign_id BLOB NOT NULL,
  legal_entity BLOB NOT NULL,
  reason BLOB NOT NULL,
  actor BLOB NOT NULL,
  request_id BLOB NOT NULL,
  program_version INTEGER NOT NULL,
  effective_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  hash BLOB NOT NULL,
  lane INTEGER NOT NULL,
  lane_seq INTEGER NOT NULL,
  PRIMARY KEY (program_id, order_id)
) STRICT, WITHOUT ROWID;

-- Append-only: what came back.
CREATE TABLE order_return (
  program_id BLOB NOT NULL,
  return_id BLOB NOT NULL,
  member_id BLOB NOT NULL,
  matched BLOB NOT NULL,
  unmatched BLOB NOT NULL,
  without_receipt INTEGER NOT NULL,
  taken BLOB NOT NULL,
  points INTEGER NOT NULL,
  deduct_minor_units INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  entry_count INTEGER NOT NULL,
  store_id BLOB NOT NULL,
  associate_id BLOB NOT NULL,
  channel_id BLOB NOT NULL,
  scene BLOB NOT NULL,
  session_id BLOB NOT NULL,
  group_id BLOB NOT NULL,
  campaign_id BLOB NOT NULL,
  legal_entity BLOB NOT NULL,
  reason BLOB NOT NULL,
  actor BLOB NOT NULL,
  request_id BLOB NOT NULL,
  program_version INTEGER NOT NULL,
  effective_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  hash BLOB NOT NULL,
  lane INTEGER NOT NULL,
  lane_seq INTEGER NOT NULL,
  PRIMARY KEY (program_id, return_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_return_without_receipt ON order_return (program_id, member_id, effective_at) WHERE without_receipt = 1;

-- Append-only: receipts without a member that were claimed.
CREATE TABLE order_claim (
  program_id BLOB NOT NULL,
  order_id BLOB NOT NULL,
  member_id BLOB NOT NULL,
  points INTEGER NOT NULL,
  earn_seq INTEGER NOT NULL,
  reason BLOB NOT NULL,
  actor BLOB NOT NULL,
  request_id BLOB NOT NULL,
  program_version INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  hash BLOB NOT NULL,
  lane INTEGER NOT NULL,
  lane_seq INTEGER NOT NULL,
  PRIMARY KEY (program_id, order_id)
) STRICT, WITHOUT ROWID;

-- Projection: orders as they stand; their members are locked for every change, and orders that nobody owns themselves.
CREATE TABLE order_head (
  program_id BLOB NOT NULL,
  order_id BLOB NOT NULL,
  member_id BLOB NOT NULL,
  order_seq INTEGER NOT NULL,
  earn_seq INTEGER NOT NULL,
  taken INTEGER NOT NULL,
  restored INTEGER NOT NULL,
  deducted INTEGER NOT NULL,
  effective_at INTEGER NOT NULL,
  claimed_at INTEGER,
  PRIMARY KEY (program_id, order_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_head_member ON order_head (program_id, member_id, order_seq);

-- Projection: their lines as they stand.
CREATE TABLE order_line (
  program_id BLOB NOT NULL,
  order_id BLOB NOT NULL,
  line_number INTEGER NOT NULL,
  member_id BLOB NOT NULL,
  sku BLOB NOT NULL,
  quantity INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  points INTEGER NOT NULL,
  units_returned INTEGER NOT NULL,
  amount_returned INTEGER NOT NULL,
  points_returned INTEGER NOT NULL,
  effective_at INTEGER NOT NULL,
  order_seq INTEGER NOT NULL,
  is_open INTEGER NOT NULL,
  PRIMARY KEY (program_id, order_id, line_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_line_sku ON order_line (program_id, member_id, sku) WHERE is_open = 1;

-- Projection: returns by order.
CREATE TABLE order_return_part (
  program_id BLOB NOT NULL,
  order_id BLOB NOT NULL,
  return_id BLOB NOT NULL,
  matched BLOB NOT NULL,
  taken INTEGER NOT NULL,
  restored INTEGER NOT NULL,
  deducted INTEGER NOT NULL,
  PRIMARY KEY (program_id, order_id, return_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER placement_no_update BEFORE UPDATE ON placement BEGIN
  SELECT RAISE(ABORT, 'placement is append-only: its rows are never changed');
END;
CREATE TRIGGER placement_no_delete BEFORE DELETE ON placement BEGIN
  SELECT RAISE(ABORT, 'placement is append-only: its rows are never changed');
END;
CREATE TRIGGER order_return_no_update BEFORE UPDATE ON order_return BEGIN
  SELECT RAISE(ABORT, 'order_return is append-only: its rows are never changed');
END;
CREATE TRIGGER order_return_no_delete BEFORE DELETE ON order_return BEGIN
  SELECT RAISE(ABORT, 'order_return is append-only: its rows are never changed');
END;
CREATE TRIGGER order_claim_no_update BEFORE UPDATE ON order_claim BEGIN
  SELECT RAISE(ABORT, 'order_claim is append-only: its rows are never changed');
END;
CREATE TRIGGER order_claim_no_delete BEFORE DELETE ON order_claim BEGIN
  SELECT RAISE(ABORT, 'order_claim is append-only: its rows are never changed');
END;
