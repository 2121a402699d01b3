-- An attempt may go out otherwise than its message says: through another resource, to another number, in other letters. Hosts that do
-- not know of that would ask the wrong provider what became of it.
-- oldest: 8

-- All of its way, or none of it where it went out as its message says. No JSON, since that may hold \u0000.
ALTER TABLE ringbook.attempt ADD COLUMN way_resource text;
ALTER TABLE ringbook.attempt ADD COLUMN way_to text;
ALTER TABLE ringbook.attempt ADD COLUMN way_from text;
ALTER TABLE ringbook.attempt ADD COLUMN way_content text; -- JSON; none where it said what its message has
ALTER TABLE ringbook.message ADD COLUMN attempt_way text; -- JSON; of the last attempt
ALTER TABLE ringbook.message ADD COLUMN via text; -- the resource that provider_id is of, where that is another
ALTER TABLE ringbook.message ADD COLUMN passed text; -- JSON; resources that it has gone on from

CREATE INDEX attempt_way_to ON ringbook.attempt (way_to) WHERE way_to IS NOT NULL;
CREATE INDEX attempt_way_resource ON ringbook.attempt (way_resource) WHERE way_resource IS NOT NULL;
CREATE INDEX message_via ON ringbook.message (via, provider_id) WHERE via IS NOT NULL;

