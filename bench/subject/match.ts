/** Ringbook's match: `node match.ts <kind> <rules> <text|parsed>`. */
import { newEvaluator } from '../../src/rulebook/evaluate.ts';
import { newConditionReader } from '../../src/rulebook/expression.ts';
import type { Plan } from '../../src/rulebook/rulebook.ts';
import { newMatch } from '../../src/run/match.ts';
import { answerRounds } from '../rounds.ts';
import { eventTexts, rulesOf } from '../rules.ts';

const [name, count, form] = process.argv.slice(2);
const kind = name === 'types' ? 'types' : 'values';
const plan: Plan = {
  hash: '',
  rules: rulesOf(kind, Number(count)).map(({ name: rule, type, category, below }) => ({
    name: rule,
    place: 'bench',
    on: [type],
    when: `${category === undefined ? '' : `category == '${category}' && `}priority < ${below}`,
    vars: {},
    steps: [],
  })),
  defs: {},
  templates: {},
};
const match = newMatch(plan, newEvaluator(), newConditionReader());
const texts = eventTexts(kind, Number(count));
const events = texts.map((text) => JSON.parse(text));

answerRounds(() => {
  let matches = 0;
  if (form === 'text') for (const text of texts) matches += match(JSON.parse(text)).length;
  else for (const event of events) matches += match(event).length;
  if (matches !== texts.length) throw new Error(`${matches} matches in ${texts.length} events`);
  return texts.length;
});
