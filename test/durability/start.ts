/** What a host of its own process is started with. */
export interface Start {
  readonly project: string;
  /** A file, or the address of a database. */
  readonly journal: string;
  readonly port: number;
  readonly origin: number;
  readonly speed: number;
  /** Of a journal in a database. */
  readonly leaseSeconds?: number;
  /** Where to die. */
  readonly kill?: Fuse;
}

/** Something that happens to a host at the `occurrence`-th time that it reaches `point` from then on: it dies, or is halted. */
export interface Fuse {
  readonly point: string;
  readonly occurrence: number;
  readonly signal?: 'SIGKILL' | 'SIGSTOP';
}

/** What a host says right before that. */
export const BLOWN = 'blown';
