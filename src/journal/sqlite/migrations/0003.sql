-- A message keeps its own history: one row is written where it was four.
ALTER TABLE message ADD COLUMN states TEXT NOT NULL DEFAULT ''; -- a line of JSON for each state that it went through

UPDATE message SET states = coalesce(
  (SELECT group_concat(
     iif(detail IS NULL,
       json_object('state', state, 'at', at),
       json_object('state', state, 'at', at, 'detail', json(detail))) || char(10),
     '' ORDER BY message_state.number)
   FROM message_state WHERE message_id = message.id),
  '');

DROP TABLE message_state;

-- What a host that died had under way is found without reading what waits.
CREATE INDEX run_claimed ON run (event_number, place) WHERE state = 'pending' AND is_claimed = 1;
