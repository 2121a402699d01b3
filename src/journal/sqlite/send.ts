import { type Attempt, asSent, type Candidate, type Message, type Outcome, type Way } from '../../message/message.ts';
import type { Journal } from '../journal.ts';
import { integer, type Row, text } from '../row.ts';
import { countsAsAttempt, RIVAL_MS, settledState } from '../settle.ts';
import type { Database } from './database.ts';
import { beginAttempt } from './intend.ts';
import { type Messages, toAttempt } from './message.ts';
import { WAKE } from './run.ts';

type SendVerbs = Pick<
  Journal,
  'beginAttempt' | 'settleAttempt' | 'settleSighting' | 'recordLook' | 'sendAgain' | 'postponeMessage'
>;

/** Attempts, what became of them, and what is done where nobody can say. */
export function sendVerbs(database: Database, messages: Messages): SendVerbs {
  const table = prepare(database);
  return {
    beginAttempt: (messageId, attemptId, way) => database.write(() => begin(messages, messageId, attemptId, way)),
    settleAttempt: (attemptId, outcome, nextAt, goesOn = false) =>
      database.write(() => settle(table, messages, attemptId, outcome, nextAt, goesOn)),
    settleSighting: (attemptId, candidates) =>
      database.write(() => settleBySighting(table, messages, attemptId, candidates)),
    recordLook: (messageId, nextAt) =>
      database.write(() => {
        const message = messages.find(messageId);
        if (message.state !== 'unknown') return message;
        return messages.change(message, { looks: message.looks + 1, dueAt: nextAt });
      }),
    sendAgain: (messageId, goesOn = false) => database.write(() => sendAgain(table, messages, messageId, goesOn)),
    postponeMessage: (messageId, until) =>
      database.write(() => {
        const message = messages.find(messageId);
        const canWait = message.state === 'waiting' || message.state === 'retrying' || message.state === 'unknown';
        return canWait ? messages.change(message, { dueAt: until }) : message;
      }),
  };
}

/** Another attempt that may be what the provider has. */
const IN_DOUBT = `channel = :channel AND (provider_id IS NULL OR possible_duplicate = 1)
  AND attempt.id <> :attemptId AND began_at >= :since AND (outcome IS NULL OR outcome = 'unknown')`;

type Table = ReturnType<typeof prepare>;

type Accepted = Extract<Outcome, { kind: 'accepted' }>;

function prepare(database: Database) {
  return {
    attempt: database.prepare('SELECT * FROM attempt WHERE id = ?'),
    settle: database.prepare('UPDATE attempt SET outcome = ?, settled_at = ? WHERE id = ?'),
    uncount: database.prepare('UPDATE message SET is_counted = 0, admitted_at = NULL WHERE id = ?'),
    isAnothers: database.prepare(
      `SELECT 1 FROM message
       WHERE resource = :resource AND provider_id = :providerId AND id <> :id AND via IS NULL
       UNION ALL
       SELECT 1 FROM message WHERE via = :resource AND provider_id = :providerId AND id <> :id
       UNION ALL
       SELECT 1 FROM former_provider_id
       WHERE resource = :resource AND provider_id = :providerId AND message_id <> :id LIMIT 1`,
    ),
    rivals: database.prepare(
      `SELECT count(*) AS rivals FROM message JOIN attempt ON attempt.message_id = message.id
       WHERE recipient = :to AND resource = :resource AND sender = :from AND way IS NULL
         AND (channel = 'call' OR content = :content) AND ${IN_DOUBT}`,
    ),
    rivalsByWay: database.prepare(
      `SELECT count(*) AS rivals FROM attempt JOIN message ON message.id = attempt.message_id
       WHERE way IS NOT NULL AND way ->> '$.to' = :to AND way ->> '$.resource' = :resource AND way ->> '$.from' = :from
         AND (channel = 'call' OR coalesce(way -> '$.content', content) = :content) AND ${IN_DOUBT}`,
    ),
    wake: database.prepare(WAKE),
  };
}

function begin(messages: Messages, messageId: string, attemptId: string, way: Way | undefined): Message {
  const message = messages.find(messageId);
  if (message.state !== 'waiting' && message.state !== 'retrying')
    throw new Error(`message ${message.id} is ${message.state}: it is not to be sent`);
  return beginAttempt(messages, message, attemptId, way);
}

