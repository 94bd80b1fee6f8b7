-- Who is signed in at the desk: found by the digest of the cookie, the key under the cookie. Times in seconds since 1970.
CREATE TABLE desk_session (
    cookie      BLOB PRIMARY KEY,
    adjudicator TEXT NOT NULL REFERENCES adjudicator (id),
    sealed_key  TEXT NOT NULL,
    began_at    INTEGER NOT NULL,
    seen_at     INTEGER NOT NULL
) STRICT;

-- Names that somebody failed to sign in by.
CREATE TABLE desk_failure (
    name     TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at  INTEGER NOT NULL
) STRICT;
