-- Events and runs: what each verb does, as a function of one call. ringbook.act (0004.sql) does the calls of a host in order.

-- What a verb came to: its result, and the runs and messages that may be due now (or soon, `later`), to be handed out.
CREATE TYPE ringbook.done AS (result jsonb, runs text[], messages text[], later text[]);

-- Runs with one key take turns: who says whose turn it is holds this lock until its commit. The first number is any, our own.
CREATE FUNCTION ringbook.lock_key(key text) RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(17762, hashtext(key))
$$;

-- A plan that may be used: a run whose plan is not there could not go on. One that a living host has stays; for any other this holds
-- on to it.
CREATE FUNCTION ringbook.kept_plan(plan_hash text, host_id bigint) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM ringbook.host_plan AS h WHERE h.host = host_id AND h.hash = plan_hash) THEN RETURN plan_hash; END IF;
  PERFORM FROM ringbook.plan WHERE hash = plan_hash FOR KEY SHARE;
  IF NOT FOUND THEN RAISE EXCEPTION 'there is no plan %', plan_hash USING ERRCODE = 'RB404'; END IF;
  RETURN plan_hash;
END $$;

-- `room`: so many of its runs the host claims at once, which has places for them.
CREATE FUNCTION ringbook.append_event(event jsonb, runs jsonb, now_ms bigint, host bigint, room integer)
RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
  added bigint;
  fired jsonb;
  run_id text;
  run_ids text[] := '{}';
  blocked boolean;
  claimed boolean;
  claims text[] := '{}';
