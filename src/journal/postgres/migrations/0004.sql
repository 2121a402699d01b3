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
CREATE FUNCTION ringbook.hand_out_all(now_ms bigint, most integer) RETURNS integer LANGUAGE plpgsql
SET enable_seqscan = off AS $$
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

-- What calls of one verb came to, in their order: NULL where one could not be done together with the others, which is then done by
-- itself; and runs that may be due now.
CREATE TYPE ringbook.done_together AS (results jsonb[], runs text[]);

-- Events whose runs have no order among them. A result is the number of a new event.
CREATE FUNCTION ringbook.append_events(calls json, host bigint) RETURNS ringbook.done_together LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done_together;
BEGIN
  WITH given AS MATERIALIZED (
    SELECT place, runs, room, now, e.* FROM
      ROWS FROM (json_to_recordset(calls) AS (event json, runs json, room integer, now bigint))
        WITH ORDINALITY AS call (event, runs, room, now, place)
      CROSS JOIN LATERAL json_to_record(event) AS e (id text, source text, type text, subject text, time text, data text)
  ), added AS (
    INSERT INTO ringbook.event (source, id, type, subject, time, data, received_at)
    SELECT source, id, type, subject, time, data, now FROM given ORDER BY place
    ON CONFLICT (source, id) DO NOTHING RETURNING number, source, id
  ), numbered AS (
    SELECT place, number, runs, room FROM given LEFT JOIN added USING (source, id)
  ), fired AS (
    INSERT INTO ringbook.run (id, event_number, place, rule, plan_hash, is_begun, tries, claimed_by, epoch)
    SELECT number || '.' || (nth - 1), number, nth - 1, rule,
      -- None that is not there: the column takes no NULL.
      (SELECT hash FROM ringbook.host_plan AS h WHERE h.host = append_events.host AND h.hash = run."planHash"),
      nth <= room, (nth <= room)::integer, CASE WHEN nth <= room THEN append_events.host END, (nth <= room)::integer
    FROM numbered
      CROSS JOIN LATERAL ROWS FROM (json_to_recordset(runs) AS (rule text, "planHash" text))
        WITH ORDINALITY AS run (rule, "planHash", nth)
    WHERE number IS NOT NULL ORDER BY number, nth RETURNING id, claimed_by
  )
  SELECT array_agg(to_jsonb(number) ORDER BY place), (SELECT array_agg(id) FROM fired WHERE claimed_by IS NULL)
  INTO done.results, done.runs FROM numbered;
  RETURN done;
END $$;

-- New messages of claimed runs, each with its first attempt. A result is when it was taken on.
CREATE FUNCTION ringbook.intend_messages(calls json, host bigint) RETURNS ringbook.done_together LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done_together;
BEGIN
  WITH given AS MATERIALIZED (
    SELECT * FROM ROWS FROM (json_to_recordset(calls) AS (
        id text, run text, op text, channel text, resource text, "to" text, "from" text, content text, options text,
        priority smallint, labels json, attempt text, epoch bigint, now bigint))
      WITH ORDINALITY AS call (
        id, run, op, channel, resource, "to", "from", content, options, priority, labels, attempt, epoch, now, place)
  ), added AS (
    INSERT INTO ringbook.message
      (id, run_id, op, channel, resource, recipient, sender, content, options, priority, state, states,
       created_at, changed_at, attempt_id, attempt_number, attempt_began_at)
    SELECT id, run, op, channel, resource, "to", "from", content, options, priority, 'sending',
      ringbook.state_line('waiting', now, NULL) || ringbook.state_line('sending', now, '{"attempt":1}'),
      now, now, attempt, 1, now
    FROM given
    WHERE (SELECT r.epoch FROM ringbook.run AS r
           WHERE r.id = run AND r.claimed_by = intend_messages.host AND r.state = 'pending') = epoch
    ORDER BY place ON CONFLICT (id) DO NOTHING RETURNING number, id, attempt_id, created_at
  ), begun AS (
    INSERT INTO ringbook.attempt (id, message_id, number, began_at, host)
    SELECT attempt_id, id, 1, created_at, intend_messages.host FROM added
  ), labelled AS (
    INSERT INTO ringbook.label (name, value, message_number)
    SELECT DISTINCT label->>0, label->>1, added.number
    FROM given JOIN added USING (id) CROSS JOIN LATERAL json_array_elements(labels) AS label
  )
  SELECT array_agg(to_jsonb(created_at) ORDER BY place) INTO done.results FROM given LEFT JOIN added USING (id);
  RETURN done;
END $$;

-- Attempts that were accepted, of messages of which nothing was heard meanwhile. A result is when that was.
CREATE FUNCTION ringbook.settle_attempts(calls json, host bigint) RETURNS ringbook.done_together LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done_together;
BEGIN
  WITH given AS MATERIALIZED (
    SELECT * FROM ROWS FROM (json_to_recordset(calls) AS (
        message text, attempt text, next text, "providerId" text, answer text, counts integer, detail text, now bigint))
      WITH ORDINALITY AS call (message, attempt, next, "providerId", answer, counts, detail, now, place)
  ), changed AS (
    UPDATE ringbook.message AS m
    SET state = next, provider_id = "providerId", answer = given.answer, error = NULL, attempts = m.attempts + counts,
        changed_at = now, states = states || ringbook.state_line(next, now, detail)
    FROM given
    -- Looked up for each call by itself, so that there is no other plan for it.
    WHERE m.number = (
        SELECT number FROM ringbook.message AS its
        WHERE its.id = given.message AND settle_attempts.host = (
          SELECT a.host FROM ringbook.attempt AS a WHERE a.id = given.attempt))
      AND m.state = 'sending' AND m.provider_id IS NULL AND m.attempt_id = given.attempt
    RETURNING m.attempt_id AS attempt, now
  ), settled AS (
    UPDATE ringbook.attempt SET outcome = 'accepted', settled_at = (SELECT max(now) FROM given)
    WHERE id = ANY (ARRAY(SELECT attempt FROM changed))
  )
  SELECT array_agg(to_jsonb(changed.now) ORDER BY place) INTO done.results FROM given LEFT JOIN changed USING (attempt);
  RETURN done;
