-- Events that are accepted inside a transaction of the user's own: SELECT ringbook.emit('new-user', '{"username":"ana"}').

CREATE TABLE ringbook.inbox (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source text NOT NULL,
  id text NOT NULL,
  type text NOT NULL,
  subject text,
  time text NOT NULL,
  data text NOT NULL, -- JSON
  refused text, -- why it was put aside, where it does not fit
  refused_at bigint
);

CREATE INDEX inbox_refused ON ringbook.inbox (number) WHERE refused IS NOT NULL;

-- Hands an event in, which is accepted when the caller commits, and never was where the caller rolls back. Returns its id. The same
-- source and id again are the same event. Who may call this needs no other right: it runs with those of its owner.
CREATE FUNCTION ringbook.emit(
  type text, data jsonb, source text DEFAULT '/postgres', subject text DEFAULT NULL, id text DEFAULT NULL)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  event_id text := coalesce(emit.id, gen_random_uuid()::text);
  place bigint;
BEGIN
  IF coalesce(emit.type, '') = '' THEN RAISE EXCEPTION 'ringbook.emit: the event has no type' USING ERRCODE = '22023'; END IF;
  IF emit.data IS NULL THEN RAISE EXCEPTION 'ringbook.emit: the event has no data; give {} for none' USING ERRCODE = '22023'; END IF;
  IF coalesce(emit.source, '') = '' THEN RAISE EXCEPTION 'ringbook.emit: the event has no source' USING ERRCODE = '22023'; END IF;
  IF event_id = '' THEN RAISE EXCEPTION 'ringbook.emit: the id of the event is empty' USING ERRCODE = '22023'; END IF;
  -- As large as the door over HTTP takes.
  IF octet_length(emit.data::text) > 1048576 THEN
    RAISE EXCEPTION 'ringbook.emit: the data of the event is larger than 1 MiB' USING ERRCODE = '22023';
  END IF;
  INSERT INTO ringbook.inbox (source, id, type, subject, time, data)
  VALUES (emit.source, event_id, emit.type, emit.subject,
          to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), emit.data::text)
  RETURNING number INTO place;
  PERFORM graphile_worker.add_job('ringbook_event', json_build_object('id', place::text), NULL::text, NULL::timestamptz,
    32000, 'event:' || place, 3);
  RETURN event_id;
END $$;

-- What each role may do is said where it is given (docs/operating.md); nobody has anything by default.
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ringbook FROM PUBLIC;
