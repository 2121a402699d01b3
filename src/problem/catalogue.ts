/**
 * Every code that a problem can have, and its title. A code is stable, and never used again for something else.
 * docs/problems.md has a page for each; a test holds the two together.
 */
export const CATALOGUE = {
  RB0001: 'the file cannot be read',
  RB0002: 'not valid YAML',
  RB0003: 'a key is given twice',
  RB0004: 'aliases and nesting beyond the limits',
  RB0005: 'not valid JSON',
  RB0101: 'a rulebook of no known form',
  RB0102: 'a key that is not known here',
  RB0103: 'a key that is missing',
  RB0104: 'a value of the wrong form',
  RB0105: 'an op that does not exist',
  RB0106: 'a required argument is missing',
  RB0107: 'an argument that the op does not have',
  RB0108: 'an argument of the wrong form',
  RB0109: 'an event type that no schema describes',
  RB0110: 'a name that is taken',
  RB0201: 'an expression that cannot be read',
  RB0202: 'an expression that does not fit the data',
  RB0301: 'a resource that does not exist',
  RB0302: 'a resource of the wrong class',
  RB0303: 'a resource whose class does not exist',
  RB0304: 'a resource that is not complete',
  RB0305: 'a resource id that is given twice',
  RB0306: 'an environment variable that is not set',
  RB0401: 'a template that does not exist',
  RB0402: 'a template that is not well-formed XML',
  RB0403: 'an XML declaration in upper case',
  RB0404: 'a template variable that is not given',
  RB0405: 'a table entry that no template uses',
  RB0406: 'a template tag that is not supported',
  RB0501: 'not a phone number in E.164 form',
  RB0601: 'an event schema that is not valid',
  RB0701: 'a setting that is not valid',
  RB0702: 'a port that is in use',
  RB0703: 'a journal that cannot be used',
  RB0704: 'a host that does not answer',
  RB0801: 'an event that is not a CloudEvent',
  RB0802: 'an event that does not fit its schema',
  RB0803: 'an event of an unknown type',
} as const;

/** A code of the catalogue. */
export type ProblemCode = keyof typeof CATALOGUE;
