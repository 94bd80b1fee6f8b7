-- A key that somebody vouched for at a station signs for its officer, and never as a second person. A key that another one
-- took the place of is believed for what was sealed until then.
ALTER TABLE officer_key ADD COLUMN vouched_by TEXT;
ALTER TABLE officer_key ADD COLUMN until TEXT;
