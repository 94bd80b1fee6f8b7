-- What two people at the centre do together: proposed and signed by one, carried out and signed by another.
CREATE TABLE act (
    number      INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('release', 'export', 'unbar-officer', 'unbar-station')),
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
