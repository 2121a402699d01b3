-- A journal that is moved in from a file: how far that is. Until it is finished no host works here.
CREATE TABLE ringbook.move (
  fingerprint text PRIMARY KEY, -- of the file
  began_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  at_table text, -- of the last row that is there, as the next
  at_key text -- JSON
);
