import { createRequire } from 'node:module';

/**
 * Whether JavaScript's own engine may run a pattern: without repetition there is nothing that it could try again and again
 * (five `?` are at most 32 ways to go), and what RE2 writes in another way is left to RE2.
 */
const HARMLESS = /^(?:[^*+{?\\([]|\[(?!:)|\\(?:[dDwWsSbBnrt]|\W)|\((?!\?)|\?(?!(?:[^?]*\?){5}))*$/;

/** Patterns of data (`text.matches(data.pattern)`) may be many: past this, those that were compiled are let go. */
const MAX_KEPT = 1_000;

const kept = new Map<string, (text: string) => boolean>();

/**
 * Compiles a regular expression for use on text of any origin: its time grows with the text's length and no faster, whatever
 * the pattern is (RE2). A match anywhere in the text counts. Throws where it is not valid, or where it needs what RE2 leaves
 * out for that reason: look-around and back-references.
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  let test = kept.get(pattern);
  if (!test) {
    test = HARMLESS.test(pattern) ? onJavaScript(pattern) : onRe2(pattern);
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(pattern, test);
  }
  return test;
}

function onJavaScript(pattern: string): (text: string) => boolean {
  const compiled = new RegExp(pattern, 'u');
  return (text) => compiled.test(text);
}

function onRe2(pattern: string): (text: string) => boolean {
  const { RE2JS } = re2();
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
  return (text) => compiled.test(text);
}

/** Loaded when a pattern needs it: that takes 15 ms, and most projects have no such pattern. */
function re2(): typeof import('re2js') {
  const loaded: typeof import('re2js') = createRequire(import.meta.url)('re2js');
  return loaded;
}
