-- A station tells what was done there itself, before a packet does.
CREATE TABLE deed_8 (
    number     INTEGER PRIMARY KEY,
    sha256     TEXT NOT NULL UNIQUE,
    packet     TEXT REFERENCES packet (id),
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
INSERT INTO deed_8 SELECT * FROM deed;
DROP TABLE deed;
ALTER TABLE deed_8 RENAME TO deed;
