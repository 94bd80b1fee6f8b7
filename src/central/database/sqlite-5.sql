-- What has come of packets under way, where packets are kept in a bucket: each piece an object, and counted once it is here.
CREATE TABLE piece (
    packet TEXT NOT NULL,
    at     INTEGER NOT NULL CHECK (at >= 0),
    size   INTEGER NOT NULL CHECK (size > 0),
    object TEXT NOT NULL UNIQUE,
    PRIMARY KEY (packet, at)
) STRICT;
