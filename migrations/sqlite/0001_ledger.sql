-- The ledger: programmes, members, points, receipts, the journal, callers. The same tables and columns as in ../mysql.
--
-- Ids and hashes are BLOBs and compare byte for byte. Instants are microseconds since 1970, UTC. Numbers of kinds, states and accounts
-- are those of the enumerations in ledger/ and engine/. Columns bear the names of the fields they hold.

-- Migrations applied, with the checksum of each.
CREATE TABLE schema_migration (
  version INTEGER NOT NULL,
  name BLOB NOT NULL,
  sha256 BLOB NOT NULL,
  applied_at INTEGER NOT NULL,
  PRIMARY KEY (version)
) STRICT, WITHOUT ROWID;

-- Small facts about this store, set once.
CREATE TABLE store_meta (
  name BLOB NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;

-- Projection: the head of each programme; publishing locks it, postings share it.
CREATE TABLE program (
  program_id BLOB NOT NULL,
  latest_version INTEGER NOT NULL,
  head_hash BLOB NOT NULL,
  PRIMARY KEY (program_id)
) STRICT, WITHOUT ROWID;

-- Append-only: programme files as they were published.
CREATE TABLE program_version (
  program_id BLOB NOT NULL,
  version INTEGER NOT NULL,
  effective_from INTEGER NOT NULL,
  text BLOB NOT NULL,
  text_sha256 BLOB NOT NULL,
  actor BLOB NOT NULL,
  request_id BLOB NOT NULL,
  recorded_at INTEGER NOT NULL,
  prev_hash BLOB NOT NULL,
  hash BLOB NOT NULL,
  lane INTEGER NOT NULL,
  lane_seq INTEGER NOT NULL,
  PRIMARY KEY (program_id, version)
) STRICT, WITHOUT ROWID;

-- Projection: balances and chain heads; the row that every write to a member locks.
CREATE TABLE member (
  program_id BLOB NOT NULL,
  member_id BLOB NOT NULL,
  state INTEGER NOT NULL,
  phone_only INTEGER NOT NULL,
  entry_seq INTEGER NOT NULL,
  event_seq INTEGER NOT NULL,
  head_hash BLOB NOT NULL,
  event_head_hash BLOB NOT NULL,
  available INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  held INTEGER NOT NULL,
  debt INTEGER NOT NULL,
  lifetime_earned INTEGER NOT NULL,
  next_due_at INTEGER,
  last_recorded_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (program_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_due ON member (program_id, next_due_at) WHERE next_due_at IS NOT NULL;

-- The secret of each member, wrapped by the keyring; erasure deletes it.
CREATE TABLE member_key (
  program_id BLOB NOT NULL,
  member_id BLOB NOT NULL,
  key_version INTEGER NOT NULL,
  wrapped BLOB NOT NULL,
  PRIMARY KEY (program_id, member_id)
) STRICT, WITHOUT ROWID;

-- Append-only: what happened to a member beside points.
CREATE TABLE member_event (
  program_id BLOB NOT NULL,
  member_id BLOB NOT NULL,
  event_seq INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  phone_only INTEGER NOT NULL,
  reason BLOB NOT NULL,
  actor BLOB NOT NULL,
  request_id BLOB NOT NULL,
  recorded_at INTEGER NOT NULL,
  prev_hash BLOB NOT NULL,
  hash BLOB NOT NULL,
  lane INTEGER NOT NULL,
  lane_seq INTEGER NOT NULL,
  PRIMARY KEY (program_id, member_id, event_seq)
) STRICT, WITHOUT ROWID;

-- Identities: found by a keyed hash, kept encrypted; erasure deletes them.
CREATE TABLE identity (
  program_id BLOB NOT NULL,
  lookup_hash BLOB NOT NULL,
  member_id BLOB NOT NULL,
  kind BLOB NOT NULL,
  key_version INTEGER NOT NULL,
  ciphertext BLOB NOT NULL,
  linked_at INTEGER NOT NULL,
  PRIMARY KEY (program_id, lookup_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_member ON identity (program_id, member_id);

-- Append-only: the lines of the ledger, one hash chain a member.
CREATE TABLE entry (
  program_id BLOB NOT NULL,
  member_id BLOB NOT NULL,
  seq INTEGER NOT NULL,
  txn_seq INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  from_account INTEGER NOT NULL,
  to_account INTEGER NOT NULL,
  points INTEGER NOT NULL,
  lot_seq INTEGER NOT NULL,
  hold_seq INTEGER NOT NULL,
  reverses_seq INTEGER NOT NULL,
  available_at INTEGER,
  expires_at INTEGER,
  effective_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  order_id BLOB NOT NULL,
  order_line INTEGER,
  store_id BLOB NOT NULL,
  legal_entity BLOB NOT NULL,
  reason BLOB NOT NULL,
  actor BLOB NOT NULL,
  request_id BLOB NOT NULL,
  program_version INTEGER NOT NULL,
  available_after INTEGER NOT NULL,
  pending_after INTEGER NOT NULL,
  held_after INTEGER NOT NULL,
  debt_after INTEGER NOT NULL,
  prev_hash BLOB NOT NULL,
  hash BLOB NOT NULL,
  lane INTEGER NOT NULL,
  lane_seq INTEGER NOT NULL,
  PRIMARY KEY (program_id, member_id, seq)
) STRICT, WITHOUT ROWID;

-- Projection: points earned together, expiring together.
CREATE TABLE lot (
  program_id BLOB NOT NULL,
  member_id BLOB NOT NULL,
  lot_seq INTEGER NOT NULL,
  points INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  available INTEGER NOT NULL,
  held INTEGER NOT NULL,
  expired INTEGER NOT NULL,
  repaid INTEGER NOT NULL,
  taken_back INTEGER NOT NULL,
  effective_at INTEGER NOT NULL,
  available_at INTEGER,
  expires_at INTEGER,
  is_open INTEGER NOT NULL,
  PRIMARY KEY (program_id, member_id, lot_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX lot_open ON lot (program_id, member_id) WHERE is_open = 1;

-- Projection: points set aside for unpaid orders.
CREATE TABLE hold (
  program_id BLOB NOT NULL,
  member_id BLOB NOT NULL,
  hold_seq INTEGER NOT NULL,
  state INTEGER NOT NULL,
  points INTEGER NOT NULL,
  captured INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  slices BLOB NOT NULL,
  PRIMARY KEY (program_id, member_id, hold_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_open ON hold (program_id, member_id) WHERE state = 1;

-- Append-only: transactions undone, each once at most.
CREATE TABLE reversal (
  program_id BLOB NOT NULL,
  member_id BLOB NOT NULL,
  txn_seq INTEGER NOT NULL,
  by_txn_seq INTEGER NOT NULL,
  lane INTEGER NOT NULL,
  lane_seq INTEGER NOT NULL,
  PRIMARY KEY (program_id, member_id, txn_seq)
) STRICT, WITHOUT ROWID;

-- Append-only: every write that succeeded, by the id its caller gave it, for ever.
CREATE TABLE receipt (
  program_id BLOB NOT NULL,
  request_id BLOB NOT NULL,
  kind INTEGER NOT NULL,
  member_id BLOB NOT NULL,
  request_hash BLOB NOT NULL,
  field_hashes BLOB NOT NULL,
  first_seq INTEGER NOT NULL,
  entry_count INTEGER NOT NULL,
  event_seq INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  lane INTEGER NOT NULL,
  lane_seq INTEGER NOT NULL,
  PRIMARY KEY (program_id, request_id)
) STRICT, WITHOUT ROWID;

-- Projection: the head of each lane and who leases it.
CREATE TABLE journal_lane (
  lane INTEGER NOT NULL,
  lane_seq INTEGER NOT NULL,
  head_hash BLOB NOT NULL,
  owner BLOB NOT NULL,
  lease_until INTEGER NOT NULL,
  PRIMARY KEY (lane)
) STRICT, WITHOUT ROWID;

-- Append-only: per transaction the leaves of all append-only rows it made.
CREATE TABLE journal (
  lane INTEGER NOT NULL,
  lane_seq INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  body BLOB NOT NULL,
  prev_hash BLOB NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (lane, lane_seq)
) STRICT, WITHOUT ROWID;

-- Callers: hashes of their keys, never the keys.
CREATE TABLE api_key (
  key_id BLOB NOT NULL,
  secret_sha256 BLOB NOT NULL,
  is_certificate INTEGER NOT NULL,
  role BLOB NOT NULL,
  store_id BLOB NOT NULL,
  label BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER,
  PRIMARY KEY (key_id)
) STRICT, WITHOUT ROWID;

-- Rows of these tables are never changed. Connections set PRAGMA recursive_triggers=ON, else REPLACE would go past the DELETE trigger.
CREATE TRIGGER program_version_no_update BEFORE UPDATE ON program_version BEGIN
  SELECT RAISE(ABORT, 'program_version is append-only: its rows are never changed');
END;
CREATE TRIGGER program_version_no_delete BEFORE DELETE ON program_version BEGIN
  SELECT RAISE(ABORT, 'program_version is append-only: its rows are never changed');
END;
CREATE TRIGGER member_event_no_update BEFORE UPDATE ON member_event BEGIN
  SELECT RAISE(ABORT, 'member_event is append-only: its rows are never changed');
END;
CREATE TRIGGER member_event_no_delete BEFORE DELETE ON member_event BEGIN
  SELECT RAISE(ABORT, 'member_event is append-only: its rows are never changed');
END;
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN
  SELECT RAISE(ABORT, 'entry is append-only: its rows are never changed');
END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN
  SELECT RAISE(ABORT, 'entry is append-only: its rows are never changed');
END;
CREATE TRIGGER reversal_no_update BEFORE UPDATE ON reversal BEGIN
  SELECT RAISE(ABORT, 'reversal is append-only: its rows are never changed');
END;
CREATE TRIGGER reversal_no_delete BEFORE DELETE ON reversal BEGIN
  SELECT RAISE(ABORT, 'reversal is append-only: its rows are never changed');
END;
CREATE TRIGGER receipt_no_update BEFORE UPDATE ON receipt BEGIN
  SELECT RAISE(ABORT, 'receipt is append-only: its rows are never changed');
END;
CREATE TRIGGER receipt_no_delete BEFORE DELETE ON receipt BEGIN
  SELECT RAISE(ABORT, 'receipt is append-only: its rows are never changed');
END;
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN
  SELECT RAISE(ABORT, 'journal is append-only: its rows are never changed');
END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN
  SELECT RAISE(ABORT, 'journal is append-only: its rows are never changed');
END;
