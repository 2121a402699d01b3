/** The wording of what can be wrong with the XML of a template. */
import { error, type Problem, type Span, warning } from '../../problem/problem.ts';

export function upperCaseDeclaration(target: string, at: Span): Problem {
  const before = { source: at.source, start: 0, end: at.start };
  const name = { ...at, start: at.start + 2 };
  return {
    ...warning(
      'RB0403',
      `<?${target} is not well-formed XML; it is read as <?xml`,
      at,
      'write <?xml version="1.0" encoding="UTF-8"?>',
    ),
    fix: {
      what: 'write <?xml in lower case, at the very start',
      edits: [...(at.start > 0 ? [{ at: before, text: '' }] : []), { at: name, text: 'xml' }],
    },
  };
}

export function lateDeclaration(at: Span): Problem {
  return malformed(
    'an XML declaration can only stand at the very start',
    at,
    'move it to the first line, or take it out',
  );
}

export function unclosedMarkup(what: string, end: string, at: Span): Problem {
  return malformed(`this ${what} has no end`, at, `close it with ${end}`);
}

export function doctype(at: Span): Problem {
  return malformed('a script has no document type', at, 'take it out');
}

export function noRoot(at: Span): Problem {
  return malformed('there is no element in this file', at, 'a script is <Response><Say>...</Say></Response>');
}

export function secondRoot(name: string, at: Span): Problem {
  return malformed(`<${name}> stands after the end of <Response>`, at, 'put it into <Response>');
}

export function wordsOutside(at: Span): Problem {
  return malformed('there are words outside of <Response>', at, 'put them into a <Say>');
}

export function unclosedElement(name: string, at: Span): Problem {
  return malformed(`<${name}> is never closed`, at, `write </${name}>`);
}

export function nothingToClose(at: Span): Problem {
  return malformed(`nothing is open that ${at.source.text.slice(at.start, at.end)} could close`, at, 'take it out');
}

export function wrongClose(open: string, at: Span): Problem {
  return malformed(`${at.source.text.slice(at.start, at.end)} closes <${open}>`, at, `write </${open}>`);
}

export function notAnElement(at: Span): Problem {
  const problem = malformed('this < begins no element', at, 'to say it, write &lt;');
  const isAlone = /^<[\s\d=]/.test(at.source.text.slice(at.start));
  return isAlone ? { ...problem, fix: { what: 'write &lt;', edits: [{ at, text: '&lt;' }] } } : problem;
}

export function unclosedTag(name: string, at: Span): Problem {
  return malformed(`the tag <${name} has no end`, at, 'close it with >');
}

export function notAnAttribute(at: Span): Problem {
  return malformed('an attribute is a name, = and a value in quotes', at, 'write it like voice="alice"');
}

export function unclosedQuote(name: string, at: Span): Problem {
  return malformed(`the value of \`${name}\` has no closing quote`, at, 'close it with "; to write a <, write &lt;');
}

export function secondAttribute(name: string, at: Span): Problem {
  return malformed(`\`${name}\` is given twice`, at, 'take one of them out');
}

export function bareAmpersand(at: Span): Problem {
  const problem = malformed('this & begins no reference', at, 'to say &, write &amp;');
  // `&nbsp;` was meant for something, and not for an &.
  const isAlone = /^&(?!#?\w+;)/.test(at.source.text.slice(at.start));
  return isAlone ? { ...problem, fix: { what: 'write &amp;', edits: [{ at, text: '&amp;' }] } } : problem;
}

export function notACharacter(at: Span): Problem {
  const text = at.source.text.slice(at.start, at.end);
  return malformed(`${text} is no character that XML allows`, at, 'to say &, write &amp;');
}

export function notAllowed(at: Span): Problem {
  return malformed('XML does not allow this character', at, 'take it out');
}

export function hyphensInComment(at: Span): Problem {
  return malformed('a comment cannot hold --', at, 'write - or ;, or close it with -->');
}

export function bareCdataEnd(at: Span): Problem {
  return {
    ...malformed(']]> cannot stand among words', at, 'to say it, write ]]&gt;'),
    fix: { what: 'write ]]&gt;', edits: [{ at, text: ']]&gt;' }] },
  };
}

/** A fault that scripts seldom have, in the parser's own words. */
export function otherFault(words: string, at: Span): Problem {
  return malformed(`not well-formed XML: ${words}`, at);
}

function malformed(message: string, at: Span, help?: string): Problem {
  return error('RB0402', message, at, help);
}
