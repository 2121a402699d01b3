-- Runs are claimed, messages are due: the host goes on with whatever its time has come for, in order of urgency.

ALTER TABLE run ADD COLUMN priority INTEGER NOT NULL DEFAULT 3; -- 1, the most urgent, to 5
ALTER TABLE run ADD COLUMN order_key TEXT; -- runs with one key are worked off one after the other
ALTER TABLE run ADD COLUMN is_blocked INTEGER NOT NULL DEFAULT 0; -- it is another's turn of those with its key
ALTER TABLE run ADD COLUMN is_claimed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN is_woken INTEGER NOT NULL DEFAULT 0; -- while it was claimed
ALTER TABLE run ADD COLUMN is_begun INTEGER NOT NULL DEFAULT 0; -- was claimed once, so that it may have steps
ALTER TABLE run ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;

UPDATE run SET is_begun = 1;

-- What can be claimed is found without reading what is done, claimed, put off or behind another.
CREATE INDEX run_ready ON run (priority, event_number, place)
  WHERE state = 'pending' AND is_claimed = 0 AND is_blocked = 0 AND due_at IS NULL;
CREATE INDEX run_later ON run (due_at)
  WHERE state = 'pending' AND is_claimed = 0 AND is_blocked = 0 AND due_at IS NOT NULL;
CREATE INDEX run_order ON run (order_key, event_number, place) WHERE state = 'pending' AND order_key IS NOT NULL;
CREATE INDEX run_turn ON run (order_key) WHERE state = 'pending' AND order_key IS NOT NULL AND is_blocked = 0;
CREATE INDEX run_ended_badly ON run (state, event_number, place) WHERE state IN ('failed', 'dead');
CREATE INDEX run_plan ON run (plan_hash);
DROP INDEX run_due;

-- What is pruned is found by its age.
CREATE INDEX event_received ON event (received_at);

ALTER TABLE message ADD COLUMN options TEXT; -- JSON
ALTER TABLE message ADD COLUMN priority INTEGER NOT NULL DEFAULT 3;
ALTER TABLE message ADD COLUMN due_at INTEGER; -- none while it is being sent, and where nothing is left to do
ALTER TABLE message ADD COLUMN admitted_at INTEGER; -- it has a place in its buckets from then on
ALTER TABLE message ADD COLUMN is_counted INTEGER NOT NULL DEFAULT 0; -- in sent_count
ALTER TABLE message ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0; -- those that count
ALTER TABLE message ADD COLUMN looks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN possible_duplicate INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN resend_of TEXT; -- id of a message
ALTER TABLE message ADD COLUMN is_void INTEGER NOT NULL DEFAULT 0; -- it was rejected, and its run goes on again: to be taken on anew
ALTER TABLE message ADD COLUMN attempt_id TEXT; -- of the last attempt, as the next two
ALTER TABLE message ADD COLUMN attempt_number INTEGER;
ALTER TABLE message ADD COLUMN attempt_began_at INTEGER;

CREATE INDEX attempt_message ON attempt (message_id);

UPDATE message SET
  due_at = CASE WHEN state IN ('waiting', 'unknown') THEN changed_at END,
  attempts = (SELECT count(*) FROM attempt WHERE message_id = message.id AND outcome IS NOT NULL);
UPDATE message SET attempt_id = last.id, attempt_number = last.number, attempt_began_at = last.began_at
FROM (SELECT id, message_id, max(number) AS number, began_at FROM attempt GROUP BY message_id) AS last
WHERE last.message_id = message.id;

CREATE INDEX message_due ON message (priority, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX message_open ON message (state) WHERE state IN ('waiting', 'retrying', 'sending', 'unknown');
CREATE INDEX message_provider_id ON message (resource, provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX message_recipient ON message (recipient);
CREATE INDEX message_resend ON message (resend_of) WHERE resend_of IS NOT NULL;
DROP INDEX message_sending;

-- A message that was sent again may be known to its provider under two ids: this is the other one.
CREATE TABLE former_provider_id (
  resource TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  message_id TEXT NOT NULL REFERENCES message (id),
  PRIMARY KEY (resource, provider_id, message_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX former_provider_id_message ON former_provider_id (message_id);

-- What messages are found by: a tag, a related object, a value of the author's own data.
CREATE TABLE label (
  name TEXT NOT NULL, -- tag, related, extra.<key>
  value TEXT NOT NULL,
  message_number INTEGER NOT NULL REFERENCES message (number),
  PRIMARY KEY (name, value, message_number)
) STRICT, WITHOUT ROWID;

CREATE INDEX label_message ON label (message_number);

-- Limits: when the next place in a bucket is free, and how many messages were let through on a day.
CREATE TABLE bucket (
  key TEXT PRIMARY KEY,
  next_at REAL NOT NULL -- an interval may be a part of a millisecond
) STRICT, WITHOUT ROWID;

CREATE TABLE sent_count (
  day INTEGER NOT NULL, -- since 1970, of UTC
  key TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (day, key)
) STRICT, WITHOUT ROWID;
