/** A text by its identity: what `Source` of the front door is. */
interface Text {
  readonly text: string;
}

/** Seven digits or more, spaces, brackets and dashes between them: what may be a phone number. */
const NUMBER = /\d[\d ()-]{5,}\d/g;

/**
 * A text as it may be shown in a CI log: of a phone number, two digits at its start and three at its end. One that stands in
 * `known`, which whoever reads this wrote, stays.
 */
export function withoutNumbers(text: string, known?: Text): string {
  return text.replaceAll(NUMBER, (number) => (known && isIn(number, known.text) ? number : masked(number)));
}

/** Whole, or in pieces of four digits and more: `00001234 (1234` is two numbers of something else. */
function isIn(number: string, text: string): boolean {
  return text.includes(number) || number.split(/\D+/).every((part) => part.length >= 4 && text.includes(part));
}

/**
 * The words of a problem as they may be shown: a number that its file has is masked, one of ours, such as the example in
 * "in E.164 form, such as +34777666555", stays. What would move a terminal's cursor is made visible.
 */
export function shownWords(words: string, source?: Text): string {
  const visible = words.replaceAll(/(?!\n)[\p{Cc}\p{Bidi_Control}]/gu, '\uFFFD');
  return visible.replaceAll(NUMBER, (number) => (source?.text.includes(number) ? masked(number) : number));
}

function masked(number: string): string {
  return number.slice(0, 2) + number.slice(2, -3).replaceAll(/\d/g, '•') + number.slice(-3);
}
