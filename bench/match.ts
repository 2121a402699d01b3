import { existsSync } from 'node:fs';
import { type Bench, type BenchOptions, table } from './measure.ts';
import { type Rate, type Runner, ratesInTurn } from './rounds.ts';
import type { Kind } from './rules.ts';

const SIZES = [10, 100, 1_000, 10_000];
/** The peer does 10 events a second on all of one type, and says no more with more of them. */
const SIZES_OF_PEER: Readonly<Record<Kind, readonly number[]>> = { types: SIZES, values: [10, 100, 1_000] };

const KINDS: readonly (readonly [Kind, string])[] = [
  ['types', 'each rule with an event type of its own, `when: priority < 3`'],
  ['values', "all rules of one event type, `when: category == 'x17' && priority < 3`"],
];

/** Which rules an event fires, by the number of rules, beside json-rules-engine indexed by event type. */
export const match: Bench = {
  about: 'events matched a second over 10 to 10,000 rules, beside json-rules-engine with an engine for each event type',
  run: async (options) => {
    for (const [kind, what] of KINDS) {
      options.say(`\n${what}:`);
      await matchKind(kind, options);
    }
  },
};

async function matchKind(kind: Kind, options: BenchOptions): Promise<void> {
  const { say } = options;
  const hasPeer = existsSync(new URL('peer/node_modules/json-rules-engine', import.meta.url));
  if (!hasPeer) say('missing: json-rules-engine; npm ci --prefix bench/peer brings it');
  const forms = ['parsed', 'text'] as const;
  const runners = forms.flatMap((form) => [
    ...SIZES.map((size) => runnerOf('ringbook', kind, size, form)),
    ...(hasPeer ? SIZES_OF_PEER[kind].map((size) => runnerOf('json-rules-engine', kind, size, form)) : []),
  ]);
  const rates = new Map((await ratesInTurn(runners, options)).map((rate) => [rate.name, rate]));
  const rows = SIZES.map((size) => [String(size), ...forms.flatMap((form) => rowOf(rates, form, kind, size))]);
  const head = forms.flatMap((form) => [`${form}, events/s`, 'of 10 rules', 'json-rules-engine', 'times it']);
  for (const line of table([['rules', ...head], ...rows])) say(line);
}

function runnerOf(engine: 'ringbook' | 'json-rules-engine', kind: Kind, size: number, form: string): Runner {
  const script = engine === 'ringbook' ? 'subject/match.ts' : 'peer/json-rules-engine.js';
  return { name: nameOf(engine, kind, size, form), script, args: [kind, String(size), form] };
}

function nameOf(engine: string, kind: Kind, size: number, form: string): string {
  return [engine, kind, size, form].join();
}

/** Events a second, what an event costs beside one of ten rules, and the same of the peer. */
function rowOf(rates: ReadonlyMap<string, Rate>, form: string, kind: Kind, size: number): readonly string[] {
  const own = rates.get(nameOf('ringbook', kind, size, form))?.median ?? Number.NaN;
  const ofTen = rates.get(nameOf('ringbook', kind, 10, form))?.median ?? Number.NaN;
  const peer = rates.get(nameOf('json-rules-engine', kind, size, form))?.median;
  return [
    own.toFixed(0),
    `${(ofTen / own).toFixed(2)} x`,
    peer === undefined ? '-' : peer.toFixed(0),
    peer === undefined ? '-' : `${(own / peer).toFixed(0)} x`,
  ];
}
