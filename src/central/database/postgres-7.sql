-- Who is signed in at the desk: found by the digest of the cookie, the key under the cookie. Times in seconds since 1970.
CREATE TABLE desk_session (
    cookie      BYTEA PRIMARY KEY,
    adjudicator TEXT NOT NULL REFERENCES adjudicator (id),
    sealed_key  TEXT NOT NULL,
    began_at    BIGINT NOT NULL,
    seen_at     BIGINT NOT NULL
);

-- Names that somebody failed to sign in by.
CREATE TABLE desk_failure (
    name     TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at  BIGINT NOT NULL
);
