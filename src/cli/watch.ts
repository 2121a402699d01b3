import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** Where a project's files are; `ringbook.yml` lies beside them. */
const PARTS = ['rulebooks', 'resources', 'schemas'];
/** An editor writes a file in several steps within a few milliseconds; a person does not see this wait. */
const QUIET_MS = 100;

/** Watches a project's files and `paths`, whichever of them exist or come to exist, until `signal` is aborted. */
export class ProjectWatcher {
  readonly #folder: string;
  readonly #paths: readonly string[];
  readonly #signal: AbortSignal;
  readonly #changed = new Set<string>();
  readonly #watchers = new Map<string, FSWatcher>();
  #wake: (() => void) | undefined;

  constructor(folder: string, paths: readonly string[], signal: AbortSignal) {
    this.#folder = folder;
    this.#paths = paths.map((path) => resolve(folder, path));
    this.#signal = signal;
    this.#watchAll();
    signal.addEventListener('abort', () => {
      for (const watcher of this.#watchers.values()) watcher.close();
      this.#wake?.();
    });
  }

  /** Resolves with the files that have changed since the last call, once they are quiet; with none when it was aborted. */
  async next(): Promise<readonly string[]> {
    if (this.#changed.size === 0) await this.#somethingNew();
    for (let seen = -1; seen !== this.#changed.size && !this.#signal.aborted; ) {
      seen = this.#changed.size;
      await pause(QUIET_MS, this.#signal);
    }
    const files = this.#signal.aborted ? [] : [...this.#changed].toSorted();
    this.#changed.clear();
    return files;
  }

  #somethingNew(): Promise<void> {
    return new Promise((done) => {
      this.#wake = done;
      if (this.#signal.aborted) done();
    });
  }

  #watchAll(): void {
    this.#watch(this.#folder, false, (name) => name === 'ringbook.yml' || PARTS.includes(name));
    for (const part of PARTS) this.#watch(join(this.#folder, part), true, isNoDraft);
    for (const path of this.#paths) {
      if (isFolder(path)) this.#watch(path, true, isNoDraft);
      else this.#watch(dirname(path), false, (name) => name === basename(path));
    }
  }

  #watch(path: string, recursive: boolean, isOurs: (name: string) => boolean): void {
    const key = `${path} ${recursive}`;
    if (this.#watchers.has(key) || !isFolder(path)) return;
    const watcher = watch(path, { recursive }, (_, name) => {
      if (name === null || !isOurs(name)) return;
      // What changed may be a folder that has just come to be.
      this.#watchAll();
      this.#changed.add(join(path, name));
      this.#wake?.();
    });
    // A folder that is removed ends its watcher; it is watched again when it comes back.
    watcher.on('error', () => watcher.close()).on('close', () => this.#watchers.delete(key));
    this.#watchers.set(key, watcher);
  }
}

/** Editors and `--fix` write beside a file, under a name that begins with a dot or ends with a tilde. */
function isNoDraft(name: string): boolean {
  return !/^\.|~$/.test(basename(name));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      done();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish);
  });
}
