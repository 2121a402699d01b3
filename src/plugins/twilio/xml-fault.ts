/** What the parser of XML says of a fault, in words for the person who wrote it, and at the place that has to change. */
import type { Problem, Source, Span } from '../../problem/problem.ts';
import * as wording from './xml-problems.ts';

/** Where the parser stands at a fault. */
export interface Whereabouts {
  readonly source: Source;
  /** What the parser was given, tags hidden. */
  readonly text: string;
  /** The end of what it has told; the fault lies between here and `position`. */
  readonly end: number;
  readonly position: number;
  /** The innermost element that is open. */
  readonly open: Named | undefined;
  /** The element that was closed last. */
  readonly closed: string | undefined;
  /** The opening tag that is being read. */
  readonly reading: Named | undefined;
}

interface Named {
  readonly name: string;
  readonly at: Span;
}

/** The problem of a fault that the parser names in these words. */
export function faultProblem(fault: string, where: Whereabouts): Problem {
  const known = FAULTS[fault.replace(/: .*/s, '').replace(/\.$/, '')];
  return known?.(where) ?? wording.otherFault(fault.replace(/\.$/, ''), before(where, 1));
}

/** By the parser's words, without what it names and the full stop. */
const FAULTS: Readonly<Record<string, (where: Whereabouts) => Problem>> = {
  doctype: (where) => wording.doctype(from(where, where.text.lastIndexOf('<!DOCTYPE', where.position), 9)),
  'unclosed tag': unfinished,
  'document must contain a root element': unfinished,
  'unexpected end': unfinished,
  'undefined entity': ampersand,
  'empty entity name': ampersand,
  'disallowed character in entity name': ampersand,
  'malformed character entity': (where) => {
    const at = from(where, where.text.lastIndexOf('&', where.position - 1));
    return wording.notACharacter({ ...at, end: where.position });
  },
  // Both of what begins with `<` and of what follows a name: the parser tells them apart by a full stop.
  'disallowed character in tag name': (where) => (where.reading ? inTag(where) : lessThan(where)),
  'disallowed character': (where) =>
    where.text[where.position - 1] === '<' ? openQuote(where) : wording.notAllowed(before(where, 1)),
  'disallowed character in attribute name': inTag,
  'attribute without value': inTag,
  'unquoted attribute value': inTag,
  'no whitespace between attributes': inTag,
  'forward-slash in opening tag not followed by >': inTag,
  'disallowed character in closing tag': wrongClose,
  'weird empty close tag': wrongClose,
  'unexpected close tag': wrongClose,
  'unmatched closing tag': (where) => wording.nothingToClose(closingTag(where)),
  'text data outside of root node': (where) => {
    const first = where.text.slice(where.end).search(/[^\s\uFEFF]/);
    return wording.wordsOutside(from(where, where.end + Math.max(first, 0)));
  },
  'documents may contain only one root': (where) =>
    wording.secondRoot(where.reading?.name ?? '', where.reading?.at ?? before(where, 1)),
  'an XML declaration must be at the start of the document': lateDeclaration,
  'the XML declaration must appear at the start of the document': lateDeclaration,
  'inappropriately located doctype declaration': (where) =>
    wording.doctype(from(where, where.text.lastIndexOf('<!DOCTYPE', where.position), 9)),
  'incorrect syntax': (where) => lessThan(where),
  'malformed comment': (where) => wording.hyphensInComment(from(where, where.position - 3, 2)),
  'the string "]]>" is disallowed in char data': (where) => wording.bareCdataEnd(before(where, 3)),
};

const BARE_AMPERSAND = /&(?!(?:lt|gt|amp|quot|apos|#\d+|#x[\da-fA-F]+);)/;

/** The file ended in the midst of something: what began first of that. */
function unfinished(where: Whereabouts): Problem {
  const rest = where.text.slice(where.end);
  const [mark = ''] = new RegExp(`<!--|<!\\[CDATA\\[|<[!?/]?|${BARE_AMPERSAND.source}`).exec(rest) ?? [];
  const at = from(where, where.end + Math.max(rest.indexOf(mark), 0), Math.max(mark.length, 1));
  switch (mark) {
    case '&':
      return ampersand(where);
    case '<!--':
      return wording.unclosedMarkup('comment', '-->', at);
    case '<![CDATA[':
      return wording.unclosedMarkup('CDATA section', ']]>', at);
    case '<?':
      return wording.unclosedMarkup('declaration', '?>', at);
    case '<!':
      return wording.doctype(at);
    case '</':
      return wording.unclosedTag(rest.slice(rest.indexOf(mark) + 1).split(/\s/, 1)[0] ?? '', at);
  }
  if (where.reading) return inTag(where);
  const name = /^<([A-Za-z_][\w.:-]*)/.exec(rest.slice(rest.indexOf(mark)))?.[1];
  if (name !== undefined)
    return wording.unclosedTag(name, { ...at, end: Math.min(at.start + 1 + name.length, at.source.text.length) });
  if (mark === '<') return lessThan({ ...where, position: at.end });
  return where.open ? wording.unclosedElement(where.open.name, where.open.at) : wording.noRoot(from(where, 0));
}

/** The first `&` of the stretch that begins nothing. */
function ampersand(where: Whereabouts): Problem {
  const found = where.text.slice(where.end).search(BARE_AMPERSAND);
  return wording.bareAmpersand(from(where, where.end + Math.max(found, 0)));
}

function lessThan(where: Whereabouts): Problem {
  return wording.notAnElement(from(where, where.text.lastIndexOf('<', where.position - 1)));
}

/** The opening tag cannot be followed: another tag begins in it, or it has what is no attribute. */
function inTag(where: Whereabouts): Problem {
  const rest = where.text.slice(where.end, where.position);
  const { reading } = where;
  if (reading && (rest.includes('<') || where.position >= where.text.length)) {
    return wording.unclosedTag(reading.name, reading.at);
  }
  const blank = /^\s*/.exec(rest)?.[0].length ?? 0;
  const word = /^[^\s=>/]+/.exec(where.text.slice(where.end + blank))?.[0] ?? ' ';
  return wording.notAnAttribute(from(where, where.end + blank, word.length));
}

/** XML allows no `<` in the value of an attribute: where one is met, the quote was forgotten. */
function openQuote(where: Whereabouts): Problem {
  const rest = where.text.slice(where.end, where.position);
  const [whole = '', name = ''] = /^\s*([^\s=]+)/.exec(rest) ?? [];
  return wording.unclosedQuote(name, from(where, where.end + whole.length - name.length, name.length));
}

function wrongClose(where: Whereabouts): Problem {
  return wording.wrongClose(where.closed ?? where.open?.name ?? '', closingTag(where));
}

function lateDeclaration(where: Whereabouts): Problem {
  return wording.lateDeclaration(from(where, where.text.lastIndexOf('<?', where.position), '<?xml'.length));
}

function closingTag(where: Whereabouts): Span {
  const start = where.text.lastIndexOf('</', where.position - 2);
  return from(where, start, where.position - start);
}

function from({ source }: Whereabouts, start: number, length = 1): Span {
  const begin = Math.max(0, Math.min(start, source.text.length));
  return { source, start: begin, end: Math.min(begin + length, source.text.length) };
}

function before(where: Whereabouts, length: number): Span {
  return from(where, where.position - length, length);
}
