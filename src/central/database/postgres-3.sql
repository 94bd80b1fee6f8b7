-- Other systems by OSIA, and inspectors at the desk. Ids of theirs are JSON strings: they may have any character.

CREATE TABLE client (
    name         TEXT PRIMARY KEY,
    token_sha256 TEXT NOT NULL UNIQUE,
    scopes       TEXT NOT NULL,
    made_at      TEXT NOT NULL,
    revoked_at   TEXT
);

CREATE TABLE osia_enrollment (
    id         TEXT PRIMARY KEY,
    status     TEXT NOT NULL CHECK (status IN ('IN_PROGRESS', 'FINALIZED')),
    body       TEXT NOT NULL,
    client     TEXT NOT NULL REFERENCES client (name),
    changed_at TEXT NOT NULL,
    log_index  BIGINT UNIQUE,
    CHECK ((status = 'FINALIZED') = (log_index IS NOT NULL))
);

CREATE TABLE osia_buffer (
    enrollment TEXT NOT NULL REFERENCES osia_enrollment (id),
    id         TEXT NOT NULL,
    kind       TEXT NOT NULL,
    bytes      BYTEA NOT NULL,
    PRIMARY KEY (enrollment, id)
);

CREATE TABLE credential_request (
    id         TEXT PRIMARY KEY,
    person     TEXT NOT NULL,
    status     TEXT NOT NULL CHECK (status IN ('PENDING', 'ISSUED', 'CANCELLED')),
    body       TEXT NOT NULL,
    client     TEXT NOT NULL REFERENCES client (name),
    changed_at TEXT NOT NULL
);
CREATE INDEX credential_request_by_person ON credential_request (person);

-- What clients said of a card that was ordered.
CREATE TABLE credential (
    id         TEXT PRIMARY KEY REFERENCES card_order (id),
    status     TEXT NOT NULL,
    body       TEXT NOT NULL,
    why        TEXT,
    changed_at TEXT NOT NULL
);

-- An inspector reads everything and changes nothing.
ALTER TABLE adjudicator ADD COLUMN role TEXT NOT NULL DEFAULT 'adjudicator'
    CHECK (role IN ('adjudicator', 'inspector'));
