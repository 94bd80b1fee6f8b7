-- Version 3. A sealed dossier can be opened again to be corrected. From then on it is a draft like any other, and nothing
-- of it is deleted until the packet that corrects it is sealed.

CREATE TABLE reopened (
  enrollment BLOB PRIMARY KEY REFERENCES enrollment (id),
  packet     BLOB NOT NULL REFERENCES packet (id) -- the one that will be corrected
) STRICT, WITHOUT ROWID;

CREATE TRIGGER reopened_whole
  BEFORE INSERT ON reopened WHEN NOT EXISTS (SELECT 1 FROM body WHERE packet = NEW.packet)
  BEGIN SELECT RAISE(ABORT, 'what was captured is at the centre alone'); END;

DROP TRIGGER event_of_draft;
CREATE TRIGGER event_of_draft
  BEFORE INSERT ON event
  WHEN EXISTS (SELECT 1 FROM packet WHERE enrollment = NEW.enrollment)
    AND NOT EXISTS (SELECT 1 FROM reopened WHERE enrollment = NEW.enrollment)
  BEGIN SELECT RAISE(ABORT, 'the dossier is sealed'); END;

CREATE TRIGGER event_kept_reopened
  BEFORE DELETE ON event WHEN EXISTS (SELECT 1 FROM reopened WHERE enrollment = OLD.enrollment)
  BEGIN SELECT RAISE(ABORT, 'the dossier is being corrected'); END;
CREATE TRIGGER sample_kept_reopened
  BEFORE DELETE ON sample WHEN EXISTS (SELECT 1 FROM reopened WHERE enrollment = OLD.enrollment)
  BEGIN SELECT RAISE(ABORT, 'the dossier is being corrected'); END;
CREATE TRIGGER template_kept_reopened
  BEFORE DELETE ON template WHEN EXISTS (SELECT 1 FROM reopened WHERE enrollment = OLD.enrollment)
  BEGIN SELECT RAISE(ABORT, 'the dossier is being corrected'); END;
