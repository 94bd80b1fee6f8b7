-- The station's database, version 1. Constraints and triggers keep what must never happen from happening, whoever
-- writes: nothing captured is deleted before its packet was purged, and no packet is purged without a receipt.
-- Times are milliseconds since 1970 UTC.

CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Dossier numbers this station may give out.
CREATE TABLE block (
  id    INTEGER PRIMARY KEY,
  unit  TEXT NOT NULL,
  first INTEGER NOT NULL,
  last  INTEGER NOT NULL,
  next  INTEGER NOT NULL,
  UNIQUE (unit, first),
  CHECK (0 <= first AND first <= next AND next <= last + 1)
) STRICT;

-- A dossier is the fold of its events. It is a draft until a packet holds it.
CREATE TABLE enrollment (
  id         BLOB PRIMARY KEY CHECK (length(id) = 16),
  dossier    TEXT NOT NULL UNIQUE,
  changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE event (
  enrollment BLOB NOT NULL REFERENCES enrollment (id),
  number     INTEGER NOT NULL CHECK (number > 0),
  at         INTEGER NOT NULL,
  json       TEXT NOT NULL,
  PRIMARY KEY (enrollment, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE sample (
  id         BLOB PRIMARY KEY CHECK (length(id) = 16),
  enrollment BLOB NOT NULL,
  event      INTEGER NOT NULL,
  json       TEXT NOT NULL, -- everything but the bytes
  bytes      BLOB NOT NULL,
  FOREIGN KEY (enrollment, event) REFERENCES event (enrollment, number) ON DELETE RESTRICT
) STRICT;
CREATE INDEX sample_of ON sample (enrollment, event);

-- What handover compares a live finger with.
CREATE TABLE template (
  enrollment BLOB NOT NULL REFERENCES enrollment (id),
  position   INTEGER NOT NULL,
  bytes      BLOB NOT NULL,
  PRIMARY KEY (enrollment, position)
) STRICT, WITHOUT ROWID;

-- The outbox. There is no column for a packet's state, which could say something else than the facts:
-- purged = no body; received = a receipt; quarantined = a reason; waiting = none of these. Nothing ever says "sending".
CREATE TABLE packet (
  id          BLOB PRIMARY KEY CHECK (length(id) = 16),
  enrollment  BLOB NOT NULL REFERENCES enrollment (id),
  kind        TEXT NOT NULL CHECK (kind IN ('enrollment', 'correction', 'withdrawal')),
  sequence    INTEGER NOT NULL UNIQUE CHECK (sequence > 0),
  digest      BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
  size        INTEGER NOT NULL CHECK (size > 0),
  sealed_at   INTEGER NOT NULL,
  receipt     INTEGER,
  quarantined TEXT,
  attempts    INTEGER NOT NULL DEFAULT 0,
  tried_at    INTEGER,
  trouble     TEXT,
  changed_at  INTEGER NOT NULL,
  CHECK (receipt IS NULL OR quarantined IS NULL),
  UNIQUE (id, digest),
  FOREIGN KEY (receipt, id, digest) REFERENCES receipt (id, packet, digest)
) STRICT;
CREATE INDEX packet_of ON packet (enrollment);
CREATE UNIQUE INDEX packet_seals_once ON packet (enrollment) WHERE kind = 'enrollment';

-- A packet's bytes, apart from its row so that noting an attempt does not write megabytes.
CREATE TABLE body (
  packet BLOB PRIMARY KEY REFERENCES packet (id) DEFERRABLE INITIALLY DEFERRED,
  bytes  BLOB NOT NULL
) STRICT;

-- Verified before it is written. A restored centre may give a packet a second one.
CREATE TABLE receipt (
  id          INTEGER PRIMARY KEY,
  packet      BLOB NOT NULL,
  digest      BLOB NOT NULL,
  log_index   INTEGER NOT NULL,
  epoch       INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  signed      BLOB NOT NULL,
  UNIQUE (packet, epoch, log_index),
  UNIQUE (id, packet, digest),
  FOREIGN KEY (packet, digest) REFERENCES packet (id, digest)
) STRICT;

CREATE TABLE card_order (
  id             BLOB PRIMARY KEY CHECK (length(id) = 16),
  enrollment     BLOB NOT NULL,
  signed         BLOB NOT NULL,
  ordered_at     INTEGER NOT NULL,
  printing_since INTEGER, -- a print was started and nobody has said how it ended
  printed_at     INTEGER,
  handed_over_at INTEGER,
  match_score    REAL,
  changed_at     INTEGER NOT NULL,
  CHECK (printed_at IS NULL OR printing_since IS NULL),
  CHECK (handed_over_at IS NULL OR printed_at IS NOT NULL)
) STRICT;
CREATE INDEX card_order_of ON card_order (enrollment);

-- Blank cards: every coming and going, so that each can be accounted for.
CREATE TABLE stock (
  id         INTEGER PRIMARY KEY,
  at         INTEGER NOT NULL,
  officer    TEXT,
  change     INTEGER NOT NULL CHECK (change <> 0),
  reason     TEXT NOT NULL,
  card_order BLOB REFERENCES card_order (id)
) STRICT;

CREATE TABLE audit (
  number  INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  officer TEXT,
  action  TEXT NOT NULL,
  subject TEXT NOT NULL,
  digest  BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT;

-- What only grows.
CREATE TRIGGER audit_grows_u BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit chain only grows'); END;
CREATE TRIGGER audit_grows_d BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit chain only grows'); END;
CREATE TRIGGER stock_grows_u BEFORE UPDATE ON stock BEGIN SELECT RAISE(ABORT, 'the stock book only grows'); END;
CREATE TRIGGER stock_grows_d BEFORE DELETE ON stock BEGIN SELECT RAISE(ABORT, 'the stock book only grows'); END;
CREATE TRIGGER receipt_grows_u BEFORE UPDATE ON receipt BEGIN SELECT RAISE(ABORT, 'receipts are kept'); END;
CREATE TRIGGER receipt_grows_d BEFORE DELETE ON receipt BEGIN SELECT RAISE(ABORT, 'receipts are kept'); END;
CREATE TRIGGER packet_stays BEFORE DELETE ON packet BEGIN SELECT RAISE(ABORT, 'packets are kept'); END;
CREATE TRIGGER enrollment_stays BEFORE DELETE ON enrollment BEGIN SELECT RAISE(ABORT, 'dossiers are kept'); END;
CREATE TRIGGER event_fixed BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER sample_fixed BEFORE UPDATE ON sample BEGIN SELECT RAISE(ABORT, 'samples are never changed'); END;
CREATE TRIGGER body_fixed BEFORE UPDATE ON body BEGIN SELECT RAISE(ABORT, 'packets are never changed'); END;
CREATE TRIGGER packet_fixed
  BEFORE UPDATE OF id, enrollment, kind, sequence, digest, size, sealed_at ON packet
  BEGIN SELECT RAISE(ABORT, 'packets are never changed'); END;

-- A packet has its body until the centre has signed for it.
CREATE TRIGGER packet_has_body
  BEFORE INSERT ON packet
  WHEN NOT EXISTS (SELECT 1 FROM body WHERE packet = NEW.id AND length(bytes) = NEW.size)
  BEGIN SELECT RAISE(ABORT, 'a packet needs its body'); END;
CREATE TRIGGER body_kept
  BEFORE DELETE ON body WHEN NOT EXISTS (SELECT 1 FROM packet WHERE id = OLD.packet AND receipt IS NOT NULL)
  BEGIN SELECT RAISE(ABORT, 'not received by the centre'); END;
CREATE TRIGGER receipt_stays
  BEFORE UPDATE OF receipt ON packet
  WHEN NEW.receipt IS NULL AND NOT EXISTS (SELECT 1 FROM body WHERE packet = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'a purged packet keeps its receipt'); END;

-- A sealed dossier is closed.
CREATE TRIGGER event_of_draft
  BEFORE INSERT ON event WHEN EXISTS (SELECT 1 FROM packet WHERE enrollment = NEW.enrollment)
  BEGIN SELECT RAISE(ABORT, 'the dossier is sealed'); END;

-- Deleting what was captured needs every packet of the dossier purged, which needs their receipts.
CREATE TRIGGER event_kept
  BEFORE DELETE ON event
  WHEN NOT EXISTS (SELECT 1 FROM packet WHERE enrollment = OLD.enrollment)
    OR EXISTS (SELECT 1 FROM packet JOIN body ON body.packet = packet.id WHERE enrollment = OLD.enrollment)
  BEGIN SELECT RAISE(ABORT, 'not received by the centre'); END;
CREATE TRIGGER sample_kept
  BEFORE DELETE ON sample
  WHEN NOT EXISTS (SELECT 1 FROM packet WHERE enrollment = OLD.enrollment)
    OR EXISTS (SELECT 1 FROM packet JOIN body ON body.packet = packet.id WHERE enrollment = OLD.enrollment)
  BEGIN SELECT RAISE(ABORT, 'not received by the centre'); END;
CREATE TRIGGER template_kept
  BEFORE DELETE ON template
  WHEN NOT EXISTS (SELECT 1 FROM packet WHERE enrollment = OLD.enrollment)
    OR EXISTS (SELECT 1 FROM packet JOIN body ON body.packet = packet.id WHERE enrollment = OLD.enrollment)
  BEGIN SELECT RAISE(ABORT, 'not received by the centre'); END;
