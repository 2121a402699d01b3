import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const src = fileURLToPath(new URL('../../src/', import.meta.url));

/** The front doors in their line: each imports only doors to its left. */
const LINE = [
  'problem',
  'schema',
  'yaml',
  'xml',
  'time',
  'http',
  'event',
  'resource',
  'message',
  'plugin',
  'rulebook',
  'run',
  'journal',
];

/** What may be pure: no file, network, clock or randomness. */
const PURE = [/^yaml\//, /^rulebook\//, /^run\/match\.ts$/, /^message\/states\.ts$/];
const IMPURE_MODULES =
  /^(node:(fs|net|http|https|child_process|timers|worker_threads|dns|sqlite)|fastify|undici|twilio|eventemitter3)/;

interface Import {
  /** Paths from `src/`. */
  readonly from: string;
  /** A path from `src/`, or the name of a package. */
  readonly to: string;
  readonly isOwn: boolean;
}

const imports: readonly Import[] = filesOf(src).flatMap(importsOf);

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(file, 'utf8');
  const from = relative(src, file);
  const specifiers = [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)'([^']+)'/g)].flatMap((match) => match[1] ?? []);
  return specifiers.map((specifier) => {
    const isOwn = specifier.startsWith('.');
    return { from, to: isOwn ? relative(src, resolve(dirname(file), specifier)) : specifier, isOwn };
  });
}

/** The room a file is in; a plugin is a room of its own, and so is each kind of journal. */
function roomOf(file: string): string {
  const [first = '', second = ''] = file.split('/');
  return first === 'plugins' && file.split('/').length > 2 ? `${first}/${second}` : file.includes('/') ? first : '';
}

function isFrontDoor(file: string): boolean {
  const room = roomOf(file);
  return file === `${room}/${room.split('/').at(-1)}.ts`;
}

/** `host.ts`, `cli/`, and what stands beside them put rooms together and may import anything. */
function mayImportAnything(file: string): boolean {
  return roomOf(file) === '' || roomOf(file) === 'cli';
}

function told({ from, to }: Import): string {
  return `${from} -> ${to}`;
}

describe('the rules of the house', () => {
  test('the test sees the imports of the house', () => {
    expect(imports.map(told)).toContain('host.ts -> journal/journal.ts');
    expect(imports.length).toBeGreaterThan(150);
  });

  test('a room is entered by its front door only', () => {
    const broken = imports.filter(
      ({ from, to, isOwn }) => isOwn && !mayImportAnything(from) && roomOf(from) !== roomOf(to) && !isFrontDoor(to),
    );
    expect(broken.map(told).filter((line) => !line.startsWith('plugins/plugins.ts'))).toEqual([]);
  });

  test('front doors form one line, each importing only to its left', () => {
    const broken = imports.filter(({ from, to, isOwn }) => {
      if (!isOwn || !isFrontDoor(from) || roomOf(from) === roomOf(to) || !LINE.includes(roomOf(from))) return false;
      const [here, there] = [LINE.indexOf(roomOf(from)), LINE.indexOf(roomOf(to))];
      return there === -1 || there > here;
    });
    expect(broken.map(told)).toEqual([]);
  });

  test('the rooms of the line never import those beside it', () => {
    const broken = imports.filter(
      ({ from, to, isOwn }) => isOwn && LINE.includes(roomOf(from)) && !LINE.includes(roomOf(to)),
    );
    expect(broken.map(told)).toEqual([]);
  });

  test('what is pure imports nothing that is not', () => {
    const broken = imports.filter(({ from, to }) => PURE.some((room) => room.test(from)) && IMPURE_MODULES.test(to));
    expect(broken.map(told)).toEqual([]);
  });

  test('a built-in plugin imports nothing of the house that ringbook/plugin does not give to an outside one', () => {
    const given = new Set([...namesIn('plugin-api.ts', 'export'), ...exportedBy('xml/xml.ts')]);
    const foreign = filesOf(src)
      .map((file) => relative(src, file))
      .filter((file) => roomOf(file).startsWith('plugins/'))
      .flatMap((file) => namesIn(file, 'import').map((name) => ({ file, name })));
    expect(foreign.length).toBeGreaterThan(100);
    expect(foreign.filter(({ name }) => !given.has(name)).map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
  });

  test('a built-in plugin reaches into no room but by names, so that none is missed', () => {
    const whole = filesOf(src)
      .filter((file) => roomOf(relative(src, file)).startsWith('plugins/'))
      .filter((file) => /(import \*|import\(|export) [^;{]*'\.\.\/\.\.\//.test(readFileSync(file, 'utf8')));
    expect(whole).toEqual([]);
  });

  test('no two files import each other, by whatever way round', () => {
    expect(circles()).toEqual([]);
  });
});

describe('words stay in their rooms', () => {
  const outside = (room: RegExp): readonly string[] => filesOf(src).filter((file) => !room.test(relative(src, file)));
  const code = (file: string): string => readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

  test('nothing outside plugins/twilio and the sandbox knows a word of Twilio', () => {
    const speaks = outside(/^(plugins\/(twilio\/|plugins\.ts)|sandbox\/)/).filter((file) =>
      /TwiML|AccountSid|CallStatus|MessageStatus|X-Twilio|api\.twilio/i.test(code(file)),
    );
    expect(speaks.map((file) => relative(src, file))).toEqual([]);
  });

  test('nothing outside journal/ knows a word of SQL', () => {
    const speaks = outside(/^journal\//).filter((file) =>
      /\b(SELECT .* FROM|INSERT INTO|UPDATE \w+ SET|node:sqlite)\b/.test(code(file)),
    );
    expect(speaks.map((file) => relative(src, file))).toEqual([]);
  });
});

/** The names that a file takes from other rooms, or hands on from them. */
function namesIn(file: string, word: 'import' | 'export'): readonly string[] {
  const pattern = new RegExp(`^${word} (?:type )?\\{([^}]*)\\} from '(\\.[^']*)'`, 'gm');
  return [...readFileSync(join(src, file), 'utf8').matchAll(pattern)]
    .filter(
      ([, , to = '']) =>
        roomOf(file) === '' || roomOf(relative(src, resolve(dirname(join(src, file)), to))) !== roomOf(file),
    )
    .flatMap(([, names = '']) => names.split(','))
    .map((name) =>
      name
        .replace(/^\s*type /, '')
        .replace(/ as .*/, '')
        .trim(),
    )
    .filter((name) => name !== '');
}

/** The names that a file exports of its own, or from beside it. */
function exportedBy(file: string): readonly string[] {
  const text = readFileSync(join(src, file), 'utf8');
  const own = [...text.matchAll(/^export (?:async )?(?:function|const|interface|type|class) (\w+)/gm)];
  const handedOn = [...text.matchAll(/^export (?:type )?\{([^}]*)\} from '\.\//gm)];
  return [...own, ...handedOn]
    .flatMap(([, names = '']) => names.split(','))
    .map((name) => name.replace(/^\s*type /, '').trim());
}

function circles(): readonly string[] {
  const edges = new Map<string, readonly string[]>();
  for (const { from, to, isOwn } of imports) if (isOwn) edges.set(from, [...(edges.get(from) ?? []), to]);
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) found.push([...way.slice(way.indexOf(file)), file].join(' -> '));
    if (way.includes(file) || done.has(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}