BEGIN
  -- Before the event has its number: of two with one key, the one with the lower number holds the lock first.
  IF jsonb_path_exists(runs, '$[*].orderKey') THEN
    FOR fired IN
      SELECT DISTINCT value->'orderKey' FROM jsonb_array_elements(runs) WHERE value->>'orderKey' IS NOT NULL ORDER BY 1
    LOOP
      PERFORM ringbook.lock_key(fired #>> '{}');
    END LOOP;
  END IF;
  INSERT INTO ringbook.event (source, id, type, subject, time, data, received_at)
  VALUES (event->>'source', event->>'id', event->>'type', event->>'subject', event->>'time', event->>'data', now_ms)
  ON CONFLICT (source, id) DO NOTHING RETURNING number INTO added;
  IF added IS NULL THEN
    SELECT number INTO added FROM ringbook.event AS e WHERE e.source = event->>'source' AND e.id = event->>'id';
    SELECT coalesce(array_agg(r.id ORDER BY place), '{}') INTO run_ids FROM ringbook.run AS r WHERE event_number = added;
    done.result := jsonb_build_object('eventId', added, 'runIds', run_ids, 'duplicate', true, 'claimed', '{}'::text[]);
    RETURN done;
  END IF;
  FOR fired IN SELECT value FROM jsonb_array_elements(runs) LOOP
    run_id := added || '.' || cardinality(run_ids);
    blocked := false;
    IF fired->>'orderKey' IS NOT NULL THEN
      -- Whatever has the key and is pending is older: it was appended while its host held the lock.
      blocked := EXISTS (SELECT FROM ringbook.run WHERE order_key = fired->>'orderKey' AND state = 'pending');
    END IF;
    claimed := NOT blocked AND cardinality(claims) < room;
    INSERT INTO ringbook.run
      (id, event_number, place, rule, plan_hash, order_key, is_blocked, is_begun, tries, claimed_by, epoch)
    VALUES
      (run_id, added, cardinality(run_ids), fired->>'rule', ringbook.kept_plan(fired->>'planHash', host),
       fired->>'orderKey', blocked, claimed, claimed::integer, CASE WHEN claimed THEN host END, claimed::integer);
    IF claimed THEN claims := claims || run_id; END IF;
    run_ids := run_ids || run_id;
  END LOOP;
  done.result := jsonb_build_object('eventId', added, 'runIds', run_ids, 'duplicate', false, 'claimed', claims);
  IF cardinality(claims) < cardinality(run_ids) THEN done.runs := run_ids; END IF;
  RETURN done;
END $$;

-- Whether who writes has lost the run to another host. That cannot change before the commit of who asks: whoever takes over from a
-- host waits for what it has under way (ringbook.act).
CREATE FUNCTION ringbook.is_lost(run_id text, claim bigint, host bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  lost boolean;
BEGIN
  SELECT CASE WHEN claim IS NULL THEN claimed_by IS NOT NULL AND claimed_by <> host ELSE epoch <> claim END
  INTO lost FROM ringbook.run WHERE id = run_id;
  RETURN coalesce(lost, false);
END $$;

CREATE FUNCTION ringbook.lost() RETURNS ringbook.done LANGUAGE sql IMMUTABLE AS $$
  SELECT ROW('{"lost": true}'::jsonb, NULL, NULL, NULL)::ringbook.done
$$;

-- Says anew whose turn it is of the pending runs with a key, whose lock is held, and returns that run. It is the oldest one's
-- turn; a younger one that is claimed is not interrupted by an older one that goes on again, which waits for it.
CREATE FUNCTION ringbook.take_turns(key text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  oldest text;
  is_busy boolean;
BEGIN
  SELECT id INTO oldest FROM ringbook.run WHERE order_key = key AND state = 'pending' ORDER BY event_number, place LIMIT 1;
  is_busy := EXISTS (
    SELECT FROM ringbook.run WHERE order_key = key AND state = 'pending' AND NOT is_blocked AND claimed_by IS NOT NULL);
  UPDATE ringbook.run SET is_blocked = true
  WHERE order_key = key AND state = 'pending' AND NOT is_blocked AND claimed_by IS NULL AND (is_busy OR id <> oldest);
  IF oldest IS NULL OR is_busy THEN RETURN '{}'; END IF;
  UPDATE ringbook.run SET is_blocked = false WHERE id = oldest AND is_blocked;
  RETURN ARRAY[oldest];
END $$;

CREATE FUNCTION ringbook.claim_runs(most integer, ids text[], now_ms bigint, host bigint) RETURNS ringbook.done
LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
  chosen text[];
BEGIN
  IF ids IS NULL THEN
    SELECT coalesce(array_agg(id), '{}') INTO chosen FROM (
      SELECT id FROM ringbook.run
      WHERE state = 'pending' AND claimed_by IS NULL AND NOT is_blocked AND (due_at IS NULL OR due_at <= now_ms)
      ORDER BY priority, event_number, place LIMIT most FOR UPDATE SKIP LOCKED) AS free;
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

-- Gives a claimed run back. With `failure` it broke off, and its tries go on counting.
CREATE FUNCTION ringbook.give_back(run_id text, claim bigint, host bigint, due bigint, failure text)
RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
  key text;
BEGIN
  SELECT order_key INTO key FROM ringbook.run WHERE id = run_id;
  IF key IS NOT NULL THEN PERFORM ringbook.lock_key(key); END IF;
  IF ringbook.is_lost(run_id, claim, host) THEN RETURN ringbook.lost(); END IF;
  UPDATE ringbook.run
  SET claimed_by = NULL, is_woken = false, error = failure,
      tries = CASE WHEN failure IS NULL THEN 0 ELSE tries END,
      due_at = CASE WHEN is_woken AND failure IS NULL THEN NULL ELSE due END
  WHERE id = run_id AND state = 'pending' AND claimed_by IS NOT NULL;
  IF NOT FOUND THEN RETURN done; END IF;
  done.runs := CASE WHEN key IS NULL THEN ARRAY[run_id] ELSE ringbook.take_turns(key) END;
  RETURN done;
END $$;

CREATE FUNCTION ringbook.wake_run(run_id text) RETURNS text[] LANGUAGE sql AS $$
  WITH woken AS (
    UPDATE ringbook.run SET due_at = NULL, is_woken = claimed_by IS NOT NULL
    WHERE id = run_id AND state = 'pending' RETURNING id
  ) SELECT coalesce(array_agg(id), '{}') FROM woken
$$;

CREATE FUNCTION ringbook.record_step(call jsonb, host bigint) RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
BEGIN
  IF ringbook.is_lost(call->>'run', (call->>'epoch')::bigint, host) THEN RETURN ringbook.lost(); END IF;
  INSERT INTO ringbook.step (run_id, path, op, result, recorded_at)
  VALUES (call->>'run', call->>'path', call->>'op', call->>'result', (call->>'now')::bigint)
  ON CONFLICT (run_id, path) DO NOTHING;
  RETURN done;
END $$;

CREATE FUNCTION ringbook.add_steps(run text, steps jsonb, now_ms bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO ringbook.step (run_id, path, op, result, recorded_at)
  SELECT run, value->>'path', value->>'op', value->>'result', now_ms
  FROM jsonb_array_elements(steps) WITH ORDINALITY AS step (value, place) ORDER BY place
  ON CONFLICT (run_id, path) DO NOTHING
$$;

CREATE FUNCTION ringbook.finish_run(call jsonb, host bigint) RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
  key text;
BEGIN
  SELECT order_key INTO key FROM ringbook.run WHERE id = call->>'run';
  IF key IS NOT NULL THEN PERFORM ringbook.lock_key(key); END IF;
  IF ringbook.is_lost(call->>'run', (call->>'epoch')::bigint, host) THEN RETURN ringbook.lost(); END IF;
  UPDATE ringbook.run
  SET state = call->>'state', error = call->>'error', finished_at = (call->>'now')::bigint, claimed_by = NULL,
      is_blocked = false, due_at = NULL
  WHERE id = call->>'run' AND state = 'pending';
  IF FOUND AND key IS NOT NULL THEN done.runs := ringbook.take_turns(key); END IF;
  PERFORM ringbook.add_steps(call->>'run', call->'steps', (call->>'now')::bigint);
  RETURN done;
END $$;

CREATE FUNCTION ringbook.resume_run(call jsonb) RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
  key text;
BEGIN
  SELECT order_key INTO key FROM ringbook.run WHERE id = call->>'run';
  IF key IS NOT NULL THEN PERFORM ringbook.lock_key(key); END IF;
  PERFORM ringbook.add_steps(id, last_steps::jsonb, finished_at) FROM ringbook.run
  WHERE id = call->>'run' AND state IN ('failed', 'dead') AND last_steps IS NOT NULL;
  UPDATE ringbook.run
  SET state = 'pending', error = NULL, finished_at = NULL, due_at = NULL, tries = 0, is_woken = false, last_steps = NULL
  WHERE id = call->>'run' AND state IN ('failed', 'dead');
  done.result := to_jsonb(FOUND);
  IF NOT FOUND THEN RETURN done; END IF;
  UPDATE ringbook.message SET is_void = true WHERE run_id = call->>'run' AND state = 'rejected';
  done.runs := CASE WHEN key IS NULL THEN ARRAY[call->>'run'] ELSE ringbook.take_turns(key) END;
  RETURN done;
END $$;
