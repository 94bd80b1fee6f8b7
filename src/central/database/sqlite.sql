-- The centre's register. What can be derived is a view.
PRAGMA application_id = 0x54524d43;

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE station_code (
    secret_sha256 TEXT PRIMARY KEY,
    office_code   TEXT NOT NULL,
    office_name   TEXT NOT NULL,
    made_at       TEXT NOT NULL,
    expires_at    TEXT NOT NULL,
    station       TEXT REFERENCES station (id)
) STRICT;

CREATE TABLE station (
    id           TEXT PRIMARY KEY,
    office_code  TEXT NOT NULL,
    office_name  TEXT NOT NULL,
    public_key   TEXT NOT NULL,
    kid          TEXT NOT NULL UNIQUE,
    first_number INTEGER NOT NULL UNIQUE,
    last_number  INTEGER NOT NULL,
    admitted_at  TEXT NOT NULL,
    revoked_at   TEXT
) STRICT;

CREATE TABLE station_certificate (
    sha256    TEXT PRIMARY KEY,
    station   TEXT NOT NULL REFERENCES station (id),
    der       BLOB NOT NULL,
    issued_at TEXT NOT NULL
) STRICT;

CREATE TABLE officer (
    id         TEXT PRIMARY KEY,
    record     TEXT NOT NULL,
    revoked_at TEXT
) STRICT;

-- Every key an officer ever had: what was sealed with a former one is still believed when it arrives.
CREATE TABLE officer_key (
    kid     TEXT PRIMARY KEY,
    officer TEXT NOT NULL REFERENCES officer (id),
    key     TEXT NOT NULL,
    since   TEXT NOT NULL
) STRICT;

CREATE TABLE reference (
    edition      INTEGER PRIMARY KEY,
    bundle       BLOB NOT NULL,
    published_at TEXT NOT NULL
) STRICT;

-- announced → registered, held (stored and receipted, a person decides), or refused (not stored, no receipt).
CREATE TABLE packet (
    id           TEXT PRIMARY KEY,
    sha256       TEXT NOT NULL,
    size         INTEGER NOT NULL CHECK (size > 0),
    carrier      TEXT NOT NULL REFERENCES station (id),
    announced_at TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('announced', 'registered', 'held', 'refused')),
    reason_kind  TEXT,
    reason       TEXT,
    station      TEXT,
    sequence     INTEGER,
    previous     TEXT,
    log_index    INTEGER UNIQUE,
    receipt      BLOB,
    CHECK ((state IN ('registered', 'held')) = (receipt IS NOT NULL)),
    CHECK ((receipt IS NULL) = (log_index IS NULL))
) STRICT;
CREATE INDEX packet_by_station ON packet (station, sequence);

CREATE TABLE log_leaf (
    log_index INTEGER PRIMARY KEY,
    hash      BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- What a registered packet says of a person; images stay in the sealed packet.
CREATE TABLE enrollment (
    packet          TEXT PRIMARY KEY REFERENCES packet (id),
    enrollment      TEXT NOT NULL,
    personal_number TEXT NOT NULL,
    full_name       TEXT NOT NULL,
    birth_date      TEXT NOT NULL,
    sex             TEXT NOT NULL,
    dossier         TEXT NOT NULL,
    procedure       TEXT NOT NULL,
    station         TEXT NOT NULL,
    officer         TEXT NOT NULL,
    sealed_at       TEXT NOT NULL,
    test            INTEGER NOT NULL
) STRICT;
CREATE INDEX enrollment_by_person ON enrollment (personal_number);

-- A correction or withdrawal names an earlier packet, which may arrive later than it.
CREATE TABLE supersession (
    packet  TEXT PRIMARY KEY REFERENCES packet (id),
    earlier TEXT NOT NULL,
    station TEXT NOT NULL,
    kind    TEXT NOT NULL CHECK (kind IN ('correction', 'withdrawal'))
) STRICT;
CREATE INDEX supersession_by_earlier ON supersession (earlier);

-- Only the station that sealed a packet may correct or withdraw it.
CREATE VIEW current_enrollment AS
    SELECT enrollment.*, packet.log_index FROM enrollment JOIN packet ON packet.id = enrollment.packet
    WHERE NOT EXISTS (
        SELECT 1 FROM supersession
        WHERE supersession.earlier = enrollment.packet AND supersession.station = enrollment.station
    );

CREATE VIEW person AS
    SELECT personal_number, full_name, birth_date, sex, count(*) AS enrollments, max(log_index) AS log_index
    FROM current_enrollment GROUP BY personal_number;

CREATE TABLE card_order (
    number     INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    packet     TEXT NOT NULL UNIQUE REFERENCES packet (id),
    station    TEXT NOT NULL,
    signed     BLOB NOT NULL,
    ordered_at TEXT NOT NULL
) STRICT;
CREATE INDEX card_order_by_station ON card_order (station, number);
