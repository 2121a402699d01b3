/** docs/problems.md as the test sees it: a section for each code, with the examples that stand in it. */

/** All blocks of one mark that follow one another: they are laid over one project, and fail or pass together. */
export interface Example {
  readonly mark: Mark;
  /** Of its first block, from 1. */
  readonly line: number;
  readonly blocks: readonly Block[];
}

/** A fenced block. */
export interface Block {
  readonly mark: Mark;
  readonly line: number;
  /** `rulebook`, `event`, `command`, ... */
  readonly kind: Kind;
  /** Where it belongs in the project; empty for what is no file. */
  readonly path: string;
  /** Whether its info string has the name of its file. */
  readonly isNamed: boolean;
  readonly text: string;
  /** The words before it, which are all that its reader sees of the info string. */
  readonly lead: string;
}

/** What stands under a heading, up to the next one. */
export interface Section {
  /** `RB0106: a required argument is missing` */
  readonly heading: string;
  readonly text: string;
  readonly examples: readonly Example[];
}

type Mark = 'fails' | 'passes';

/**
 * What a block can be, by the beginning of its info string. One with a folder may end with the name of its file, and must where
 * it has none here: `xml template fails welcome.xml`.
 */
const KINDS: Readonly<Record<string, { readonly kind: Kind; readonly folder?: string; readonly file?: string }>> = {
  'yaml rulebook': { kind: 'rulebook', folder: 'rulebooks/', file: 'example.yml' },
  'yaml resource': { kind: 'file', folder: 'resources/' },
  'yaml settings': { kind: 'file', file: 'ringbook.yml' },
  'js plugin': { kind: 'file', folder: 'plugins/' },
  'json plugin': { kind: 'file', folder: 'plugins/' },
  'xml template': { kind: 'file', folder: 'resources/templates/' },
  'json schema': { kind: 'file', folder: 'schemas/event/' },
  'json event': { kind: 'event' },
  sh: { kind: 'command' },
};

type Kind = 'rulebook' | 'file' | 'event' | 'command';

/** Splits the document at its headings. The text before the first one is a section without a heading. */
export function sectionsOf(document: string): readonly Section[] {
  const starts = [0, ...[...document.matchAll(/^## /gm)].map((match) => match.index)];
  return starts.map((start, index) => {
    const text = document.slice(start, starts[index + 1]);
    const heading = /^## (.*)/.exec(text)?.[1] ?? '';
    return { heading, text, examples: examplesOf(text, document.slice(0, start).split('\n').length) };
  });
}

function examplesOf(text: string, firstLine: number): readonly Example[] {
  const examples: { mark: Mark; line: number; blocks: Block[] }[] = [];
  let from = 0;
  for (const fence of text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)) {
    const before = text.slice(from, fence.index);
    from = fence.index + fence[0].length;
    const line = firstLine + text.slice(0, fence.index).split('\n').length - 1;
    const block = blockOf(fence[1] ?? '', fence[2] ?? '', before.trim().split('\n\n').at(-1) ?? '', line);
    const last = examples.at(-1);
    if (last?.mark === block.mark) last.blocks.push(block);
    else examples.push({ mark: block.mark, line, blocks: [block] });
  }
  return examples;
}

function blockOf(info: string, text: string, lead: string, line: number): Block {
  const [, name = '', mark, file] = /^(.+?) (fails|passes)(?: (\S+))?$/.exec(info) ?? [];
  const known = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (!known || (mark !== 'fails' && mark !== 'passes')) {
    const kinds = Object.keys(KINDS).join(' | ');
    throw new Error(`line ${line}: "${info}" is no info string of an example: <${kinds}> <fails | passes> [file]`);
  }
  const { kind, folder = '', file: usual = '' } = known;
  if (file === undefined && folder !== '' && usual === '') throw new Error(`line ${line}: which file is "${info}"?`);
  if (file !== undefined && folder === '') throw new Error(`line ${line}: "${info}" can have no name`);
  return { mark, line, kind, path: folder + (file ?? usual), isNamed: file !== undefined, text, lead };
}
