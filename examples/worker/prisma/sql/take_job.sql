-- @description Takes the next job that is due, and one whose worker has been silent for too long. Several workers never get the same one.
-- @param {Int} $1:patience seconds after which a worker counts as gone
UPDATE "Job" SET state = 'RUNNING', taken = now(), attempts = attempts + 1
WHERE id = (
  SELECT id FROM "Job"
  WHERE (state = 'WAITING' AND "runAt" <= now())
     OR (state = 'RUNNING' AND taken < now() - make_interval(secs => $1::int))
  ORDER BY "runAt", id
  FOR UPDATE SKIP LOCKED
  LIMIT 1
)
RETURNING id, kind, payload, attempts
