-- How far each dossier is, from the facts: the first line that holds.
SELECT id, dossier, changed_at, state
FROM (
  SELECT id, dossier, changed_at,
    CASE
      WHEN NOT EXISTS (SELECT 1 FROM packet WHERE enrollment = e.id) THEN 'draft'
      WHEN EXISTS (SELECT 1 FROM reopened WHERE enrollment = e.id) THEN 'draft'
      WHEN EXISTS (SELECT 1 FROM packet WHERE enrollment = e.id AND quarantined IS NOT NULL) THEN 'quarantined'
      WHEN EXISTS (SELECT 1 FROM packet WHERE enrollment = e.id AND kind = 'withdrawal') THEN 'withdrawn'
      WHEN EXISTS (SELECT 1 FROM card_order WHERE enrollment = e.id AND handed_over_at IS NOT NULL) THEN 'handed_over'
      WHEN EXISTS (SELECT 1 FROM card_order WHERE enrollment = e.id AND printed_at IS NOT NULL) THEN 'card_printed'
      WHEN EXISTS (SELECT 1 FROM card_order WHERE enrollment = e.id AND printing_since IS NOT NULL) THEN 'card_printing'
      WHEN EXISTS (SELECT 1 FROM card_order WHERE enrollment = e.id) THEN 'card_ordered'
      WHEN EXISTS (SELECT 1 FROM packet WHERE enrollment = e.id AND receipt IS NULL) THEN 'sealed'
      ELSE 'received'
    END AS state
  FROM enrollment AS e
)
WHERE changed_at >= ? OR state IN ('draft', 'sealed', 'quarantined', 'card_ordered', 'card_printing', 'card_printed')
ORDER BY changed_at DESC
