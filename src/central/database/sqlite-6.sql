-- What was done at stations beside their dossiers, as their packets tell it.
CREATE TABLE deed (
    number     INTEGER PRIMARY KEY,
    sha256     TEXT NOT NULL UNIQUE,
    packet     TEXT NOT NULL REFERENCES packet (id),
    station    TEXT NOT NULL REFERENCES station (id),
    kind       TEXT NOT NULL CHECK (kind IN ('blank-spoiled', 'packets-exported', 'database-copied', 'unreadable')),
    subject    TEXT NOT NULL,
    reason     TEXT NOT NULL,
    officer    TEXT,
    supervisor TEXT,
    done_at    TEXT,
    state      TEXT NOT NULL CHECK (state IN ('sound', 'lacking', 'unverified', 'accepted')),
    why        TEXT,
    signed     BLOB NOT NULL,
    CHECK (state <> 'lacking' OR supervisor IS NULL),
    CHECK ((state = 'sound') = (why IS NULL))
) STRICT;

-- Two people let stand what was done without its second signature.
CREATE TABLE act_6 (
    number      INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('release', 'export', 'unbar-officer', 'unbar-station', 'deed')),
    subject     TEXT NOT NULL,
    reason      TEXT NOT NULL,
    proposed_by TEXT NOT NULL REFERENCES adjudicator (id),
    proposed_at TEXT NOT NULL,
    proposal    TEXT NOT NULL,
    done_by     TEXT REFERENCES adjudicator (id),
    record      TEXT,
    log_index   INTEGER UNIQUE,
    CHECK (done_by <> proposed_by),
    CHECK ((done_by IS NULL) = (record IS NULL)),
    CHECK ((done_by IS NULL) = (log_index IS NULL))
) STRICT;
INSERT INTO act_6 SELECT * FROM act;
DROP TABLE act;
ALTER TABLE act_6 RENAME TO act;
