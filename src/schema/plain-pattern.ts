import { compilePattern } from './pattern.ts';

/** What both engines read in one way: no group but `(` and `(?:`, no escape but of classes, ends of words and punctuation. */
const PLAIN =
  /^(?:[^\\([\]]|\\[dDwWsSbB.^$*+?()[\]{}|/]|\((?:\?:)?(?!\?)|\[\^?(?!\])(?:[^\\[\]]|\\[dDwWsS.^$*+?()[\]{}|/-])+\])*$/;
/** RE2 refuses to repeat more often, counts inside counts multiplied. */
const MAX_REPEAT = 1_000;

/** Whether `compilePattern` takes a pattern. Most are plain, and are answered for without RE2, which takes 15 ms to load. */
export function isPattern(pattern: string): boolean {
  try {
    const compiled = new RegExp(pattern, 'u');
    if (!PLAIN.test(pattern) || repeats(compiled.source) > MAX_REPEAT) compilePattern(pattern);
    return true;
  } catch {
    return false;
  }
}

/** An upper bound of how often the counts of a pattern repeat anything. */
function repeats(pattern: string): number {
  const counts = [...pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g)];
  return counts.reduce((product, [, least, most]) => product * Math.max(1, Number(least), Number(most ?? 0)), 1);
}
