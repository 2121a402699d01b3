import { expect, test } from 'vitest';
import { openExchange, SERVER, TO, url } from './exchange.ts';

function openMailbox(attributes: string, after = '<Say>Nobody spoke</Say>') {
  const exchange = openExchange();
  exchange.pages.set('/box', `<Response><Record ${attributes}/>${after}</Response>`);
  exchange.pages.set('/done', '<Response><Say>Thanks</Say></Response>');
  return exchange;
}

const all =
  'action="/done" timeout="4" transcribe="true" transcribeCallback="/cb/text" recordingStatusCallback="/cb/sound" recordingStatusCallbackEvent="in-progress completed absent"';

test('what a person says by habit is recorded, written down, and told of', async () => {
  const exchange = openMailbox(all);
  exchange.pages.set('/cb/text', { status: 204 });
  exchange.pages.set('/cb/sound', { status: 204 });
  exchange.phones.setHabit(TO, { answers: 'itself', says: ['The lift is stuck'] });
  const call = exchange.call({ script: url('/box') });
  await exchange.clock.settle();
  const [recording] = exchange.books.recordings.all();
  expect(recording).toMatchObject({ callSid: call.sid, source: 'RecordVerb', status: 'completed', durationSeconds: 4 });
  expect(exchange.books.transcriptions.all()).toMatchObject([
    { recordingSid: recording?.sid, status: 'completed', text: 'The lift is stuck' },
  ]);
  const told = Object.fromEntries(exchange.asked.map(({ url: at, params }) => [new URL(at).pathname, params]));
  const RecordingUrl = `http://127.0.0.1:8888/2010-04-01/Accounts/${call.accountSid}/Recordings/${recording?.sid}`;
  const ofIt = { CallSid: call.sid, RecordingSid: recording?.sid, RecordingUrl };
  expect(told['/done']).toMatchObject({ ...ofIt, RecordingDuration: '4', Digits: '' });
  expect(told['/cb/sound']).toMatchObject({ ...ofIt, RecordingStatus: 'completed', RecordingSource: 'RecordVerb' });
  expect(told['/cb/text']).toMatchObject({
    ...ofIt,
    TranscriptionStatus: 'completed',
    TranscriptionText: 'The lift is stuck',
  });
  expect(exchange.now(call).heard.at(-1)).toMatchObject({ words: 'Thanks' });
});

test('silence leaves no sound, and the script goes on', async () => {
  const exchange = openMailbox(all);
  exchange.pages.set('/cb/sound', { status: 204 });
  const call = exchange.call({ script: url('/box') });
  await exchange.clock.settle();
  expect(exchange.books.recordings.all()).toMatchObject([{ status: 'absent', durationSeconds: 0 }]);
  expect(exchange.books.transcriptions.all()).toEqual([]);
  expect(exchange.asked.map(({ params }) => params.RecordingStatus)).toEqual([undefined, 'absent']);
  expect(exchange.now(call).heard).toMatchObject([{ words: 'Nobody spoke' }]);
});

test('a key ends a recording, and says so to the action; what was said by hand cannot be written down', async () => {
  const exchange = openMailbox('action="/done" finishOnKey="#" timeout="60" transcribe="true"');
  const call = exchange.call({ script: url('/box') });
  await exchange.clock.until(() => exchange.now(call).asks === true);
  exchange.phones.act({ kind: 'press', call: call.sid, keys: '1#' });
  await exchange.clock.settle();
  expect(exchange.asked.at(-1)?.params).toMatchObject({ Digits: '#', RecordingDuration: '1' });
  expect(exchange.books.transcriptions.all()).toMatchObject([{ status: 'failed', text: '' }]);
});

test('a recording is no longer than its longest length', async () => {
  const exchange = openMailbox('action="/done" maxLength="3" timeout="60"');
  exchange.phones.setHabit(TO, { answers: 'itself', says: ['...'] });
  exchange.call({ script: url('/box') });
  await exchange.clock.settle();
  expect(exchange.asked.at(-1)?.params).toMatchObject({ RecordingDuration: '3' });
});

test('a person who hangs up ends the recording too, and the action is told of it', async () => {
  const exchange = openMailbox('action="/done" timeout="60"');
  const call = exchange.call({ script: url('/box') });
  await exchange.clock.until(() => exchange.now(call).asks === true);
  exchange.phones.act({ kind: 'hang-up', call: call.sid });
  await exchange.clock.settle();
  expect(exchange.now(call)).toMatchObject({ status: 'completed', heard: [] });
  expect(exchange.books.recordings.all()).toMatchObject([{ status: 'completed' }]);
  expect(exchange.asked.at(-1)).toMatchObject({ url: `${SERVER}/done`, params: { Digits: 'hangup' } });
});

test('another script in its place ends a recording, without the action', async () => {
  const exchange = openMailbox('action="/done" timeout="60"');
  const call = exchange.call({ script: url('/box') });
  await exchange.clock.until(() => exchange.now(call).asks === true);
  exchange.lives.redirect(call.sid, { kind: 'text', text: '<Response><Say>Other</Say></Response>' });
  await exchange.clock.settle();
  expect(exchange.now(call).heard).toMatchObject([{ words: 'Other' }]);
  expect(exchange.books.recordings.all()).toMatchObject([{ status: 'completed' }]);
  expect(exchange.asked).toHaveLength(1);
});
