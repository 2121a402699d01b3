import { load, YAMLException } from 'js-yaml';
import { type Op, OpFailed } from '../../plugin/plugin.ts';
import { inWords, type Json } from '../../schema/schema.ts';

/** The value that a JSON or YAML text describes. */
export const parse: Op = async (args) => {
  const text = inWords(args['text'] ?? '');
  if (text.length > MAX_LENGTH) throw new OpFailed(`"text" has more than ${MAX_LENGTH} characters`);
  return args['format'] === 'yaml' ? parseYaml(text) : parseJson(text);
};

/** An answer that `request` takes is no larger. */
const MAX_LENGTH = 1024 * 1024;
/** Far more than data needs; as in rulebooks. */
const MAX_DEPTH = 100;
const MAX_ALIASES = 100;

function parseJson(text: string): Json {
  try {
    return JSON.parse(text);
  } catch (failure) {
    // What V8 says quotes the text, which may be a secret.
    throw new OpFailed('"text" is not valid JSON', failure);
  }
}

function parseYaml(text: string): Json {
  let value: unknown;
  try {
    value = load(text, { maxDepth: MAX_DEPTH, maxAliases: MAX_ALIASES });
  } catch (failure) {
    if (!(failure instanceof YAMLException)) throw failure;
    const { reason, mark } = failure;
    const place = mark ? ` in line ${mark.line + 1}` : '';
    throw new OpFailed(`"text" is not valid YAML${place}: ${reason}`, failure);
  }
  return toJson(value);
}

/** What JSON cannot hold, such as `.inf` and `.nan`, becomes null; a circle of aliases has no JSON at all. */
function toJson(value: unknown): Json {
  let size = 0;
  const measured = (key: string, one: unknown): unknown => {
    size += key.length + (typeof one === 'string' ? one.length : 1);
    // A few aliases of aliases can make gigabytes of a hundred characters.
    if (size > MAX_LENGTH) throw new OpFailed(`"text" makes a value of more than ${MAX_LENGTH} characters`);
    return one;
  };
  try {
    return JSON.parse(JSON.stringify(value, measured) ?? 'null');
  } catch (failure) {
    if (failure instanceof OpFailed) throw failure;
    throw new OpFailed('"text" is YAML that leads in a circle', failure);
  }
}
