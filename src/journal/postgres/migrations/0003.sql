-- Messages and their attempts: what each verb does, as a function of one call. What state follows which is said by the host, which
-- has the one table of states: it gives the states that a call moves a message from.

CREATE FUNCTION ringbook.find_message(message_id text) RETURNS ringbook.message LANGUAGE plpgsql AS $$
DECLARE
  found_one ringbook.message;
BEGIN
  SELECT * INTO found_one FROM ringbook.message WHERE id = message_id FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'there is no message %', message_id USING ERRCODE = 'RB404'; END IF;
  RETURN found_one;
END $$;

-- A state as the history of a message has it; `detail` is JSON.
CREATE FUNCTION ringbook.state_line(state text, at bigint, detail text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT '{"state":"' || state || '","at":' || at || coalesce(',"detail":' || detail, '') || E'}\n'
$$;

-- Writes a message that changed, and its state with `detail` (JSON) where that is another.
CREATE FUNCTION ringbook.change_message(old_one ringbook.message, new_one ringbook.message, now_ms bigint, detail text)
RETURNS ringbook.message LANGUAGE plpgsql AS $$
BEGIN
  IF new_one.state <> old_one.state THEN
    new_one.changed_at := now_ms;
    new_one.states := old_one.states || ringbook.state_line(new_one.state, now_ms, change_message.detail);
  END IF;
  IF new_one.state = 'sending' THEN new_one.admitted_at := NULL; END IF;
  -- A message that was sent twice has two ids at its provider: neither may be taken for another message's.
  IF old_one.provider_id <> coalesce(new_one.provider_id, '') THEN
    INSERT INTO ringbook.former_provider_id (resource, provider_id, message_id)
    VALUES (old_one.resource, old_one.provider_id, old_one.id) ON CONFLICT DO NOTHING;
  END IF;
  UPDATE ringbook.message
  SET state = new_one.state, states = new_one.states, provider_id = new_one.provider_id, error = new_one.error, answer = new_one.answer,
      due_at = new_one.due_at, admitted_at = new_one.admitted_at, is_counted = new_one.is_counted,
      attempts = new_one.attempts, attempt_id = new_one.attempt_id, attempt_number = new_one.attempt_number,
      attempt_began_at = new_one.attempt_began_at, looks = new_one.looks,
      possible_duplicate = new_one.possible_duplicate, changed_at = new_one.changed_at
  WHERE number = new_one.number;
  RETURN new_one;
END $$;

CREATE FUNCTION ringbook.start_attempt(message ringbook.message, attempt text, now_ms bigint, host bigint)
RETURNS ringbook.message LANGUAGE plpgsql AS $$
DECLARE
  begun ringbook.message := message;
BEGIN
  begun.state := 'sending';
  begun.due_at := NULL;
  begun.looks := 0;
  begun.attempt_id := attempt;
  begun.attempt_number := coalesce(message.attempt_number, 0) + 1;
  begun.attempt_began_at := now_ms;
  INSERT INTO ringbook.attempt (id, message_id, number, began_at, host)
  VALUES (attempt, begun.id, begun.attempt_number, now_ms, start_attempt.host);
  RETURN ringbook.change_message(message, begun, now_ms, '{"attempt":' || begun.attempt_number || '}');
END $$;

-- What a message brings along besides itself: labels, and the urgency of its run.
CREATE FUNCTION ringbook.label_message(number bigint, call jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF jsonb_array_length(call->'labels') > 0 THEN
    INSERT INTO ringbook.label (name, value, message_number)
    SELECT pair->>0, pair->>1, label_message.number FROM jsonb_array_elements(call->'labels') AS pair
    ON CONFLICT DO NOTHING;
  END IF;
  IF (call->>'hurries')::boolean THEN
    UPDATE ringbook.run SET priority = (call->>'priority')::smallint
    WHERE id = call->>'run' AND state = 'pending' AND priority <> (call->>'priority')::smallint;
  END IF;
END $$;

CREATE FUNCTION ringbook.add_message(call jsonb, attempt text, host bigint) RETURNS ringbook.message LANGUAGE plpgsql AS $$
DECLARE
  added ringbook.message;
  now_ms bigint := (call->>'now')::bigint;
BEGIN
  INSERT INTO ringbook.message
    (id, run_id, op, channel, resource, recipient, sender, content, options, priority, resend_of, state, states, due_at,
     created_at, changed_at, attempt_id, attempt_number, attempt_began_at)
  VALUES
    (call->>'id', call->>'run', call->>'op', call->>'channel', call->>'resource', call->>'to', call->>'from',
     call->>'content', call->>'options', (call->>'priority')::smallint, call->>'resendOf',
     CASE WHEN attempt IS NULL THEN 'waiting' ELSE 'sending' END,
     ringbook.state_line('waiting', now_ms, NULL)
       || CASE WHEN attempt IS NULL THEN '' ELSE ringbook.state_line('sending', now_ms, '{"attempt":1}') END,
     CASE WHEN attempt IS NULL THEN now_ms END,
     now_ms, now_ms, attempt, CASE WHEN attempt IS NOT NULL THEN 1 END, CASE WHEN attempt IS NOT NULL THEN now_ms END)
  ON CONFLICT (id) DO NOTHING RETURNING * INTO added;
  IF NOT FOUND THEN RETURN NULL; END IF;
  PERFORM ringbook.label_message(added.number, call);
  IF attempt IS NULL THEN RETURN added; END IF;
  INSERT INTO ringbook.attempt (id, message_id, number, began_at, host)
  VALUES (attempt, added.id, 1, now_ms, add_message.host);
  RETURN added;
END $$;

CREATE FUNCTION ringbook.intend_message(call jsonb, host bigint) RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
  message ringbook.message;
  now_ms bigint := (call->>'now')::bigint;
  is_new boolean := true;
BEGIN
  IF NOT EXISTS (SELECT FROM ringbook.run WHERE id = call->>'run') THEN
    RAISE EXCEPTION 'there is no run %', call->>'run' USING ERRCODE = 'RB404';
  END IF;
  IF ringbook.is_lost(call->>'run', (call->>'epoch')::bigint, host) THEN RETURN ringbook.lost(); END IF;
  message := ringbook.add_message(call, call->>'attempt', host);
  IF message.id IS NULL THEN
    message := ringbook.find_message(call->>'id');
    is_new := message.is_void;
    IF is_new THEN message := ringbook.take_anew(message, call, host); END IF;
  END IF;
  done.result := jsonb_build_object('message', to_jsonb(message), 'isNew', is_new);
  IF message.due_at IS NOT NULL THEN done.later := ARRAY[message.id]; END IF;
  RETURN done;
END $$;

-- A message that was rejected before its run was resumed, with the words that are given now.
CREATE FUNCTION ringbook.take_anew(old_one ringbook.message, call jsonb, host bigint) RETURNS ringbook.message
LANGUAGE plpgsql AS $$
DECLARE
  anew ringbook.message;
  now_ms bigint := (call->>'now')::bigint;
BEGIN
  DELETE FROM ringbook.label WHERE message_number = old_one.number;
  UPDATE ringbook.message
  SET resource = call->>'resource', recipient = call->>'to', sender = call->>'from', content = call->>'content',
      options = call->>'options', priority = (call->>'priority')::smallint, created_at = now_ms, attempts = 0, looks = 0,
      error = NULL, answer = NULL, provider_id = NULL, admitted_at = NULL, is_counted = false, is_void = false,
      state = 'waiting', states = states || ringbook.state_line('waiting', now_ms, NULL), changed_at = now_ms, due_at = now_ms
  WHERE number = old_one.number RETURNING * INTO anew;
  PERFORM ringbook.label_message(anew.number, call);
  IF call->>'attempt' IS NULL THEN RETURN anew; END IF;
  RETURN ringbook.start_attempt(anew, call->>'attempt', now_ms, host);
END $$;

CREATE FUNCTION ringbook.begin_attempt(call jsonb, host bigint) RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
  message ringbook.message := ringbook.find_message(call->>'id');
BEGIN
  IF message.state NOT IN ('waiting', 'retrying') THEN
    RAISE EXCEPTION 'message % is %: it is not to be sent', message.id, message.state USING ERRCODE = 'RB409';
  END IF;
  done.result := to_jsonb(ringbook.start_attempt(message, call->>'attempt', (call->>'now')::bigint, host));
  RETURN done;
END $$;

-- `moves`: for each state that this outcome moves a message from, the next.
CREATE FUNCTION ringbook.settle_attempt(call jsonb, host bigint) RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
  was ringbook.message;
  now_one ringbook.message;
  tried ringbook.attempt;
BEGIN
  SELECT * INTO tried FROM ringbook.attempt WHERE id = call->>'attempt';
  IF NOT FOUND THEN RAISE EXCEPTION 'no such attempt was made' USING ERRCODE = 'RB404'; END IF;
  was := ringbook.find_message(tried.message_id);
  -- Again, now that nobody else can settle it.
  SELECT * INTO tried FROM ringbook.attempt WHERE id = call->>'attempt';
  IF tried.host IS DISTINCT FROM settle_attempt.host THEN RETURN ringbook.lost(); END IF;
  now_one := was;
  IF tried.outcome IN ('accepted', 'rejected') THEN
    done.result := to_jsonb(was);
    RETURN done;
  END IF;
  UPDATE ringbook.attempt SET outcome = call->>'outcome', settled_at = (call->>'now')::bigint WHERE id = tried.id;
  -- An attempt whose fate was unknown was counted then.
  now_one.attempts := was.attempts + (call->>'counts')::integer - CASE WHEN tried.outcome = 'unknown' THEN 1 ELSE 0 END;
  IF call->>'outcome' = 'accepted' THEN
    now_one := ringbook.accepted(was, now_one, call);
  -- Otherwise another attempt has begun since: this one's fate is not the message's.
  ELSIF was.attempt_id = tried.id THEN
    now_one.state := coalesce(call->'moves'->>was.state, was.state);
    IF now_one.state <> was.state OR now_one.state = 'unknown' THEN
      now_one.error := call->>'reason';
      now_one.due_at := CASE WHEN now_one.state = 'rejected' THEN NULL ELSE (call->>'nextAt')::bigint END;
    END IF;
  END IF;
  now_one := ringbook.change_message(was, now_one, (call->>'now')::bigint, call->>'detail');
  done.result := to_jsonb(now_one);
  IF now_one.due_at IS NOT NULL THEN done.messages := ARRAY[now_one.id]; END IF;
  RETURN done;
END $$;

-- What the acceptance of an attempt makes of its message. An error that a callback brought stays with its state.
CREATE FUNCTION ringbook.accepted(was ringbook.message, now_one ringbook.message, call jsonb) RETURNS ringbook.message
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  now_one.state := coalesce(call->'moves'->>was.state, was.state);
  now_one.provider_id := call->>'providerId';
  now_one.answer := call->>'answer';
  IF now_one.state <> was.state THEN now_one.error := NULL; END IF;
  now_one.due_at := NULL;
  RETURN now_one;
END $$;

-- A look at the provider: the first candidate that can only be this attempt's.
CREATE FUNCTION ringbook.settle_sighting(call jsonb) RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
  was ringbook.message;
  now_one ringbook.message;
  tried ringbook.attempt;
  candidate jsonb;
BEGIN
  SELECT * INTO tried FROM ringbook.attempt WHERE id = call->>'attempt';
  IF NOT FOUND THEN RAISE EXCEPTION 'no such attempt was made' USING ERRCODE = 'RB404'; END IF;
  was := ringbook.find_message(tried.message_id);
  -- Two hosts that look for two messages to one number must not both take the one candidate.
  PERFORM pg_advisory_xact_lock(17763, hashtext(was.resource || ' ' || was.recipient));
  SELECT * INTO tried FROM ringbook.attempt WHERE id = call->>'attempt';
  IF tried.outcome IS DISTINCT FROM 'unknown' THEN RETURN done; END IF;
  candidate := ringbook.sighting_of(was, tried.id, call->'candidates', (call->>'rivalMs')::bigint);
  IF candidate IS NULL THEN RETURN done; END IF;
  UPDATE ringbook.attempt SET outcome = 'accepted', settled_at = (call->>'now')::bigint WHERE id = tried.id;
  now_one := ringbook.accepted(was, was, call || candidate);
  now_one := ringbook.change_message(was, now_one, (call->>'now')::bigint, candidate->>'detail');
  done.result := to_jsonb(now_one);
  done.runs := ringbook.wake_run(was.run_id);
  RETURN done;
END $$;

CREATE FUNCTION ringbook.sighting_of(message ringbook.message, attempt_id text, candidates jsonb, rival_ms bigint)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  rivals integer;
  free jsonb[];
BEGIN
  -- A callback may have told the id already; then it is that one, and no other.
  IF message.provider_id IS NOT NULL THEN
    RETURN (SELECT value FROM jsonb_array_elements(candidates) WHERE value->>'providerId' = message.provider_id LIMIT 1);
  END IF;
  SELECT array_agg(value ORDER BY place) INTO free
  FROM jsonb_array_elements(candidates) WITH ORDINALITY AS candidate (value, place)
  -- Counted for each candidate, of which there are few: a join may be planned to read all messages instead.
  WHERE 0 = (
      SELECT count(*) FROM ringbook.message AS m
      WHERE m.resource = message.resource AND m.provider_id = value->>'providerId' AND m.id <> message.id)
    AND 0 = (
      SELECT count(*) FROM ringbook.former_provider_id AS f
      WHERE f.resource = message.resource AND f.provider_id = value->>'providerId' AND f.message_id <> message.id);
  -- Where others of the same kind are in doubt as well, there must be one for each: nobody can say which is whose.
  SELECT count(*) INTO rivals FROM ringbook.message AS m JOIN ringbook.attempt AS a ON a.message_id = m.id
  WHERE m.recipient = message.recipient AND m.resource = message.resource AND m.channel = message.channel
    AND m.sender = message.sender AND (m.channel = 'call' OR m.content = message.content)
    AND (m.provider_id IS NULL OR m.possible_duplicate)
    AND a.id <> sighting_of.attempt_id AND a.began_at >= message.attempt_began_at - rival_ms
    AND (a.outcome IS NULL OR a.outcome = 'unknown');
  RETURN CASE WHEN cardinality(free) > rivals THEN free[1] END;
END $$;

CREATE FUNCTION ringbook.record_look(call jsonb) RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
  was ringbook.message := ringbook.find_message(call->>'id');
  now_one ringbook.message := was;
BEGIN
  IF was.state = 'unknown' THEN
    now_one.looks := was.looks + 1;
    now_one.due_at := (call->>'nextAt')::bigint;
    now_one := ringbook.change_message(was, now_one, (call->>'now')::bigint, NULL);
    IF now_one.due_at IS NOT NULL THEN done.messages := ARRAY[was.id]; END IF;
  END IF;
  done.result := to_jsonb(now_one);
  RETURN done;
END $$;

CREATE FUNCTION ringbook.send_again(call jsonb) RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
  was ringbook.message := ringbook.find_message(call->>'id');
  now_one ringbook.message := was;
BEGIN
  IF was.state = 'unknown' THEN
    now_one.state := 'waiting';
    now_one.due_at := (call->>'now')::bigint;
    now_one.looks := 0;
    now_one.possible_duplicate := true;
    -- It may go out a second time: it takes a place in its limits a second time.
    now_one.is_counted := false;
    now_one := ringbook.change_message(was, now_one, (call->>'now')::bigint, NULL);
    done.later := ARRAY[was.id];
  END IF;
  done.result := to_jsonb(now_one);
  RETURN done;
END $$;

CREATE FUNCTION ringbook.postpone_message(call jsonb) RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
  was ringbook.message := ringbook.find_message(call->>'id');
  now_one ringbook.message := was;
BEGIN
  IF was.state IN ('waiting', 'retrying', 'unknown') THEN
    now_one.due_at := (call->>'until')::bigint;
    now_one := ringbook.change_message(was, now_one, (call->>'now')::bigint, NULL);
    done.messages := ARRAY[was.id];
  END IF;
  done.result := to_jsonb(now_one);
  RETURN done;
END $$;

-- Two JSON objects in one, as text: jsonb cannot hold all that JSON can. Of a key that is there twice, the last counts.
CREATE FUNCTION ringbook.joined(object text, added text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN added IS NULL OR added = '{}' THEN object
    WHEN object IS NULL OR object = '{}' THEN added
    ELSE left(object, -1) || ',' || substr(added, 2) END
$$;

-- `from`: the states that this report moves a message from; `wakeFrom`: those of them in which its run may wait for it.
CREATE FUNCTION ringbook.report_state(call jsonb) RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
  was ringbook.message := ringbook.find_message(call->>'id');
  now_one ringbook.message := was;
  appended ringbook.done;
BEGIN
  IF NOT call->'from' ? was.state THEN
    done.result := jsonb_build_object('message', to_jsonb(was), 'moved', false);
    RETURN done;
  END IF;
  now_one.state := call->>'state';
  now_one.provider_id := coalesce(call->>'providerId', was.provider_id);
  now_one.error := call->>'error';
  now_one.answer := ringbook.joined(was.answer, call->>'answer');
  now_one.due_at := NULL;
  now_one := ringbook.change_message(was, now_one, (call->>'now')::bigint, call->>'detail');
  IF call->'wakeFrom' ? was.state THEN done.runs := ringbook.wake_run(was.run_id); END IF;
  done.result := jsonb_build_object('message', to_jsonb(now_one), 'moved', true);
  IF call->'event' IS NOT NULL THEN
    appended := ringbook.append_event(call->'event', call->'runs', (call->>'now')::bigint, NULL, 0);
    done.result := done.result || jsonb_build_object('appended', appended.result);
    done.runs := done.runs || appended.runs;
  END IF;
  RETURN done;
END $$;

CREATE FUNCTION ringbook.resend_message(call jsonb) RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
  was ringbook.message := ringbook.find_message(call->>'id');
  again ringbook.message;
  resends integer;
  is_over boolean;
BEGIN
  SELECT count(*), coalesce(bool_and(call->'endedBadly' ? state), true) INTO resends, is_over
  FROM ringbook.message WHERE resend_of = was.id;
  -- What is under way again, or has arrived, is not sent a third time because a button was pressed twice.
  IF NOT is_over OR NOT call->'endedBadly' ? was.state THEN RETURN done; END IF;
  -- Whoever removes the run at this moment finds that it has changed, and leaves it.
  UPDATE ringbook.run SET priority = priority WHERE id = was.run_id;
  again := ringbook.add_message(jsonb_build_object(
    'id', was.id || '+' || (resends + 1), 'run', was.run_id, 'op', was.op, 'channel', was.channel,
    'resource', was.resource, 'to', was.recipient, 'from', was.sender, 'content', was.content,
    'options', was.options, 'priority', was.priority, 'resendOf', was.id, 'now', call->'now',
    'labels', (SELECT coalesce(jsonb_agg(jsonb_build_array(name, value)), '[]') FROM ringbook.label
               WHERE message_number = was.number)), NULL, NULL);
  done.result := to_jsonb(again);
  done.messages := ARRAY[again.id];
  RETURN done;
END $$;

-- Asks leave to send; the caps first: where one of them is exhausted, no bucket moves.
CREATE FUNCTION ringbook.admit(call jsonb) RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
  was ringbook.message := ringbook.find_message(call->>'id');
  now_ms bigint := (call->>'now')::bigint;
  place double precision;
  today integer;
  exhausted bigint;
BEGIN
  IF was.state NOT IN ('waiting', 'retrying') THEN
    RAISE EXCEPTION 'message % is %: it is not to be sent', was.id, was.state USING ERRCODE = 'RB409';
  END IF;
  IF was.admitted_at IS NOT NULL AND now_ms < was.admitted_at + (call->>'leaveMs')::bigint THEN
    done.result := jsonb_build_object('at', was.admitted_at, 'isNow', was.admitted_at <= now_ms);
    RETURN done;
  END IF;
  SELECT greatest(now_ms, max(next_at)) INTO place FROM (
    SELECT next_at FROM ringbook.bucket WHERE key IN (SELECT value->>'key' FROM jsonb_array_elements(call->'rates'))
    ORDER BY key FOR UPDATE) AS held;
  -- A message counts once, however often it is tried; and on the day on which it is sent.
  IF NOT was.is_counted THEN
    today := floor(place / 86400000);
    SELECT min(index) INTO exhausted
    FROM jsonb_to_recordset(call->'caps') AS cap (key text, max integer, index integer)
    LEFT JOIN LATERAL ringbook.count_of(today, cap.key) AS count ON true WHERE count >= cap.max;
    IF exhausted IS NOT NULL THEN
      done.result := jsonb_build_object('refused', exhausted);
      RETURN done;
    END IF;
    INSERT INTO ringbook.sent_count AS c (day, key, count)
    SELECT today, value->>'key', 1 FROM jsonb_array_elements(call->'caps') GROUP BY 2 ORDER BY 2
    ON CONFLICT (day, key) DO UPDATE SET count = c.count + 1;
  END IF;
  INSERT INTO ringbook.bucket (key, next_at)
  SELECT value->>'key', place + max((value->>'intervalMs')::double precision)
  FROM jsonb_array_elements(call->'rates') GROUP BY 1 ORDER BY 1
  ON CONFLICT (key) DO UPDATE SET next_at = excluded.next_at;
  UPDATE ringbook.message SET admitted_at = ceil(place), is_counted = true, due_at = greatest(ceil(place)::bigint, now_ms)
  WHERE number = was.number;
  done.result := jsonb_build_object('at', ceil(place)::bigint, 'isNow', ceil(place) <= now_ms);
  -- One that may be sent now is begun by who asked; should that host die, its run is taken over.
  IF ceil(place) <= now_ms THEN done.later := ARRAY[was.id]; ELSE done.messages := ARRAY[was.id]; END IF;
  RETURN done;
END $$;

-- How many a day has had of one key, which stays so until the commit of who asks.
CREATE FUNCTION ringbook.count_of(the_day integer, the_key text) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ringbook.sent_count (day, key, count) VALUES (the_day, the_key, 0) ON CONFLICT DO NOTHING;
  RETURN (SELECT count FROM ringbook.sent_count WHERE day = the_day AND key = the_key FOR UPDATE);
END $$;
