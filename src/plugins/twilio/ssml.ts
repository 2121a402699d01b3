import { empty, saying, type Verb } from './element.ts';

const INLINE = ['break', 'emphasis', 'phoneme', 'prosody', 'say-as', 'sub', 'amazon:effect', 'amazon:domain'];
const SENTENCE = [...INLINE, 'lang', 'w'];
/** All that may shape the words of a `<Say>`. */
export const ANY_SSML = [...SENTENCE, 'p', 's'];

/** SSML, which shapes the voice inside of `<Say>`: its names are written small. */
export const SSML: Readonly<Record<string, Verb>> = {
  break: empty({ strength: { oneOf: ['none', 'x-weak', 'weak', 'medium', 'strong', 'x-strong'] }, time: 'any' }),
  emphasis: saying({ level: { oneOf: ['strong', 'moderate', 'reduced'] } }, SENTENCE),
  lang: saying({ 'xml:lang': 'any' }, ANY_SSML, ['xml:lang']),
  p: saying({}, [...SENTENCE, 's']),
  phoneme: saying(
    {
      alphabet: {
        oneOf: ['ipa', 'x-sampa', 'x-amazon-jyutping', 'x-amazon-pinyin', 'x-amazon-pron-kana', 'x-amazon-yomigana'],
      },
      ph: 'any',
    },
    [],
    ['alphabet', 'ph'],
  ),
  prosody: saying({ pitch: 'any', rate: 'any', volume: 'any' }, ANY_SSML),
  s: saying({}, SENTENCE),
  'say-as': saying(
    {
      format: { oneOf: ['mdy', 'dmy', 'ymd', 'md', 'dm', 'ym', 'my', 'd', 'm', 'y', 'yyyymmdd'] },
      'interpret-as': {
        oneOf:
          'characters spell-out cardinal number ordinal digits fraction unit date time address expletive telephone'.split(
            ' ',
          ),
      },
    },
    [],
    ['interpret-as'],
  ),
  sub: saying({ alias: 'any' }, [], ['alias']),
  w: saying({ role: 'any' }, INLINE),
  // Amazon's own, of Polly voices (https://www.twilio.com/docs/voice/twiml/say/text-speech#ssml).
  'amazon:effect': saying({ name: 'any', phonation: 'any', 'vocal-tract-length': 'any' }, ANY_SSML),
  'amazon:domain': saying({ name: 'any' }, ANY_SSML),
};