function settle(
  table: Table,
  messages: Messages,
  attemptId: string,
  outcome: Outcome,
  nextAt: number | undefined,
  goesOn: boolean,
): Message {
  const { message, way, outcome: before } = foundAttempt(table, messages, attemptId);
  if (before === 'accepted' || before === 'rejected') return message;
  table.settle.run(outcome.kind, messages.now(), attemptId);
  // An attempt whose fate was unknown was counted then.
  const attempts = message.attempts + Number(countsAsAttempt(outcome)) - Number(before === 'unknown');
  if (outcome.kind === 'accepted') return accept(messages, { ...message, attempts }, way, outcome);
  // Another attempt has begun since: this one's fate is not the message's.
  if (message.lastAttempt?.id !== attemptId) return messages.change(message, { attempts });
  const state = settledState(message.state, outcome, nextAt !== undefined);
  if (state !== 'unknown' && state === message.state) return messages.change(message, { attempts });
  const { kind: _, ...detail } = outcome;
  const dueAt = state === 'rejected' ? undefined : nextAt;
  const fate = { state, error: outcome.reason, attempts, dueAt };
  const onwards = goesOn && state === 'retrying' ? goOn(table, message) : {};
  return messages.change(message, { ...fate, ...onwards }, detail);
}

/** It goes on from the resource of its last attempt, with no attempts, and no place in the limits, at the next. */
function goOn(table: Table, { id, resource, passed = [], lastAttempt }: Message) {
  table.uncount.run(id);
  return { passed: [...passed, lastAttempt?.way?.resource ?? resource], attempts: 0 };
}

function accept(messages: Messages, message: Message, way: Way | undefined, outcome: Accepted): Message {
  const { providerId, answer } = outcome;
  const state = settledState(message.state, outcome, false);
  // An error that a callback brought belongs to the state that it moved to, and stays with it.
  const error = state === message.state ? message.error : undefined;
  const { attempts } = message;
  const via = viaOf(message, way);
  return messages.change(
    message,
    { state, providerId, via, answer, error, attempts, dueAt: undefined },
    { providerId },
  );
}

function viaOf({ resource }: Message, way: Way | undefined): string | undefined {
  return way === undefined || way.resource === resource ? undefined : way.resource;
}

function settleBySighting(
  table: Table,
  messages: Messages,
  attemptId: string,
  candidates: readonly Candidate[],
): Message | undefined {
  const attempt = findAttempt(table, attemptId);
  if (attempt['outcome'] !== 'unknown') return undefined;
  const message = messages.find(text(attempt, 'message_id'));
  const tried = toAttempt(attempt);
  const found = sightingOf(table, message, tried, candidates);
  if (!found) return undefined;
  table.settle.run('accepted', messages.now(), attemptId);
  const accepted = accept(messages, message, tried.way, { kind: 'accepted', ...found });
  table.wake.run(accepted.runId);
  return accepted;
}

function sightingOf(
  table: Table,
  message: Message,
  attempt: Attempt,
  candidates: readonly Candidate[],
): Candidate | undefined {
  const { id, resource, channel, to, from, content, providerId: told, lastAttempt } = asSent(message, attempt);
  // A callback may have told the id already; then it is that one, and no other.
  if (told !== undefined) return candidates.find(({ providerId }) => providerId === told);
  const free = candidates.filter(({ providerId }) => !table.isAnothers.get({ resource, providerId, id }));
  const since = (lastAttempt?.beganAt ?? 0) - RIVAL_MS;
  const key = { to, resource, channel, from, content: JSON.stringify(content), attemptId: attempt.id, since };
  // Where others of the same kind are in doubt as well, there must be one for each: nobody can say which is whose.
  const counts = [table.rivals.get(key), table.rivalsByWay.get(key)];
  const rivals = counts.reduce((sum, row) => sum + integer(row ?? {}, 'rivals'), 0);
  return free.length > rivals ? free[0] : undefined;
}

function sendAgain(table: Table, messages: Messages, messageId: string, goesOn: boolean): Message {
  const message = messages.find(messageId);
  if (message.state !== 'unknown') return message;
  // It may go out a second time: it takes a place in its limits a second time.
  table.uncount.run(messageId);
  const fate = { state: 'waiting', dueAt: messages.now(), looks: 0, possibleDuplicate: true } as const;
  return messages.change(message, { ...fate, ...(goesOn && goOn(table, message)) });
}

/** An attempt at a message that is being sent has no outcome yet. */
function foundAttempt(table: Table, messages: Messages, attemptId: string) {
  const message = messages.sendingBy(attemptId);
  if (message) return { message, way: message.lastAttempt?.way, outcome: null };
  const attempt = findAttempt(table, attemptId);
  const { way, messageId } = toAttempt(attempt);
  return { message: messages.find(messageId), way, outcome: attempt['outcome'] };
}

function findAttempt(table: Table, attemptId: string): Row {
  const attempt = table.attempt.get(attemptId);
  if (!attempt) throw new Error('no such attempt was made');
  return attempt;
}