-- Writes an attempt down that begins, with its way.
CREATE FUNCTION ringbook.add_attempt(call jsonb, message_id text, number integer, host bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO ringbook.attempt
    (id, message_id, number, began_at, host, way_resource, way_to, way_from, way_content)
  VALUES
    (call->>'attempt', message_id, number, (call->>'now')::bigint, host,
     call->>'wayResource', call->>'wayTo', call->>'wayFrom', call->>'wayContent')
$$;

-- It goes on from the resource of its last attempt, with no attempts, and no place in the limits, at the next.
CREATE FUNCTION ringbook.go_on(message ringbook.message) RETURNS ringbook.message LANGUAGE plpgsql STABLE AS $$
DECLARE
  used text := coalesce((SELECT way_resource FROM ringbook.attempt WHERE id = message.attempt_id), message.resource);
BEGIN
  message.passed := coalesce(message.passed::jsonb, '[]') || to_jsonb(used);
  message.attempts := 0;
  message.is_counted := false;
  message.admitted_at := NULL;
  RETURN message;
END $$;

-- Writes a message that changed, and its state with `detail` (JSON) where that is another.
CREATE OR REPLACE FUNCTION ringbook.change_message(old_one ringbook.message, new_one ringbook.message, now_ms bigint, detail text)
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
    VALUES (coalesce(old_one.via, old_one.resource), old_one.provider_id, old_one.id) ON CONFLICT DO NOTHING;
  END IF;
  UPDATE ringbook.message
  SET state = new_one.state, states = new_one.states, provider_id = new_one.provider_id, error = new_one.error, answer = new_one.answer,
      due_at = new_one.due_at, admitted_at = new_one.admitted_at, is_counted = new_one.is_counted,
      attempts = new_one.attempts, attempt_id = new_one.attempt_id, attempt_number = new_one.attempt_number,
      attempt_began_at = new_one.attempt_began_at, attempt_way = new_one.attempt_way,
      via = new_one.via, passed = new_one.passed, looks = new_one.looks,
      possible_duplicate = new_one.possible_duplicate, changed_at = new_one.changed_at
  WHERE number = new_one.number;
  RETURN new_one;
END $$;

DROP FUNCTION ringbook.start_attempt(ringbook.message, text, bigint, bigint);

CREATE FUNCTION ringbook.start_attempt(message ringbook.message, call jsonb, host bigint)
RETURNS ringbook.message LANGUAGE plpgsql AS $$
DECLARE
  begun ringbook.message := message;
  now_ms bigint := (call->>'now')::bigint;
BEGIN
  begun.state := 'sending';
  begun.due_at := NULL;
  begun.looks := 0;
  begun.attempt_id := call->>'attempt';
  begun.attempt_number := coalesce(message.attempt_number, 0) + 1;
  begun.attempt_began_at := now_ms;
  begun.attempt_way := call->>'way';
  PERFORM ringbook.add_attempt(call, begun.id, begun.attempt_number, start_attempt.host);
  RETURN ringbook.change_message(message, begun, now_ms, '{"attempt":' || begun.attempt_number || '}');
END $$;

CREATE OR REPLACE FUNCTION ringbook.add_message(call jsonb, attempt text, host bigint) RETURNS ringbook.message LANGUAGE plpgsql AS $$
DECLARE
  added ringbook.message;
  now_ms bigint := (call->>'now')::bigint;
BEGIN
  INSERT INTO ringbook.message
    (id, run_id, op, channel, resource, recipient, sender, content, options, priority, resend_of, state, states, due_at,
     created_at, changed_at, attempt_id, attempt_number, attempt_began_at, attempt_way)
  VALUES
    (call->>'id', call->>'run', call->>'op', call->>'channel', call->>'resource', call->>'to', call->>'from',
     call->>'content', call->>'options', (call->>'priority')::smallint, call->>'resendOf',
     CASE WHEN attempt IS NULL THEN 'waiting' ELSE 'sending' END,
     ringbook.state_line('waiting', now_ms, NULL)
       || CASE WHEN attempt IS NULL THEN '' ELSE ringbook.state_line('sending', now_ms, '{"attempt":1}') END,
     CASE WHEN attempt IS NULL THEN now_ms END,
     now_ms, now_ms, attempt, CASE WHEN attempt IS NOT NULL THEN 1 END, CASE WHEN attempt IS NOT NULL THEN now_ms END,
     CASE WHEN attempt IS NOT NULL THEN call->>'way' END)
  ON CONFLICT (id) DO NOTHING RETURNING * INTO added;
  IF NOT FOUND THEN RETURN NULL; END IF;
  PERFORM ringbook.label_message(added.number, call);
  IF attempt IS NULL THEN RETURN added; END IF;
  PERFORM ringbook.add_attempt(call, added.id, 1, add_message.host);
  RETURN added;
END $$;

-- A message that was rejected before its run was resumed, with the words that are given now.
CREATE OR REPLACE FUNCTION ringbook.take_anew(old_one ringbook.message, call jsonb, host bigint) RETURNS ringbook.message
LANGUAGE plpgsql AS $$
DECLARE
  anew ringbook.message;
  now_ms bigint := (call->>'now')::bigint;
BEGIN
  DELETE FROM ringbook.label WHERE message_number = old_one.number;
  UPDATE ringbook.message
  SET resource = call->>'resource', recipient = call->>'to', sender = call->>'from', content = call->>'content',
      options = call->>'options', priority = (call->>'priority')::smallint, created_at = now_ms, attempts = 0, looks = 0,
      error = NULL, answer = NULL, provider_id = NULL, via = NULL, passed = NULL, admitted_at = NULL, is_counted = false, is_void = false,
      state = 'waiting', states = states || ringbook.state_line('waiting', now_ms, NULL), changed_at = now_ms, due_at = now_ms
  WHERE number = old_one.number RETURNING * INTO anew;
  PERFORM ringbook.label_message(anew.number, call);
  IF call->>'attempt' IS NULL THEN RETURN anew; END IF;
  RETURN ringbook.start_attempt(anew, call, host);
END $$;

CREATE OR REPLACE FUNCTION ringbook.begin_attempt(call jsonb, host bigint) RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
  message ringbook.message := ringbook.find_message(call->>'id');
BEGIN
  IF message.state NOT IN ('waiting', 'retrying') THEN
    RAISE EXCEPTION 'message % is %: it is not to be sent', message.id, message.state USING ERRCODE = 'RB409';
  END IF;
  done.result := to_jsonb(ringbook.start_attempt(message, call, host));
  RETURN done;
END $$;

-- `moves`: for each state that this outcome moves a message from, the next.
CREATE OR REPLACE FUNCTION ringbook.settle_attempt(call jsonb, host bigint) RETURNS ringbook.done LANGUAGE plpgsql AS $$
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
    now_one := ringbook.accepted(was, now_one, call || jsonb_build_object('via', coalesce(tried.way_resource, was.resource)));
  -- Otherwise another attempt has begun since: this one's fate is not the message's.
  ELSIF was.attempt_id = tried.id THEN
    now_one.state := coalesce(call->'moves'->>was.state, was.state);
    IF now_one.state <> was.state OR now_one.state = 'unknown' THEN
      now_one.error := call->>'reason';
      now_one.due_at := CASE WHEN now_one.state = 'rejected' THEN NULL ELSE (call->>'nextAt')::bigint END;
      IF now_one.state = 'retrying' AND (call->>'goesOn')::boolean THEN now_one := ringbook.go_on(now_one); END IF;
    END IF;
  END IF;
  now_one := ringbook.change_message(was, now_one, (call->>'now')::bigint, call->>'detail');
  done.result := to_jsonb(now_one);
  IF now_one.due_at IS NOT NULL THEN done.messages := ARRAY[now_one.id]; END IF;
  RETURN done;
END $$;

-- What the acceptance of an attempt makes of its message. An error that a callback brought stays with its state.
CREATE OR REPLACE FUNCTION ringbook.accepted(was ringbook.message, now_one ringbook.message, call jsonb) RETURNS ringbook.message
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  now_one.state := coalesce(call->'moves'->>was.state, was.state);
  now_one.provider_id := call->>'providerId';
  now_one.via := nullif(call->>'via', was.resource);
  now_one.answer := call->>'answer';
  IF now_one.state <> was.state THEN now_one.error := NULL; END IF;
  now_one.due_at := NULL;
  RETURN now_one;
END $$;

-- A look at the provider: the first candidate that can only be this attempt's.
CREATE OR REPLACE FUNCTION ringbook.settle_sighting(call jsonb) RETURNS ringbook.done LANGUAGE plpgsql AS $$
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
  PERFORM pg_advisory_xact_lock(17763, hashtext(
    coalesce(tried.way_resource, was.resource) || ' ' || coalesce(tried.way_to, was.recipient)));
  SELECT * INTO tried FROM ringbook.attempt WHERE id = call->>'attempt';
  IF tried.outcome IS DISTINCT FROM 'unknown' THEN RETURN done; END IF;
  candidate := ringbook.sighting_of(was, tried, call->'candidates', (call->>'rivalMs')::bigint);
  IF candidate IS NULL THEN RETURN done; END IF;
  UPDATE ringbook.attempt SET outcome = 'accepted', settled_at = (call->>'now')::bigint WHERE id = tried.id;
  now_one := ringbook.accepted(was, was, call || candidate || jsonb_build_object('via', coalesce(tried.way_resource, was.resource)));
  now_one := ringbook.change_message(was, now_one, (call->>'now')::bigint, candidate->>'detail');
  done.result := to_jsonb(now_one);
  done.runs := ringbook.wake_run(was.run_id);
  RETURN done;
END $$;

DROP FUNCTION ringbook.sighting_of(ringbook.message, text, jsonb, bigint);

CREATE FUNCTION ringbook.sighting_of(message ringbook.message, tried ringbook.attempt, candidates jsonb, rival_ms bigint)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  rivals integer;
  free jsonb[];
  used text := coalesce(tried.way_resource, message.resource);
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
      WHERE m.resource = used AND m.provider_id = value->>'providerId' AND m.id <> message.id AND m.via IS NULL)
    AND 0 = (
      SELECT count(*) FROM ringbook.message AS m
      WHERE m.via = used AND m.provider_id = value->>'providerId' AND m.id <> message.id)
    AND 0 = (
      SELECT count(*) FROM ringbook.former_provider_id AS f
      WHERE f.resource = used AND f.provider_id = value->>'providerId' AND f.message_id <> message.id);
  -- Where others of the same kind are in doubt as well, there must be one for each: nobody can say which is whose.
  SELECT count(*) INTO rivals FROM ringbook.gone_alike(
    used, coalesce(tried.way_to, message.recipient), coalesce(tried.way_from, message.sender)) AS other
  WHERE other.channel = message.channel
    AND (other.channel = 'call' OR other.content = coalesce(tried.way_content, message.content))
    AND other.id <> tried.id AND other.began_at >= message.attempt_began_at - rival_ms;
  RETURN CASE WHEN cardinality(free) > rivals THEN free[1] END;
