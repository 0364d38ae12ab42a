-- The ledger: programmes, members, points, receipts, the journal, callers.
--
-- Every statement ends with a semicolon at the end of a line and can be run again: DDL commits by itself, so a migration that was
-- interrupted is simply repeated. Ids are VARBINARY and compare byte for byte. Instants are microseconds since 1970, UTC. Numbers of
-- kinds, states and accounts are those of the enumerations in ledger/ and engine/. Columns bear the names of the fields they hold.

CREATE TABLE IF NOT EXISTS schema_migration (
  version BIGINT NOT NULL,
  name VARBINARY(64) NOT NULL,
  sha256 BINARY(32) NOT NULL,
  applied_at BIGINT NOT NULL,
  PRIMARY KEY (version)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Migrations applied, with the checksum of each';

CREATE TABLE IF NOT EXISTS store_meta (
  name VARBINARY(64) NOT NULL,
  value VARBINARY(1024) NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Small facts about this store, set once';

CREATE TABLE IF NOT EXISTS program (
  program_id VARBINARY(32) NOT NULL,
  latest_version BIGINT NOT NULL,
  head_hash BINARY(32) NOT NULL,
  PRIMARY KEY (program_id)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Projection: the head of each programme; publishing locks it, postings share it';

CREATE TABLE IF NOT EXISTS program_version (
  program_id VARBINARY(32) NOT NULL,
  version BIGINT NOT NULL,
  effective_from BIGINT NOT NULL,
  text MEDIUMBLOB NOT NULL,
  text_sha256 BINARY(32) NOT NULL,
  actor VARBINARY(128) NOT NULL,
  request_id VARBINARY(64) NOT NULL,
  recorded_at BIGINT NOT NULL,
  prev_hash BINARY(32) NOT NULL,
  hash BINARY(32) NOT NULL,
  lane BIGINT NOT NULL,
  lane_seq BIGINT NOT NULL,
  PRIMARY KEY (program_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Append-only: programme files as they were published';

CREATE TABLE IF NOT EXISTS member (
  program_id VARBINARY(32) NOT NULL,
  member_id VARBINARY(32) NOT NULL,
  state TINYINT UNSIGNED NOT NULL,
  phone_only TINYINT UNSIGNED NOT NULL,
  entry_seq BIGINT NOT NULL,
  event_seq BIGINT NOT NULL,
  head_hash BINARY(32) NOT NULL,
  event_head_hash BINARY(32) NOT NULL,
  available BIGINT NOT NULL,
  pending BIGINT NOT NULL,
  held BIGINT NOT NULL,
  debt BIGINT NOT NULL,
  lifetime_earned BIGINT NOT NULL,
  next_due_at BIGINT NULL,
  last_recorded_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (program_id, member_id),
  KEY member_due (program_id, next_due_at)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Projection: balances and chain heads; the row that every write to a member locks';

CREATE TABLE IF NOT EXISTS member_key (
  program_id VARBINARY(32) NOT NULL,
  member_id VARBINARY(32) NOT NULL,
  key_version BIGINT NOT NULL,
  wrapped VARBINARY(512) NOT NULL,
  PRIMARY KEY (program_id, member_id)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='The secret of each member, wrapped by the keyring; erasure deletes it';

CREATE TABLE IF NOT EXISTS member_event (
  program_id VARBINARY(32) NOT NULL,
  member_id VARBINARY(32) NOT NULL,
  event_seq BIGINT NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  phone_only TINYINT UNSIGNED NOT NULL,
  reason VARBINARY(256) NOT NULL,
  actor VARBINARY(128) NOT NULL,
  request_id VARBINARY(64) NOT NULL,
  recorded_at BIGINT NOT NULL,
  prev_hash BINARY(32) NOT NULL,
  hash BINARY(32) NOT NULL,
  lane BIGINT NOT NULL,
  lane_seq BIGINT NOT NULL,
  PRIMARY KEY (program_id, member_id, event_seq)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Append-only: what happened to a member beside points';

CREATE TABLE IF NOT EXISTS identity (
  program_id VARBINARY(32) NOT NULL,
  lookup_hash VARBINARY(32) NOT NULL,
  member_id VARBINARY(32) NOT NULL,
  kind VARBINARY(32) NOT NULL,
  key_version BIGINT NOT NULL,
  ciphertext VARBINARY(2048) NOT NULL,
  linked_at BIGINT NOT NULL,
  PRIMARY KEY (program_id, lookup_hash),
  KEY identity_member (program_id, member_id)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Identities: found by a keyed hash, kept encrypted; erasure deletes them';

CREATE TABLE IF NOT EXISTS entry (
  program_id VARBINARY(32) NOT NULL,
  member_id VARBINARY(32) NOT NULL,
  seq BIGINT NOT NULL,
  txn_seq BIGINT NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  from_account TINYINT UNSIGNED NOT NULL,
  to_account TINYINT UNSIGNED NOT NULL,
  points BIGINT NOT NULL,
  lot_seq BIGINT NOT NULL,
  hold_seq BIGINT NOT NULL,
  reverses_seq BIGINT NOT NULL,
  available_at BIGINT NULL,
  expires_at BIGINT NULL,
  effective_at BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  order_id VARBINARY(64) NOT NULL,
  order_line BIGINT NULL,
  store_id VARBINARY(64) NOT NULL,
  legal_entity VARBINARY(64) NOT NULL,
  reason VARBINARY(256) NOT NULL,
  actor VARBINARY(128) NOT NULL,
  request_id VARBINARY(64) NOT NULL,
  program_version BIGINT NOT NULL,
  available_after BIGINT NOT NULL,
  pending_after BIGINT NOT NULL,
  held_after BIGINT NOT NULL,
  debt_after BIGINT NOT NULL,
  prev_hash BINARY(32) NOT NULL,
  hash BINARY(32) NOT NULL,
  lane BIGINT NOT NULL,
  lane_seq BIGINT NOT NULL,
  PRIMARY KEY (program_id, member_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Append-only: the lines of the ledger, one hash chain a member';

CREATE TABLE IF NOT EXISTS lot (
  program_id VARBINARY(32) NOT NULL,
  member_id VARBINARY(32) NOT NULL,
  lot_seq BIGINT NOT NULL,
  points BIGINT NOT NULL,
  pending BIGINT NOT NULL,
  available BIGINT NOT NULL,
  held BIGINT NOT NULL,
  expired BIGINT NOT NULL,
  repaid BIGINT NOT NULL,
  taken_back BIGINT NOT NULL,
  effective_at BIGINT NOT NULL,
  available_at BIGINT NULL,
  expires_at BIGINT NULL,
  is_open TINYINT UNSIGNED NOT NULL,
  PRIMARY KEY (program_id, member_id, lot_seq),
  KEY lot_open (program_id, member_id, is_open)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Projection: points earned together, expiring together';

CREATE TABLE IF NOT EXISTS hold (
  program_id VARBINARY(32) NOT NULL,
  member_id VARBINARY(32) NOT NULL,
  hold_seq BIGINT NOT NULL,
  state TINYINT UNSIGNED NOT NULL,
  points BIGINT NOT NULL,
  captured BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  slices MEDIUMBLOB NOT NULL,
  PRIMARY KEY (program_id, member_id, hold_seq),
  KEY hold_state (program_id, member_id, state)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Projection: points set aside for unpaid orders';

CREATE TABLE IF NOT EXISTS reversal (
  program_id VARBINARY(32) NOT NULL,
  member_id VARBINARY(32) NOT NULL,
  txn_seq BIGINT NOT NULL,
  by_txn_seq BIGINT NOT NULL,
  lane BIGINT NOT NULL,
  lane_seq BIGINT NOT NULL,
  PRIMARY KEY (program_id, member_id, txn_seq)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Append-only: transactions undone, each once at most';

CREATE TABLE IF NOT EXISTS receipt (
  program_id VARBINARY(32) NOT NULL,
  request_id VARBINARY(64) NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  member_id VARBINARY(32) NOT NULL,
  request_hash BINARY(32) NOT NULL,
  field_hashes VARBINARY(512) NOT NULL,
  first_seq BIGINT NOT NULL,
  entry_count BIGINT NOT NULL,
  event_seq BIGINT NOT NULL,
  outcome BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  lane BIGINT NOT NULL,
  lane_seq BIGINT NOT NULL,
  PRIMARY KEY (program_id, request_id)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Append-only: every write that succeeded, by the id its caller gave it, for ever';

CREATE TABLE IF NOT EXISTS journal_lane (
  lane BIGINT NOT NULL,
  lane_seq BIGINT NOT NULL,
  head_hash BINARY(32) NOT NULL,
  owner VARBINARY(128) NOT NULL,
  lease_until BIGINT NOT NULL,
  PRIMARY KEY (lane)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Projection: the head of each lane and who leases it';

CREATE TABLE IF NOT EXISTS journal (
  lane BIGINT NOT NULL,
  lane_seq BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  body MEDIUMBLOB NOT NULL,
  prev_hash BINARY(32) NOT NULL,
  hash BINARY(32) NOT NULL,
  PRIMARY KEY (lane, lane_seq)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Append-only: per transaction the leaves of all append-only rows it made';

CREATE TABLE IF NOT EXISTS api_key (
  key_id VARBINARY(64) NOT NULL,
  secret_sha256 VARBINARY(32) NOT NULL,
  is_certificate TINYINT UNSIGNED NOT NULL,
  role VARBINARY(32) NOT NULL,
  store_id VARBINARY(64) NOT NULL,
  label VARBINARY(256) NOT NULL,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT NULL,
  PRIMARY KEY (key_id)
) ENGINE=InnoDB DEFAULT CHARSET=binary COMMENT='Callers: hashes of their keys, never the keys';

-- Rows of these tables are never changed. TRUNCATE and ALTER go past triggers: rights stop those (docs/database.md).
CREATE TRIGGER IF NOT EXISTS program_version_no_update BEFORE UPDATE ON program_version FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'program_version is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS program_version_no_delete BEFORE DELETE ON program_version FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'program_version is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS member_event_no_update BEFORE UPDATE ON member_event FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'member_event is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS member_event_no_delete BEFORE DELETE ON member_event FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'member_event is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS entry_no_update BEFORE UPDATE ON entry FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'entry is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS entry_no_delete BEFORE DELETE ON entry FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'entry is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS reversal_no_update BEFORE UPDATE ON reversal FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'reversal is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS reversal_no_delete BEFORE DELETE ON reversal FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'reversal is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS receipt_no_update BEFORE UPDATE ON receipt FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'receipt is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS receipt_no_delete BEFORE DELETE ON receipt FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'receipt is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS journal_no_update BEFORE UPDATE ON journal FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'journal is append-only: its rows are never changed';
CREATE TRIGGER IF NOT EXISTS journal_no_delete BEFORE DELETE ON journal FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'journal is append-only: its rows are never changed';
