-- Version 4. What was done beside the dossiers is told to the centre with the next packet.

CREATE TABLE deed (
  digest BLOB PRIMARY KEY CHECK (length(digest) = 32), -- of the signed statement
  signed BLOB NOT NULL,
  packet BLOB REFERENCES packet (id) -- the one that tells it; told again by another while that one is quarantined
) STRICT;

CREATE TRIGGER deed_kept
  BEFORE DELETE ON deed
  BEGIN SELECT RAISE(ABORT, 'what was done stays written down'); END;
CREATE TRIGGER deed_fixed
  BEFORE UPDATE OF digest, signed ON deed
  BEGIN SELECT RAISE(ABORT, 'what was done stays written down'); END;
