/** json-rules-engine, one engine for each event type: `node json-rules-engine.js <kind> <rules> <text|parsed>`. */
import { Engine } from 'json-rules-engine';
import { answerRounds } from '../rounds.ts';
import { eventTexts, rulesOf } from '../rules.ts';

const [kind, count, form] = process.argv.slice(2);
const engines = new Map();
for (const { name, type, category, below } of rulesOf(kind, Number(count))) {
  const engine = engines.get(type) ?? new Engine([], { allowUndefinedFacts: true });
  engines.set(type, engine);
  engine.addRule({
    conditions: {
      all: [
        ...(category === undefined ? [] : [{ fact: 'category', operator: 'equal', value: category }]),
        { fact: 'priority', operator: 'lessThan', value: below },
      ],
    },
    event: { type: name },
  });
}
const texts = eventTexts(kind, Number(count));
const events = texts.map((text) => JSON.parse(text));
// An engine with thousands of rules takes 100 ms for an event.
const atOnce = kind === 'types' ? 256 : 1;
let next = 0;

answerRounds(async () => {
  for (let done = 0; done < atOnce; done++, next = (next + 1) % texts.length) {
    const event = form === 'text' ? JSON.parse(texts[next]) : events[next];
    // One at a time: runs of one engine that overlap lose matches.
    const { events: found } = await engines.get(event.type).run(event.data);
    if (found.length !== 1) throw new Error(`${found.length} matches of one event`);
  }
  return atOnce;
});
