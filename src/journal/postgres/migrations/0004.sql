-- What a host asks for, all at once: its calls in the order in which they were made, in one transaction.

-- Jobs of graphile-worker, in this transaction, for runs and messages by the state that they are in: for what is due, or will be.
CREATE FUNCTION ringbook.hand_out(runs text[], messages text[], later text[], now_ms bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  jobs graphile_worker.job_spec[] := '{}';
BEGIN
  IF cardinality(runs) > 0 THEN
    SELECT coalesce(array_agg(ringbook.job('run', id, ringbook.job_time(due_at, now_ms), priority)), '{}') INTO jobs
    FROM ringbook.run WHERE id = ANY (runs) AND state = 'pending' AND claimed_by IS NULL AND NOT is_blocked;
  END IF;
  IF cardinality(messages) > 0 THEN
    jobs := jobs || ARRAY(
      SELECT ringbook.job('message', id, ringbook.job_time(due_at, now_ms), priority)
      FROM ringbook.message WHERE id = ANY (messages) AND due_at IS NOT NULL);
  END IF;
  IF cardinality(later) > 0 THEN
    -- Whoever asked sees to these at once: the job is for the case that it dies.
    jobs := jobs || ARRAY(
      SELECT ringbook.job('message', id, ringbook.job_time(greatest(due_at, now_ms) + 5000, now_ms), priority)
      FROM ringbook.message WHERE id = ANY (later) AND NOT id = ANY (messages) AND due_at IS NOT NULL);
  END IF;
  IF cardinality(jobs) > 0 THEN PERFORM graphile_worker.add_jobs(jobs); END IF;
END $$;

CREATE FUNCTION ringbook.job(kind text, id text, run_at timestamptz, priority smallint) RETURNS graphile_worker.job_spec
LANGUAGE sql STABLE AS $$
  SELECT ROW('ringbook_' || kind, json_build_object('id', id), NULL, run_at, 32000, kind || ':' || id, priority, NULL)
    ::graphile_worker.job_spec
$$;

-- When a job is due by the clock of the database, which need not agree with the clock of the host that said when. NULL: now.
CREATE FUNCTION ringbook.job_time(due bigint, now_ms bigint) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN due > now_ms THEN clock_timestamp() + (due - now_ms) * interval '1 millisecond' END
$$;

-- Everything that is due or will be, and has no job: after a move, or where jobs were lost. Returns how many it was.
CREATE FUNCTION ringbook.hand_out_all(now_ms bigint, most integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  runs text[];
  messages text[];
BEGIN
  SELECT coalesce(array_agg(id), '{}') INTO runs FROM (
    SELECT id FROM ringbook.run WHERE state = 'pending' AND claimed_by IS NULL AND NOT is_blocked
    AND NOT EXISTS (SELECT FROM graphile_worker.jobs WHERE key = 'run:' || run.id) LIMIT most) AS run;
  SELECT coalesce(array_agg(id), '{}') INTO messages FROM (
    SELECT id FROM ringbook.message WHERE due_at IS NOT NULL
    AND NOT EXISTS (SELECT FROM graphile_worker.jobs WHERE key = 'message:' || message.id) LIMIT most) AS message;
  PERFORM ringbook.hand_out(runs, messages, '{}', now_ms);
  RETURN cardinality(runs) + cardinality(messages);
END $$;

CREATE FUNCTION ringbook.keep_plan(call jsonb, host bigint) RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
BEGIN
  INSERT INTO ringbook.plan (hash, body) VALUES (call->>'hash', call->>'body') ON CONFLICT DO NOTHING;
  INSERT INTO ringbook.host_plan (host, hash) VALUES (keep_plan.host, call->>'hash') ON CONFLICT DO NOTHING;
  RETURN done;
END $$;

-- One call. A host whose lease was taken from it may neither claim nor begin to send.
CREATE FUNCTION ringbook.do_call(call jsonb, host bigint, is_alive boolean) RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
BEGIN
  IF NOT is_alive AND call->>'verb' IN ('claim', 'intend', 'begin', 'plan') THEN RETURN ringbook.lost(); END IF;
  CASE call->>'verb'
    WHEN 'append' THEN
      RETURN ringbook.append_event(
        call->'event', call->'runs', (call->>'now')::bigint, host,
        CASE WHEN is_alive THEN (call->>'room')::integer ELSE 0 END);
    WHEN 'claim' THEN
      RETURN ringbook.claim_runs(
        (call->>'limit')::integer,
        CASE WHEN call->'ids' IS NOT NULL THEN ARRAY(SELECT jsonb_array_elements_text(call->'ids')) END,
        (call->>'now')::bigint, host);
    WHEN 'intend' THEN RETURN ringbook.intend_message(call, host);
    WHEN 'settle' THEN RETURN ringbook.settle_attempt(call, host);
    WHEN 'step' THEN RETURN ringbook.record_step(call, host);
    WHEN 'finish' THEN RETURN ringbook.finish_run(call, host);
    WHEN 'report' THEN RETURN ringbook.report_state(call);
    WHEN 'giveBack' THEN
      RETURN ringbook.give_back(
        call->>'run', (call->>'epoch')::bigint, host, (call->>'due')::bigint, call->>'error');
    WHEN 'admit' THEN RETURN ringbook.admit(call);
    WHEN 'begin' THEN RETURN ringbook.begin_attempt(call, host);
    WHEN 'postpone' THEN RETURN ringbook.postpone_message(call);
    WHEN 'wake' THEN
      done.runs := ringbook.wake_run(call->>'run');
      RETURN done;
    WHEN 'resume' THEN RETURN ringbook.resume_run(call);
    WHEN 'sighting' THEN RETURN ringbook.settle_sighting(call);
    WHEN 'look' THEN RETURN ringbook.record_look(call);
    WHEN 'again' THEN RETURN ringbook.send_again(call);
    WHEN 'resend' THEN RETURN ringbook.resend_message(call);
    WHEN 'plan' THEN RETURN ringbook.keep_plan(call, host);
    WHEN 'due' THEN
      -- Messages that a host was told are due; what is not due yet by its clock is handed out again.
      SELECT jsonb_agg(to_jsonb(m) ORDER BY priority, due_at, number) INTO done.result
      FROM ringbook.message AS m WHERE id IN (SELECT jsonb_array_elements_text(call->'ids')) AND due_at <= (call->>'now')::bigint;
      done.result := coalesce(done.result, '[]');
      SELECT array_agg(id) INTO done.messages FROM ringbook.message
      WHERE id IN (SELECT jsonb_array_elements_text(call->'ids')) AND due_at > (call->>'now')::bigint
        AND NOT (call->>'again')::boolean;
      RETURN done;
  END CASE;
END $$;

-- `keys`: buckets that the calls are about, which are locked in one order by all hosts, so that none wait for each other.
-- Its queries are planned once for a connection, and that may be while the tables are empty: they are to use the indexes anyway.
CREATE FUNCTION ringbook.act(host bigint, calls jsonb, keys text[]) RETURNS SETOF jsonb LANGUAGE plpgsql
SET enable_seqscan = off SET jit = off AS $$
DECLARE
  call jsonb;
  done ringbook.done;
  runs text[] := '{}';
  messages text[] := '{}';
  later text[] := '{}';
  is_alive boolean;
  last_ms bigint;
BEGIN
  -- Whoever takes this host for dead waits for this commit, and this waits for who does.
  PERFORM FROM ringbook.host AS h WHERE h.id = act.host FOR KEY SHARE;
  is_alive := FOUND;
  IF cardinality(keys) > 0 THEN
    INSERT INTO ringbook.bucket (key, next_at) SELECT key, 0 FROM unnest(keys) AS key ORDER BY key ON CONFLICT DO NOTHING;
    PERFORM FROM ringbook.bucket WHERE key = ANY (keys) ORDER BY key FOR UPDATE;
  END IF;
  FOR call IN SELECT value FROM jsonb_array_elements(calls) LOOP
    done := ringbook.do_call(call, host, is_alive);
    last_ms := (call->>'now')::bigint;
    IF done.runs IS NOT NULL THEN runs := runs || done.runs; END IF;
    IF done.messages IS NOT NULL THEN messages := messages || done.messages; END IF;
    IF done.later IS NOT NULL THEN later := later || done.later; END IF;
    RETURN NEXT coalesce(done.result, 'null');
  END LOOP;
  IF cardinality(runs) + cardinality(messages) + cardinality(later) > 0 THEN
    PERFORM ringbook.hand_out(runs, messages, later, last_ms);
  END IF;
END $$;

-- Hands out anew, under other ids, what was fetched under ids of graphile-worker that are dead: one that wakes once more completes
-- its jobs by their ids, whoever works at them by then.
CREATE FUNCTION ringbook.retake_jobs(dead_pools text[], now_ms bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  ids bigint[];
  keys text[];
BEGIN
  IF cardinality(dead_pools) = 0 THEN RETURN; END IF;
  SELECT array_agg(id), coalesce(array_agg(key) FILTER (WHERE key IS NOT NULL), '{}') INTO ids, keys
  FROM graphile_worker.jobs WHERE locked_by = ANY (dead_pools);
  IF ids IS NULL THEN RETURN; END IF;
  PERFORM graphile_worker.force_unlock_workers(dead_pools);
  PERFORM graphile_worker.complete_jobs(ids);
  PERFORM ringbook.hand_out(
    ARRAY(SELECT substr(key, 5) FROM unnest(keys) AS key WHERE key LIKE 'run:%'),
    ARRAY(SELECT substr(key, 9) FROM unnest(keys) AS key WHERE key LIKE 'message:%'), '{}', now_ms);
  PERFORM graphile_worker.add_job('ringbook_event', json_build_object('id', substr(key, 7)), NULL::text, NULL::timestamptz,
    32000, key, 3) FROM unnest(keys) AS key WHERE key LIKE 'event:%';
END $$;

-- The same for what was fetched by a host that died before it could say under which id, or that was away and died before it was
-- known again. Reads all jobs, so it is not for every moment.
CREATE FUNCTION ringbook.retake_strays(older_than_seconds double precision, now_ms bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM ringbook.retake_jobs(ARRAY(
    SELECT DISTINCT locked_by FROM graphile_worker.jobs
    WHERE task_identifier LIKE 'ringbook\_%' AND locked_at < clock_timestamp() - older_than_seconds * interval '1 second'
      AND NOT EXISTS (SELECT FROM ringbook.host WHERE locked_by = ANY (pools))), now_ms);
END $$;

-- Voids what these hosts have claimed, doubts what they were sending, and ends them. Returns how many sends are in doubt.
CREATE FUNCTION ringbook.take_over(hosts bigint[], why text, now_ms bigint) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  runs text[];
  key text;
  was ringbook.message;
  now_one ringbook.message;
  messages text[] := '{}';
BEGIN
  FOR key IN
    SELECT DISTINCT order_key FROM ringbook.run
    WHERE state = 'pending' AND claimed_by = ANY (hosts) AND order_key IS NOT NULL ORDER BY 1
  LOOP
    PERFORM ringbook.lock_key(key);
  END LOOP;
  -- What two hosts or more have died with is due one after the other, so that the one to blame is found.
  WITH claimed AS (
    SELECT id, CASE WHEN tries >= 2 THEN
        now_ms + 250 * count(*) FILTER (WHERE tries >= 2) OVER (ORDER BY event_number, place) END AS due
    FROM ringbook.run WHERE state = 'pending' AND claimed_by = ANY (hosts)
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
    WHERE m.state IN ('waiting', 'retrying', 'sending', 'unknown') AND m.state = 'sending' AND a.host = ANY (hosts)
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

-- Takes over from every host whose lease has ended, and from `own`, which lives on.
CREATE FUNCTION ringbook.take_over_dead(own bigint, why text, now_ms bigint) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  dead bigint[];
  doubted integer;
BEGIN
  -- Waits for what such a host has under way here, so that none of it comes after.
  SELECT array_agg(id) INTO dead FROM (
    SELECT id FROM ringbook.host WHERE lease_until <= clock_timestamp() OR id = own ORDER BY id FOR UPDATE) AS ended;
  IF dead IS NULL THEN RETURN 0; END IF;
  doubted := ringbook.take_over(dead, why, now_ms);
  DELETE FROM ringbook.host WHERE id = ANY (dead) AND id IS DISTINCT FROM own;
  RETURN doubted;
END $$;

-- After calls of which the host does not know whether they were done: what it does not know to be its own, it gives back, and what
-- it began and never sent is to be tried anew. `held`: the runs that it has; `never_sent`: attempts, of which no byte has left.
CREATE FUNCTION ringbook.reconcile(host_id bigint, held text[], never_sent text[], now_ms bigint) RETURNS void
LANGUAGE plpgsql AS $$
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
    WHERE state = 'pending' AND claimed_by = host_id AND NOT id = ANY (held) RETURNING id
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
