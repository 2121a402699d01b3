-- Rows that are asked for by their ids are found by them, however much waits. The planner holds the tables for as empty as they once
-- were; an index of what is pending, or due, then looks as good to it as the key, for any statement that says `state = 'pending'`. So
-- these indexes have a condition that always holds (`epoch >= 0`, `attempts >= 0`), and are there for those alone that say it.

DROP INDEX ringbook.run_pending, ringbook.message_due, ringbook.message_open;
CREATE INDEX run_pending ON ringbook.run (event_number, place) WHERE state = 'pending' AND epoch >= 0;
CREATE INDEX run_ready ON ringbook.run (priority, event_number, place)
  WHERE state = 'pending' AND claimed_by IS NULL AND NOT is_blocked AND due_at IS NULL AND epoch >= 0;
CREATE INDEX message_due ON ringbook.message (priority, due_at) WHERE due_at IS NOT NULL AND attempts >= 0;
CREATE INDEX message_open ON ringbook.message (number)
  WHERE state IN ('waiting', 'retrying', 'sending', 'unknown') AND attempts >= 0;

-- The cast makes it immutable in all its parts; only then does the planner put it in place of its calls.
CREATE OR REPLACE FUNCTION ringbook.state_line(state text, at bigint, detail text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT '{"state":"' || state || '","at":' || at::text || coalesce(',"detail":' || detail, '') || E'}\n'
$$;

CREATE OR REPLACE FUNCTION ringbook.claim_runs(most integer, ids text[], now_ms bigint, host bigint) RETURNS ringbook.done
LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
  chosen text[];
BEGIN
  IF ids IS NULL THEN
    WITH ready AS (
      SELECT id, priority, event_number, place FROM ringbook.run
      WHERE state = 'pending' AND epoch >= 0 AND claimed_by IS NULL AND NOT is_blocked AND due_at IS NULL
      ORDER BY priority, event_number, place LIMIT most FOR UPDATE SKIP LOCKED
    ), due AS (
      SELECT id, priority, event_number, place FROM ringbook.run
      WHERE state = 'pending' AND due_at <= now_ms AND claimed_by IS NULL AND NOT is_blocked
      ORDER BY due_at LIMIT most FOR UPDATE SKIP LOCKED
    )
    SELECT coalesce(array_agg(id), '{}') INTO chosen FROM (
      SELECT * FROM ready UNION ALL SELECT * FROM due ORDER BY priority, event_number, place LIMIT most) AS free;
  ELSE
    chosen := ids;
  END IF;
  WITH fresh AS (
    SELECT id, is_begun FROM ringbook.run WHERE id = ANY (chosen)
    AND state = 'pending' AND claimed_by IS NULL AND NOT is_blocked AND (due_at IS NULL OR due_at <= now_ms) FOR UPDATE
  ), claimed AS (
    UPDATE ringbook.run AS r
    SET claimed_by = host, epoch = epoch + 1, due_at = NULL, is_woken = false, is_begun = true, tries = tries + 1
    FROM fresh WHERE r.id = fresh.id RETURNING r.*, fresh.is_begun AS was_begun
  )
  SELECT jsonb_agg(jsonb_build_object(
      'run_id', r.id, 'event_number', event_number, 'rule', rule, 'plan_hash', plan_hash, 'state', state, 'error', error,
      'tries', tries, 'is_fresh', NOT was_begun, 'epoch', epoch, 'id', e.id, 'source', source, 'type', type,
      'subject', subject, 'time', time, 'data', data) ORDER BY r.priority, event_number, place)
  INTO done.result FROM claimed AS r JOIN ringbook.event AS e ON e.number = event_number;
  done.result := coalesce(done.result, '[]');
  -- One that is not due yet by the clock of this host is handed out again.
  IF ids IS NOT NULL THEN done.runs := ids; END IF;
  RETURN done;
END $$;

CREATE OR REPLACE FUNCTION ringbook.hand_out_all(now_ms bigint, most integer) RETURNS integer LANGUAGE plpgsql
SET enable_seqscan = off AS $$
DECLARE
  runs text[];
  messages text[];
BEGIN
  SELECT coalesce(array_agg(id), '{}') INTO runs FROM (
    SELECT id FROM ringbook.run WHERE state = 'pending' AND epoch >= 0 AND claimed_by IS NULL AND NOT is_blocked
    AND NOT EXISTS (SELECT FROM graphile_worker.jobs WHERE key = 'run:' || run.id) LIMIT most) AS run;
  SELECT coalesce(array_agg(id), '{}') INTO messages FROM (
    SELECT id FROM ringbook.message WHERE due_at IS NOT NULL AND attempts >= 0
    AND NOT EXISTS (SELECT FROM graphile_worker.jobs WHERE key = 'message:' || message.id) LIMIT most) AS message;
  PERFORM ringbook.hand_out(runs, messages, '{}', now_ms);
  RETURN cardinality(runs) + cardinality(messages);
END $$;

CREATE OR REPLACE FUNCTION ringbook.take_over(hosts bigint[], why text, now_ms bigint) RETURNS integer LANGUAGE plpgsql
SET enable_seqscan = off AS $$
DECLARE
  runs text[];
  key text;
  was ringbook.message;
  now_one ringbook.message;
  messages text[] := '{}';
BEGIN
  FOR key IN
    SELECT DISTINCT order_key FROM ringbook.run
    WHERE state = 'pending' AND epoch >= 0 AND claimed_by = ANY (hosts) AND order_key IS NOT NULL ORDER BY 1
  LOOP
    PERFORM ringbook.lock_key(key);
  END LOOP;
  -- What two hosts or more have died with is due one after the other, so that the one to blame is found.
  WITH claimed AS (
    SELECT id, CASE WHEN tries >= 2 THEN
        now_ms + 250 * count(*) FILTER (WHERE tries >= 2) OVER (ORDER BY event_number, place) END AS due
    FROM ringbook.run WHERE state = 'pending' AND epoch >= 0 AND claimed_by = ANY (hosts)
  ), void AS (
    UPDATE ringbook.run AS r SET claimed_by = NULL, epoch = epoch + 1, is_woken = false, due_at = claimed.due
    FROM claimed WHERE r.id = claimed.id AND state = 'pending' AND claimed_by = ANY (hosts) RETURNING r.id
  )
  SELECT coalesce(array_agg(id), '{}') INTO runs FROM void;
  FOR key IN SELECT DISTINCT order_key FROM ringbook.run WHERE id = ANY (runs) AND order_key IS NOT NULL LOOP
    runs := runs || ringbook.take_turns(key);
  END LOOP;
  FOR was IN
    SELECT m.* FROM ringbook.message AS m JOIN ringbook.attempt AS a ON a.id = m.attempt_id
    WHERE m.state IN ('waiting', 'retrying', 'sending', 'unknown') AND m.attempts >= 0 AND m.state = 'sending' AND a.host = ANY (hosts)
    ORDER BY m.number FOR UPDATE OF m
  LOOP
    now_one := was;
    now_one.state := 'unknown';
    now_one.error := why;
    now_one.attempts := was.attempts + 1;
    now_one.due_at := now_ms;
    UPDATE ringbook.attempt SET outcome = 'unknown', settled_at = now_ms, host = NULL WHERE id = was.attempt_id;
    PERFORM ringbook.change_message(was, now_one, now_ms, json_build_object('reason', why)::text);
    messages := messages || was.id;
  END LOOP;
  PERFORM ringbook.retake_jobs(ARRAY(SELECT unnest(pools) FROM ringbook.host WHERE id = ANY (hosts)), now_ms);
  PERFORM ringbook.hand_out(runs, messages, '{}', now_ms);
  RETURN cardinality(messages);
END $$;

CREATE OR REPLACE FUNCTION ringbook.reconcile(host_id bigint, held text[], never_sent text[], now_ms bigint) RETURNS void
LANGUAGE plpgsql
SET enable_seqscan = off AS $$
DECLARE
  runs text[];
  key text;
  was ringbook.message;
  now_one ringbook.message;
  messages text[] := '{}';
BEGIN
  -- Waits for the end of the transaction that was cut off, if the database still works at it.
  PERFORM FROM ringbook.host WHERE id = host_id FOR UPDATE;
  WITH void AS (
    UPDATE ringbook.run SET claimed_by = NULL, epoch = epoch + 1, is_woken = false, tries = tries - 1
    WHERE state = 'pending' AND epoch >= 0 AND claimed_by = host_id AND NOT id = ANY (held) RETURNING id
  )
  SELECT coalesce(array_agg(id), '{}') INTO runs FROM void;
  FOR key IN SELECT DISTINCT order_key FROM ringbook.run WHERE id = ANY (runs) AND order_key IS NOT NULL ORDER BY 1 LOOP
    PERFORM ringbook.lock_key(key);
    runs := runs || ringbook.take_turns(key);
  END LOOP;
  FOR was IN
    SELECT m.* FROM ringbook.message AS m JOIN ringbook.attempt AS a ON a.id = m.attempt_id
    WHERE a.id = ANY (never_sent) AND a.host = host_id AND a.outcome IS NULL AND m.state = 'sending' FOR UPDATE OF m
  LOOP
    now_one := was;
    now_one.state := 'retrying';
    now_one.error := 'the database was gone before it was sent';
    now_one.due_at := now_ms;
    UPDATE ringbook.attempt SET outcome = 'rejected', settled_at = now_ms WHERE id = was.attempt_id;
    PERFORM ringbook.change_message(was, now_one, now_ms, '{"reason":"the database was gone before it was sent"}');
    messages := messages || was.id;
  END LOOP;
  PERFORM ringbook.hand_out(runs, messages, '{}', now_ms);
END $$;

-- Each by itself: whatever is joined with a table that is held for empty may be planned as a walk through all of it.
CREATE OR REPLACE FUNCTION ringbook.settle_attempts(calls json, host bigint) RETURNS ringbook.done_together LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done_together;
  call record;
BEGIN
  FOR call IN
    SELECT * FROM json_to_recordset(calls) AS call (
      message text, attempt text, next text, "providerId" text, answer text, counts integer, detail text, now bigint)
  LOOP
    UPDATE ringbook.message
    SET state = call.next, provider_id = call."providerId", answer = call.answer, error = NULL, attempts = attempts + call.counts,
        changed_at = call.now, states = states || ringbook.state_line(call.next, call.now, call.detail)
    WHERE id = call.message AND state = 'sending' AND provider_id IS NULL AND attempt_id = call.attempt
      AND (SELECT a.host FROM ringbook.attempt AS a WHERE a.id = call.attempt) = settle_attempts.host;
    IF FOUND THEN
      UPDATE ringbook.attempt SET outcome = 'accepted', settled_at = call.now WHERE id = call.attempt;
    END IF;
    done.results := array_append(done.results, CASE WHEN FOUND THEN to_jsonb(call.now) END);
  END LOOP;
  RETURN done;
END $$;

CREATE OR REPLACE FUNCTION ringbook.finish_runs(calls json, host bigint) RETURNS ringbook.done_together LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done_together;
  call record;
BEGIN
  FOR call IN SELECT * FROM json_to_recordset(calls) AS call (run text, epoch bigint, steps text, now bigint) LOOP
    UPDATE ringbook.run
    SET state = 'done', error = NULL, finished_at = call.now, claimed_by = NULL, last_steps = call.steps
    WHERE id = call.run AND state = 'pending' AND order_key IS NULL AND claimed_by = finish_runs.host AND epoch = call.epoch;
    done.results := array_append(done.results, CASE WHEN FOUND THEN 'true'::jsonb END);
  END LOOP;
  RETURN done;
END $$;
