-- Duplicates and adjudication; the log keeps its whole tree, so that no process needs it in memory.

CREATE TABLE log (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL
) STRICT;
INSERT INTO log (one, size) VALUES (1, 0);

-- Roots of full subtrees: level 0 are the leaves. Those above are filled in when the register is opened.
CREATE TABLE log_node (
    level    INTEGER NOT NULL,
    position INTEGER NOT NULL,
    hash     BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, position)
) STRICT, WITHOUT ROWID;
INSERT INTO log_node (level, position, hash) SELECT 0, log_index, hash FROM log_leaf;
DROP TABLE log_leaf;

-- Whether an enrollment's fingers are those of somebody else; no card before that is clear. `subject`, a random number,
-- is all that the matcher knows of it.
CREATE TABLE clearance (
    packet  TEXT PRIMARY KEY REFERENCES packet (id),
    subject INTEGER NOT NULL UNIQUE,
    state   TEXT NOT NULL CHECK (state IN ('due', 'clear', 'held', 'refused')),
    note    TEXT,
    since   TEXT NOT NULL
) STRICT;
CREATE INDEX clearance_due ON clearance (state) WHERE state = 'due';
INSERT INTO clearance (packet, subject, state, since)
    SELECT packet, abs(random()) >> 4, 'due', sealed_at FROM enrollment;

-- Who decides; not the officers of stations, and nobody of theirs.
CREATE TABLE adjudicator (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    public_key TEXT NOT NULL,
    sealed_key TEXT NOT NULL,
    made_at    TEXT NOT NULL,
    revoked_at TEXT
) STRICT;

-- Two enrollments a person has to compare. `strength` is in tenths.
CREATE TABLE adjudication (
    number     INTEGER PRIMARY KEY,
    packet     TEXT NOT NULL REFERENCES packet (id),
    candidate  TEXT NOT NULL REFERENCES packet (id),
    question   TEXT NOT NULL CHECK (question IN ('same_fingers', 'other_fingers')),
    strength   INTEGER NOT NULL,
    scores     TEXT NOT NULL,
    opened_at  TEXT NOT NULL,
    decision   TEXT CHECK (decision IN ('same', 'different')),
    decided_at TEXT,
    record     TEXT,
    log_index  INTEGER UNIQUE,
    UNIQUE (packet, candidate),
    CHECK ((decision IS NULL) = (record IS NULL)),
    CHECK ((decision IS NULL) = (log_index IS NULL))
) STRICT;

DROP VIEW person;
DROP VIEW current_enrollment;

-- Not corrected or withdrawn by the station that sealed it; nobody else may.
CREATE VIEW standing_enrollment AS
    SELECT enrollment.*, packet.log_index, clearance.subject, clearance.state AS clearance
    FROM enrollment JOIN packet ON packet.id = enrollment.packet
    JOIN clearance ON clearance.packet = enrollment.packet
    WHERE NOT EXISTS (
        SELECT 1 FROM supersession
        WHERE supersession.earlier = enrollment.packet AND supersession.station = enrollment.station
    );

CREATE VIEW current_enrollment AS
    SELECT * FROM standing_enrollment WHERE clearance IN ('due', 'clear');

CREATE VIEW person AS
    SELECT latest.personal_number, full_name, birth_date, sex, enrollments, latest.log_index
    FROM current_enrollment AS latest
    JOIN (SELECT max(log_index) AS log_index, count(*) AS enrollments
          FROM current_enrollment GROUP BY personal_number) AS every ON every.log_index = latest.log_index;
