/** The work of a message as fast as it can be written: a Map of closures, and undici. */
import { Pool } from 'undici';
import { CREDENTIALS } from '../desk-project.ts';
import { RULES, rulesOf } from '../rules.ts';

/** Connections to the provider, as many as Ringbook takes. */
const CONNECTIONS = 100;

/** Sends what the rules say of an event, and resolves with the provider's id of the message. */
export function newTunedSender(baseUrl) {
  const pool = new Pool(baseUrl, { connections: CONNECTIONS });
  const { TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: token } = CREDENTIALS;
  const path = `/2010-04-01/Accounts/${sid}/Messages.json`;
  const headers = {
    authorization: `Basic ${Buffer.from(`${sid}:${token}`).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
  };
  const rules = new Map(
    rulesOf('values', RULES).map(({ category, below }) => [
      category,
      ({ priority, topic_mid: mid, title }) => (priority < below ? `Incident ${mid}: ${title}` : undefined),
    ]),
  );
  return async ({ data }) => {
    const text = rules.get(data.category)?.(data);
    if (text === undefined) return undefined;
    const form = new URLSearchParams({ To: data.phone, From: '+12025550100', Body: text }).toString();
    const { statusCode, body } = await pool.request({ path, method: 'POST', headers, body: form });
    const { sid: id } = await body.json();
    if (statusCode !== 201) throw new Error(`the provider answered ${statusCode}`);
    return id;
  };
}

/** Gathers what is asked for while a write is under way, and writes it at one time. */
export function newBatches(write) {
  let waiting = [];
  let isWriting = false;
  const flush = async () => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await write(batch.map(({ item }) => item));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isWriting = false;
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (isWriting) return;
      isWriting = true;
      setImmediate(() => void flush());
    });
}
