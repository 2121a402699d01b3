-- A place in the buckets of one resource is none in those of another, which a route may lead to meanwhile.
ALTER TABLE message ADD COLUMN admitted_for TEXT; -- the resource; none where there is no place
UPDATE message SET admitted_for = resource WHERE admitted_at IS NOT NULL OR is_counted = 1;
