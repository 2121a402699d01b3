import type { DatabaseSync } from 'node:sqlite';

/** Called before each COMMIT that has something to write, with how many works share it. A throw is a COMMIT that failed. */
export type BeforeCommit = (works: number) => void;

/** Gathers the writing of everyone who asks within one turn of the event loop into one transaction: one fsync for all. */
export interface Committer {
  /**
   * Runs `work` all or nothing, whatever becomes of the others in its transaction; durable when the promise resolves. It may
   * be run a second time, after all that it wrote was undone.
   */
  write<T>(work: () => T): Promise<T>;
  /** Calls `listener` whenever something that was written is undone, before anything else is read or written. */
  onUndo(listener: () => void): void;
  /** Commits what waits, now. */
  flush(): void;
}

/** Some work that waits for its transaction. */
interface Waiting {
  /** Does it, and returns what tells of that once it is durable. */
  readonly work: () => () => void;
  readonly reject: (failure: unknown) => void;
}

/** The whole transaction is gone, and not only one work in it: SQLite does that for some errors, such as a full disk. */
class TransactionLost extends Error {}

/** `assertInPlace` throws where the file is not the one any more that others will find. */
export function newCommitter(handle: DatabaseSync, assertInPlace: () => void, beforeCommit?: BeforeCommit): Committer {
  let queue: Waiting[] = [];
  const begin = handle.prepare('BEGIN IMMEDIATE');
  const commit = handle.prepare('COMMIT');
  const rollback = handle.prepare('ROLLBACK');
  const listeners: (() => void)[] = [];
  const undone = (): void => {
    for (const listener of listeners) listener();
  };
  const workInSavepoint = savepoints(handle, undone);
  const changes = handle.prepare('SELECT total_changes() AS changes');

  function flush(): void {
    const batch = queue;
    queue = [];
    if (batch.length === 0) return;
    try {
      for (const tell of transact(batch)) tell();
    } catch (failure) {
      const cause = failure instanceof TransactionLost ? failure.cause : failure;
      for (const { reject } of batch) reject(cause);
      undo();
    }
  }

  function undo(): void {
    try {
      // SQLite has rolled back by itself after some errors.
      if (handle.isTransaction) rollback.run();
    } catch {
      // The disk is gone for the rollback as well: SQLite does it when the file is next read.
    } finally {
      undone();
    }
  }

  function transact(batch: readonly Waiting[]): readonly (() => void)[] {
    assertInPlace();
    begin.run();
    const before = changes.get()?.['changes'];
    const told = worked(batch);
    if (changes.get()?.['changes'] !== before) beforeCommit?.(batch.length);
    commit.run();
    assertInPlace();
    return told;
  }

  /** Hardly a work ever throws, and a savepoint for each costs about as much as it does: they are made once one has thrown. */
  function worked(batch: readonly Waiting[]): readonly (() => void)[] {
    try {
      return batch.map(({ work }) => work());
    } catch (failure) {
      if (!handle.isTransaction) throw new TransactionLost('', { cause: failure });
      rollback.run();
      undone();
      begin.run();
      return batch.map(workInSavepoint);
    }
  }

  return {
    write: <T>(work: () => T) =>
      new Promise<T>((resolve, reject) => {
        // After all that the poll phase of this turn hands out: whoever is answered in it writes in the same transaction.
        if (queue.length === 0) setImmediate(flush);
        queue.push({
          work: () => {
            const result = work();
            return () => resolve(result);
          },
          reject,
        });
      }),
    onUndo: (listener) => void listeners.push(listener),
    flush,
  };
}

/** Does one work so that a throw undoes what it wrote, and nothing else. */
function savepoints(handle: DatabaseSync, undone: () => void): (waiting: Waiting) => () => void {
  const savepoint = handle.prepare('SAVEPOINT work');
  const release = handle.prepare('RELEASE work');
  const undo = handle.prepare('ROLLBACK TO work');
  return ({ work, reject }) => {
    savepoint.run();
    try {
      const tell = work();
      release.run();
      return tell;
    } catch (failure) {
      if (!handle.isTransaction) throw new TransactionLost('', { cause: failure });
      undo.run();
      undone();
      release.run();
      return () => reject(failure);
    }
  };
}
