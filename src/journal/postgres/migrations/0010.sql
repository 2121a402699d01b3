-- A place in the buckets of one resource is none in those of another, which a route may lead to meanwhile.
ALTER TABLE ringbook.message ADD COLUMN admitted_for text; -- the resource; none where there is no place
UPDATE ringbook.message SET admitted_for = resource WHERE admitted_at IS NOT NULL OR is_counted;

-- Asks leave to send; the caps first: where one of them is exhausted, no bucket moves.
CREATE OR REPLACE FUNCTION ringbook.admit(call jsonb) RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
  was ringbook.message := ringbook.find_message(call->>'id');
  now_ms bigint := (call->>'now')::bigint;
  place double precision;
  today integer;
  exhausted bigint;
  is_anothers boolean := was.admitted_for IS DISTINCT FROM call->>'resource';
BEGIN
  IF was.state NOT IN ('waiting', 'retrying') THEN
    RAISE EXCEPTION 'message % is %: it is not to be sent', was.id, was.state USING ERRCODE = 'RB409';
  END IF;
  IF NOT is_anothers AND was.admitted_at IS NOT NULL AND now_ms < was.admitted_at + (call->>'leaveMs')::bigint THEN
    done.result := jsonb_build_object('at', was.admitted_at, 'isNow', was.admitted_at <= now_ms);
    RETURN done;
  END IF;
  SELECT greatest(now_ms, max(next_at)) INTO place FROM (
    SELECT next_at FROM ringbook.bucket WHERE key IN (SELECT value->>'key' FROM jsonb_array_elements(call->'rates'))
    ORDER BY key FOR UPDATE) AS held;
  -- A message counts once, however often it is tried; and on the day on which it is sent.
  IF is_anothers OR NOT was.is_counted THEN
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
  UPDATE ringbook.message
  SET admitted_at = ceil(place), admitted_for = call->>'resource', is_counted = true, due_at = greatest(ceil(place)::bigint, now_ms)
  WHERE number = was.number;
  done.result := jsonb_build_object('at', ceil(place)::bigint, 'isNow', ceil(place) <= now_ms);
  -- One that may be sent now is begun by who asked; should that host die, its run is taken over.
  IF ceil(place) <= now_ms THEN done.later := ARRAY[was.id]; ELSE done.messages := ARRAY[was.id]; END IF;
  RETURN done;
END $$;
