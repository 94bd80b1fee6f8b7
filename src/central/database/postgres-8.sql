-- A station tells what was done there itself, before a packet does.
ALTER TABLE deed ALTER COLUMN packet DROP NOT NULL;
