-- The first journal in PostgreSQL: its tables. Times are milliseconds since 1970; columns that hold JSON are text, since JSON of
-- an event may hold \u0000, which jsonb cannot. What is written for each message has no foreign keys: each costs a look-up and a lock
-- at every write, and rows are written by functions that have just found or made what they belong to.

CREATE TABLE ringbook.plan (
  hash text PRIMARY KEY,
  body text NOT NULL -- JSON
);

-- Hosts that are alive: each renews its lease, and loses what it has claimed when it does not.
CREATE TABLE ringbook.host (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  lease_until timestamptz NOT NULL,
  pools text[] NOT NULL DEFAULT '{}' -- ids under which its graphile-worker has locked jobs
);

-- Plans that a host may start runs with, though no run has them yet.
CREATE TABLE ringbook.host_plan (
  host bigint NOT NULL REFERENCES ringbook.host (id) ON DELETE CASCADE,
  hash text NOT NULL REFERENCES ringbook.plan (hash),
  PRIMARY KEY (host, hash)
);

CREATE TABLE ringbook.event (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source text NOT NULL,
  id text NOT NULL,
  type text NOT NULL,
  subject text,
  time text NOT NULL,
  data text NOT NULL, -- JSON
  received_at bigint NOT NULL,
  UNIQUE (source, id)
);

CREATE INDEX event_received ON ringbook.event (received_at);

CREATE TABLE ringbook.run (
  id text PRIMARY KEY, -- <event number>.<place among the runs of the event>
  event_number bigint NOT NULL,
  place integer NOT NULL,
  rule text NOT NULL,
  plan_hash text NOT NULL,
  state text NOT NULL DEFAULT 'pending',
  error text,
  due_at bigint, -- a run that waits is not due before
  finished_at bigint,
  priority smallint NOT NULL DEFAULT 3, -- 1, the most urgent, to 5
  order_key text, -- runs with one key are worked off one after the other
  is_blocked boolean NOT NULL DEFAULT false, -- it is another's turn of those with its key
  is_woken boolean NOT NULL DEFAULT false, -- while it was claimed
  is_begun boolean NOT NULL DEFAULT false, -- was claimed once, so that it may have steps
  tries integer NOT NULL DEFAULT 0,
  claimed_by bigint, -- id of a host
  epoch bigint NOT NULL DEFAULT 0, -- one more with each claim, and when a claim is void: a late write is known by it
  last_steps text, -- JSON: those that were recorded together with its end, which are not in `step`
  UNIQUE (event_number, place)
);

CREATE INDEX run_pending ON ringbook.run (priority, event_number, place) WHERE state = 'pending';
CREATE INDEX run_later ON ringbook.run (due_at) WHERE state = 'pending' AND due_at IS NOT NULL;
CREATE INDEX run_order ON ringbook.run (order_key, event_number, place) WHERE state = 'pending' AND order_key IS NOT NULL;
CREATE INDEX run_ended_badly ON ringbook.run (state, event_number, place) WHERE state IN ('failed', 'dead');
-- Runs of one plan stand together, since it is used for some time and then another is.
CREATE INDEX run_plan ON ringbook.run USING brin (plan_hash) WITH (autosummarize = on);

CREATE TABLE ringbook.step (
  number bigint GENERATED ALWAYS AS IDENTITY,
  run_id text NOT NULL,
  path text NOT NULL,
  op text NOT NULL,
  result text NOT NULL, -- JSON
  recorded_at bigint NOT NULL,
  PRIMARY KEY (run_id, path)
);

CREATE TABLE ringbook.message (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  run_id text NOT NULL,
  op text NOT NULL,
  channel text NOT NULL,
  resource text NOT NULL,
  recipient text NOT NULL,
  sender text NOT NULL,
  content text NOT NULL, -- JSON
  options text, -- JSON
  priority smallint NOT NULL,
  state text NOT NULL,
  states text NOT NULL DEFAULT '', -- a line of JSON for each that it went through
  provider_id text,
  error text,
  answer text, -- JSON
  created_at bigint NOT NULL,
  changed_at bigint NOT NULL,
  due_at bigint, -- none while it is being sent, and where nothing is left to do
  admitted_at bigint, -- it has a place in its buckets from then on
  is_counted boolean NOT NULL DEFAULT false, -- in sent_count
  attempts integer NOT NULL DEFAULT 0, -- those that count
  looks integer NOT NULL DEFAULT 0,
  possible_duplicate boolean NOT NULL DEFAULT false,
  resend_of text, -- id of a message
  is_void boolean NOT NULL DEFAULT false, -- it was rejected, and its run goes on again: to be taken on anew
  attempt_id text, -- of the last attempt, as the next two
  attempt_number integer,
  attempt_began_at bigint
);

CREATE INDEX message_run ON ringbook.message (run_id);
CREATE INDEX message_due ON ringbook.message (priority, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX message_open ON ringbook.message (number) WHERE state IN ('waiting', 'retrying', 'sending', 'unknown');
CREATE INDEX message_provider_id ON ringbook.message (resource, provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX message_recipient ON ringbook.message (recipient, number);
CREATE INDEX message_resend ON ringbook.message (resend_of) WHERE resend_of IS NOT NULL;

CREATE TABLE ringbook.attempt (
  id text PRIMARY KEY,
  message_id text NOT NULL,
  number integer NOT NULL,
  began_at bigint NOT NULL,
  host bigint, -- that makes it; none once that host is not believed any more
  outcome text, -- accepted, rejected, unknown; none while it is under way
  settled_at bigint
);

CREATE INDEX attempt_message ON ringbook.attempt (message_id);

-- A message that was sent again may be known to its provider under two ids: this is the other one.
CREATE TABLE ringbook.former_provider_id (
  resource text NOT NULL,
  provider_id text NOT NULL,
  message_id text NOT NULL,
  PRIMARY KEY (resource, provider_id, message_id)
);

CREATE INDEX former_provider_id_message ON ringbook.former_provider_id (message_id);

-- What messages are found by: a tag, a related object, a value of the author's own data.
CREATE TABLE ringbook.label (
  name text NOT NULL, -- tag, related, extra.<key>
  value text NOT NULL,
  message_number bigint NOT NULL,
  PRIMARY KEY (name, value, message_number)
);

CREATE INDEX label_message ON ringbook.label (message_number);

-- Limits: when the next place in a bucket is free, and how many messages were let through on a day. For all hosts together.
CREATE TABLE ringbook.bucket (
  key text PRIMARY KEY,
  next_at double precision NOT NULL -- an interval may be a part of a millisecond
) WITH (fillfactor = 50);

CREATE TABLE ringbook.sent_count (
  day integer NOT NULL, -- since 1970, of UTC
  key text NOT NULL,
  count integer NOT NULL,
  PRIMARY KEY (day, key)
) WITH (fillfactor = 50);
