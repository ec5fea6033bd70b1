-- @description The tags with the number of their open and of all notes, the busiest first.
SELECT t.name, count(n.id) AS notes, count(n.id) - coalesce(sum(n.done), 0) AS open
FROM "Tag" t
LEFT JOIN "_NoteToTag" r ON r."B" = t.name
LEFT JOIN "Note" n ON n.id = r."A"
GROUP BY t.name
ORDER BY notes DESC, t.name
