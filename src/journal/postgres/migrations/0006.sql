-- Messages that are said once about one object: `once` of an intent has the objects, and the template where there is one.

-- The message that says the same about the same. The buckets of these objects are locked by who asks, until its commit.
CREATE FUNCTION ringbook.former_message(call jsonb) RETURNS ringbook.message LANGUAGE sql AS $$
  SELECT m.* FROM ringbook.label AS l JOIN ringbook.message AS m ON m.number = l.message_number
  WHERE l.name = 'related' AND l.value IN (SELECT jsonb_array_elements_text(call->'once'->'related'))
    AND m.op = call->>'op' AND m.state <> 'rejected'
    AND (call->'once'->>'template' IS NULL OR EXISTS (
      SELECT FROM ringbook.label AS t
      WHERE t.name = 'template' AND t.value = call->'once'->>'template' AND t.message_number = m.number))
  ORDER BY m.number LIMIT 1
$$;

CREATE OR REPLACE FUNCTION ringbook.intend_message(call jsonb, host bigint) RETURNS ringbook.done LANGUAGE plpgsql AS $$
DECLARE
  done ringbook.done;
  message ringbook.message;
  is_new boolean := true;
BEGIN
  IF NOT EXISTS (SELECT FROM ringbook.run WHERE id = call->>'run') THEN
    RAISE EXCEPTION 'there is no run %', call->>'run' USING ERRCODE = 'RB404';
  END IF;
  IF ringbook.is_lost(call->>'run', (call->>'epoch')::bigint, host) THEN RETURN ringbook.lost(); END IF;
  -- One that was taken on already is not measured against others again.
  IF call->'once' IS NOT NULL
    AND NOT EXISTS (SELECT FROM ringbook.message AS m WHERE m.id = call->>'id' AND NOT m.is_void) THEN
    message := ringbook.former_message(call);
    IF message.id IS NOT NULL THEN
      done.result := jsonb_build_object('message', to_jsonb(message), 'isNew', false);
      RETURN done;
    END IF;
  END IF;
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

REVOKE EXECUTE ON FUNCTION ringbook.former_message(jsonb) FROM PUBLIC;