END $$;

-- Steps of claimed runs.
CREATE FUNCTION ringbook.record_steps(calls json, host bigint) RETURNS ringbook.done_together LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done_together;
BEGIN
  WITH given AS MATERIALIZED (
    SELECT call.*, (SELECT r.epoch FROM ringbook.run AS r WHERE r.id = run) = epoch AS is_own
    FROM ROWS FROM (json_to_recordset(calls) AS (run text, path text, op text, result text, epoch bigint, now bigint))
      WITH ORDINALITY AS call (run, path, op, result, epoch, now, place)
  ), added AS (
    INSERT INTO ringbook.step (run_id, path, op, result, recorded_at)
    SELECT run, path, op, result, now FROM given WHERE is_own ORDER BY place ON CONFLICT (run_id, path) DO NOTHING
  )
  SELECT array_agg(CASE WHEN is_own THEN 'true'::jsonb END ORDER BY place) INTO done.results FROM given;
  RETURN done;
END $$;

-- Claimed runs that are done, each with its last steps, where they have no order among them.
CREATE FUNCTION ringbook.finish_runs(calls json, host bigint) RETURNS ringbook.done_together LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done_together;
BEGIN
  WITH given AS MATERIALIZED (
    SELECT * FROM ROWS FROM (json_to_recordset(calls) AS (run text, epoch bigint, steps text, now bigint))
      WITH ORDINALITY AS call (run, epoch, steps, now, place)
  ), ended AS (
    UPDATE ringbook.run AS r
    SET state = 'done', error = NULL, finished_at = now, claimed_by = NULL, last_steps = steps
    FROM given
    WHERE r.id = (SELECT its.id FROM ringbook.run AS its WHERE its.id = given.run AND its.epoch = given.epoch)
      AND r.state = 'pending' AND r.order_key IS NULL AND r.claimed_by = finish_runs.host AND r.epoch = given.epoch
    RETURNING r.id AS run
  )
  SELECT array_agg(CASE WHEN ended.run IS NOT NULL THEN 'true'::jsonb END ORDER BY place)
  INTO done.results FROM given LEFT JOIN ended USING (run);
  RETURN done;
END $$;

CREATE FUNCTION ringbook.do_together(verb text, calls json, host bigint) RETURNS ringbook.done_together LANGUAGE plpgsql AS $$
BEGIN
  CASE verb
    WHEN 'append' THEN RETURN ringbook.append_events(calls, host);
    WHEN 'intend' THEN RETURN ringbook.intend_messages(calls, host);
    WHEN 'settle' THEN RETURN ringbook.settle_attempts(calls, host);
    WHEN 'step' THEN RETURN ringbook.record_steps(calls, host);
    WHEN 'finish' THEN RETURN ringbook.finish_runs(calls, host);
  END CASE;
END $$;

-- `together`: for each verb, calls that can be done in one statement, whatever their order; they are done first, verb by verb.
-- `calls`: the others, done one by one. Results come in this order. `keys`: buckets that the calls are about, which are locked in one
-- order by all hosts, so that none wait for each other.
-- Its queries are planned once for a connection, and that may be while the tables are empty: they are to use the indexes anyway.
CREATE FUNCTION ringbook.act(host bigint, calls jsonb, keys text[], together json DEFAULT '{}') RETURNS SETOF jsonb LANGUAGE plpgsql
SET enable_seqscan = off SET jit = off AS $$
DECLARE
  call jsonb;
  verb text;
  given json;
  group_done ringbook.done_together;
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
  FOR verb, given IN SELECT key, value FROM json_each(together) LOOP
    group_done := NULL;
    IF is_alive THEN
      group_done := ringbook.do_together(verb, given, host);
      runs := runs || coalesce(group_done.runs, '{}');
    END IF;
    last_ms := given->-1->>'now';
    IF group_done.results IS NOT NULL AND array_position(group_done.results, NULL) IS NULL THEN
      RETURN QUERY SELECT unnest(group_done.results);
      CONTINUE;
    END IF;
    FOR nth IN 1 .. json_array_length(given) LOOP
      IF group_done.results[nth] IS NULL THEN
        call := given->(nth - 1);
        done := ringbook.do_call(call, host, is_alive);
        runs := runs || coalesce(done.runs, '{}');
        messages := messages || coalesce(done.messages, '{}');
        later := later || coalesce(done.later, '{}');
        RETURN NEXT coalesce(done.result, 'null');
      ELSE
        RETURN NEXT group_done.results[nth];
      END IF;
    END LOOP;
  END LOOP;
  FOR call IN SELECT value FROM jsonb_array_elements(calls) LOOP
    done := ringbook.do_call(call, host, is_alive);
    last_ms := call->>'now';
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
CREATE FUNCTION ringbook.take_over(hosts bigint[], why text, now_ms bigint) RETURNS integer LANGUAGE plpgsql
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
CREATE FUNCTION ringbook.take_over_dead(own bigint, why text, now_ms bigint) RETURNS integer LANGUAGE plpgsql
SET enable_seqscan = off AS $$
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
