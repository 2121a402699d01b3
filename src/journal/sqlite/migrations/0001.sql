-- The first journal. Times are milliseconds since 1970; columns that hold JSON say so.

-- 'RBJ1' in ASCII: tells a journal from any other SQLite file.
PRAGMA application_id = 1380076081;

CREATE TABLE plan (
  hash TEXT PRIMARY KEY,
  body TEXT NOT NULL -- JSON
) STRICT;

-- AUTOINCREMENT: the number of an event that was pruned is never given to another.
CREATE TABLE event (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  subject TEXT,
  time TEXT NOT NULL,
  data TEXT NOT NULL, -- JSON
  received_at INTEGER NOT NULL,
  UNIQUE (source, id)
) STRICT;

CREATE TABLE run (
  id TEXT PRIMARY KEY, -- <event number>.<place among the runs of the event>
  event_number INTEGER NOT NULL REFERENCES event (number),
  place INTEGER NOT NULL,
  rule TEXT NOT NULL,
  plan_hash TEXT NOT NULL REFERENCES plan (hash),
  state TEXT NOT NULL,
  error TEXT,
  due_at INTEGER, -- a run that waits is not due before
  finished_at INTEGER,
  UNIQUE (event_number, place)
) STRICT;

-- What is left to do is found without reading what is done.
CREATE INDEX run_pending ON run (event_number, place) WHERE state = 'pending';
CREATE INDEX run_due ON run (due_at) WHERE state = 'pending' AND due_at IS NOT NULL;

CREATE TABLE step (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL REFERENCES run (id),
  path TEXT NOT NULL,
  op TEXT NOT NULL,
  result TEXT NOT NULL, -- JSON
  recorded_at INTEGER NOT NULL,
  UNIQUE (run_id, path)
) STRICT;

CREATE TABLE message (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  run_id TEXT NOT NULL REFERENCES run (id),
  op TEXT NOT NULL,
  channel TEXT NOT NULL,
  resource TEXT NOT NULL,
  recipient TEXT NOT NULL,
  sender TEXT NOT NULL,
  content TEXT NOT NULL, -- JSON
  state TEXT NOT NULL,
  provider_id TEXT,
  error TEXT,
  answer TEXT, -- JSON
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;

CREATE INDEX message_run ON message (run_id);
-- What a dead host left behind is found at once, however long the history is.
CREATE INDEX message_sending ON message (number) WHERE state = 'sending';

CREATE TABLE attempt (
  id TEXT PRIMARY KEY,
  message_id TEXT NOT NULL REFERENCES message (id),
  number INTEGER NOT NULL,
  began_at INTEGER NOT NULL,
  outcome TEXT, -- accepted, rejected, unknown; none while it is under way
  settled_at INTEGER
) STRICT;

CREATE TABLE message_state (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id TEXT NOT NULL REFERENCES message (id),
  state TEXT NOT NULL,
  at INTEGER NOT NULL,
  detail TEXT -- JSON
) STRICT;

CREATE INDEX message_state_message ON message_state (message_id);
