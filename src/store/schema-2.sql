-- Version 2. While the centre's log contradicts what the centre signed, nothing is deleted that the centre is said to hold.

CREATE TRIGGER body_kept_in_doubt
  BEFORE DELETE ON body WHEN EXISTS (SELECT 1 FROM setting WHERE name = 'distrust')
  BEGIN SELECT RAISE(ABORT, 'the centre contradicts itself'); END;
CREATE TRIGGER event_kept_in_doubt
  BEFORE DELETE ON event WHEN EXISTS (SELECT 1 FROM setting WHERE name = 'distrust')
  BEGIN SELECT RAISE(ABORT, 'the centre contradicts itself'); END;
CREATE TRIGGER sample_kept_in_doubt
  BEFORE DELETE ON sample WHEN EXISTS (SELECT 1 FROM setting WHERE name = 'distrust')
  BEGIN SELECT RAISE(ABORT, 'the centre contradicts itself'); END;