END $$;

-- Attempts in doubt through one resource, to one number and from one.
CREATE FUNCTION ringbook.gone_alike(used text, reached text, shown text)
RETURNS TABLE (id text, channel text, content text, began_at bigint) LANGUAGE sql STABLE AS $$
  SELECT a.id, m.channel, m.content, a.began_at
  FROM ringbook.message AS m JOIN ringbook.attempt AS a ON a.message_id = m.id
  WHERE m.recipient = reached AND m.resource = used AND m.sender = shown AND a.way_to IS NULL
    AND (m.provider_id IS NULL OR m.possible_duplicate) AND (a.outcome IS NULL OR a.outcome = 'unknown')
  UNION ALL
  SELECT a.id, m.channel, coalesce(a.way_content, m.content), a.began_at
  FROM ringbook.attempt AS a JOIN ringbook.message AS m ON m.id = a.message_id
  WHERE a.way_to = reached AND a.way_resource = used AND a.way_from = shown
    AND (m.provider_id IS NULL OR m.possible_duplicate) AND (a.outcome IS NULL OR a.outcome = 'unknown')
$$;

CREATE OR REPLACE FUNCTION ringbook.send_again(call jsonb) RETURNS ringbook.done LANGUAGE plpgsql AS $$
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
    IF (call->>'goesOn')::boolean THEN now_one := ringbook.go_on(now_one); END IF;
    now_one := ringbook.change_message(was, now_one, (call->>'now')::bigint, NULL);
    done.later := ARRAY[was.id];
  END IF;
  done.result := to_jsonb(now_one);
  RETURN done;
END $$;

-- `from`: the states that this report moves a message from; `wakeFrom`: those of them in which its run may wait for it.
CREATE OR REPLACE FUNCTION ringbook.report_state(call jsonb) RETURNS ringbook.done LANGUAGE plpgsql AS $$
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
  IF call->>'providerId' IS NOT NULL THEN now_one.via := call->>'via'; END IF;
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

REVOKE EXECUTE ON FUNCTION
  ringbook.add_attempt(jsonb, text, integer, bigint), ringbook.go_on(ringbook.message),
  ringbook.start_attempt(ringbook.message, jsonb, bigint),
  ringbook.sighting_of(ringbook.message, ringbook.attempt, jsonb, bigint), ringbook.gone_alike(text, text, text)
FROM PUBLIC;
