/** The work of a message as people write it with libraries: json-rules-engine, mustache, the SDK as it comes. */
import { Engine } from 'json-rules-engine';
import Mustache from 'mustache';
import twilio from 'twilio';
import { CREDENTIALS } from '../desk-project.ts';
import { RULES, rulesOf } from '../rules.ts';

/** Sends what the rules say of an event. `slots`: as many at once, each with an engine, since runs that overlap lose matches. */
export function newSender(baseUrl, slots) {
  const engines = Array.from({ length: slots }, newEngine);
  const client = twilio(CREDENTIALS.TWILIO_ACCOUNT_SID, CREDENTIALS.TWILIO_AUTH_TOKEN);
  client.api.baseUrl = baseUrl;
  return async ({ data }) => {
    const engine = engines.pop();
    if (!engine) throw new Error('more jobs at once than engines');
    const { events } = await engine.run(data).finally(() => engines.push(engine));
    for (const { params } of events) {
      const body = Mustache.render(params.template, data, undefined, { escape: String });
      await client.messages.create({ to: data.phone, from: '+12025550100', body });
    }
  };
}

function newEngine() {
  const engine = new Engine();
  for (const { name, category, below } of rulesOf('values', RULES)) {
    engine.addRule({
      conditions: {
        all: [
          { fact: 'category', operator: 'equal', value: category },
          { fact: 'priority', operator: 'lessThan', value: below },
        ],
      },
      event: { type: name, params: { template: 'Incident {{topic_mid}}: {{title}}' } },
    });
  }
  return engine;
}
