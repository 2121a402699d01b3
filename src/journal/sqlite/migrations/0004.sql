-- An attempt may go out otherwise than its message says: through another resource, to another number, in other letters.
ALTER TABLE attempt ADD COLUMN way TEXT; -- JSON; none where it went out as its message says
ALTER TABLE message ADD COLUMN attempt_way TEXT; -- JSON; of the last attempt
ALTER TABLE message ADD COLUMN via TEXT; -- the resource that provider_id is of, where that is another
ALTER TABLE message ADD COLUMN passed TEXT; -- JSON; resources that it has gone on from

CREATE INDEX attempt_way_to ON attempt (way ->> '$.to') WHERE way IS NOT NULL;
CREATE INDEX attempt_way_resource ON attempt (way ->> '$.resource') WHERE way IS NOT NULL;
CREATE INDEX message_via ON message (via, provider_id) WHERE via IS NOT NULL;
