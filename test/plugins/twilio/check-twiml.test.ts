import { expect, test } from 'vitest';
import { readTemplate } from '../../../src/plugins/twilio/template.ts';

/** What stands in `<Response>`, and the first that is found: what it is about, its severity, the message, the help. */
function firstProblem(inside: string): string | undefined {
  const [problem] = readTemplate({ file: 'a.xml', text: `<Response>${inside}</Response>` }).problems;
  if (!problem) return undefined;
  const { code, at, severity, message, help } = problem;
  return `${code} ${severity} ${at?.source.text.slice(at.start, at.end)}: ${message}${help ? ` | ${help}` : ''}`;
}

test.each([
  '',
  '<Say>hello</Say><Pause length="2"/><Hangup/>',
  '<Say voice="Polly.Joanna-Neural" language="xx-YY" loop="0">hello</Say>',
  '<Say voice="{{voice}}" loop="{{loop}}">hello</Say>',
  '<Say><break strength="weak" time="300ms"/>a <emphasis level="strong">b</emphasis></Say>',
  '<Say><say-as interpret-as="telephone">{{phone}}</say-as> <sub alias="x">y</sub></Say>',
  '<Say><p><s>a</s></p><prosody rate="slow"><amazon:effect name="whispered">b</amazon:effect></prosody></Say>',
  '<Say><lang xml:lang="es-ES">hola <w role="amazon:VB">read</w></lang></Say>',
  '<Play>https://example.com/a.mp3</Play><Play digits="ww1"/>',
  '<Gather input="dtmf speech" numDigits="1" action="/x" method="POST"><Say>1?</Say><Play>u</Play><Pause/></Gather>',
  '<Dial timeout="10" record="true">+34777666555</Dial>',
  '<Dial><Number url="/x">+34777666555</Number><Client>ana</Client><Sip>sip:a@example.com</Sip></Dial>',
  '<Dial><Client><Identity>ana</Identity><Parameter name="a" value="b"/></Client></Dial>',
  '<Dial><Conference beep="onEnter" startConferenceOnEnter="true">room</Conference></Dial><Dial><Queue>q</Queue></Dial>',
  '<Record maxLength="30" transcribe="true"/><Redirect method="GET">https://example.com</Redirect>',
  '<Enqueue workflowSid="WW1"><Task>{}</Task></Enqueue><Enqueue>support</Enqueue><Leave/><Reject reason="busy"/>',
  '<Connect><Stream url="wss://example.com"><Parameter name="a" value="b"/></Stream></Connect>',
  '<Refer><Sip>sip:a@example.com</Sip></Refer><Start><Transcription track="both_tracks"/></Start>',
  '<Say xmlns:x="y">hello</Say>',
])('finds nothing wrong in %s', (inside) => {
  expect(firstProblem(inside)).toBeUndefined();
});

test.each([
  ['hello', 'error hello: words that stand directly in <Response> are never said | put them into <Say>...</Say>'],
  ['{{name}}', 'error {{name}}: words that stand directly in <Response> are never said | put them into <Say>...</Say>'],
  ['<Hangup>bye</Hangup>', 'error bye: words that stand directly in <Hangup> are never said | take them out'],
  ['<say>x</say>', 'error <say: Twilio does not know <say>: letter case counts | write <Say>'],
  ['<Sey>x</Sey>', 'error <Sey: Twilio does not know <Sey> | did you mean <Say>?'],
  [
    '<Whistle/>',
    'error <Whistle: Twilio does not know <Whistle> | https://www.twilio.com/docs/voice/twiml lists what there is',
  ],
  [
    '<Message>x</Message>',
    'error <Message: <Message> answers a text message, and a call has no place for it | to send a text message, use the op `sms_send`',
  ],
  [
    '<Gather><Hangup/></Gather>',
    'error <Hangup: <Hangup> cannot stand in <Gather> | <Gather> can hold <Pause>, <Play>, <Say>',
  ],
  ['<Play><Say>x</Say>y</Play>', 'error <Say: <Say> cannot stand in <Play> | <Play> holds no elements'],
  ['<Number>+34777666555</Number>', 'error <Number: <Number> cannot stand in <Response>'],
  ['<Say>  </Say>', 'error <Say: <Say> has nothing in it | write words between <Say> and </Say>'],
  ['<Play/>', 'error <Play: <Play> has nothing in it | write words between <Play> and </Play>, or give it `digits`'],
  [
    '<Dial/>',
    'error <Dial: <Dial> has nothing in it | write words between <Dial> and </Dial>, or a <Application> in it',
  ],
  [
    '<Say voic="alice">x</Say>',
    'warning voic: <Say> has no attribute `voic`: Twilio passes over it | did you mean `voice`?',
  ],
  ['<Leave now="1"/>', 'warning now: <Leave> has no attribute `now`: Twilio passes over it | <Leave> takes none'],
  ['<Say loop="twice">x</Say>', 'error twice: `loop` must be a whole number, not "twice"'],
  ['<Pause length="1.5"/>', 'error 1.5: `length` must be a whole number, not "1.5"'],
  ['<Gather input="dtmf voice"/>', 'error dtmf voice: `input` cannot be "voice" | it can be "dtmf", "speech"'],
  ['<Record playBeep="yes"/>', 'error yes: `playBeep` cannot be "yes" | it can be "true", "false"'],
  ['<Record method="post"/>', 'error post: `method` must be "POST": letter case counts | write "POST"'],
  ['<Reject reason="buzy"/>', 'error buzy: `reason` cannot be "buzy" | did you mean "busy"?'],
  ['<Say><sub>x</sub></Say>', 'error <sub: <sub> lacks `alias` | write <sub alias="...">'],
  [
    '<Say><phoneme>x</phoneme></Say>',
    'error <phoneme: <phoneme> lacks `alphabet` and `ph` | write <phoneme alphabet="..." ph="...">',
  ],
])('of %s it says: %s', (inside, said) => {
  expect(firstProblem(inside)?.startsWith(`RB0407 ${said}`) ? said : firstProblem(inside)).toBe(said);
});

test('judges nothing inside of an element that it does not know', () => {
  const text = '<Response><Whistle><Tune loud="very">x</Tune></Whistle></Response>';
  expect(readTemplate({ file: 'a.xml', text }).problems).toHaveLength(1);
});

test('goes on after an element in another letter case, as if it had been right', () => {
  const text = '<Response><gather><say>x</say><hangup/></gather></Response>';
  const found = readTemplate({ file: 'a.xml', text }).problems.map(({ at, message }) => [at?.start, message]);
  expect(found).toEqual([
    [10, 'Twilio does not know <gather>: letter case counts'],
    [18, 'Twilio does not know <say>: letter case counts'],
    [30, 'Twilio does not know <hangup>'],
  ]);
});
