/** Which runs can be claimed, in the words of the indexes `run_ready` and `run_later`, which are only used where these stand in a query. */
const FREE = "state = 'pending' AND is_claimed = 0 AND is_blocked = 0";

/** Due now. */
export const READY = `${FREE} AND due_at IS NULL`;
/** Put off. */
export const LATER = `${FREE} AND due_at IS NOT NULL`;
/** Whether any is due now. */
export const SOME_READY = `SELECT 1 FROM run WHERE ${READY} LIMIT 1`;
