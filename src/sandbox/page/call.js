import { act } from './act.js';
import { newKeypad } from './keypad.js';
import { addSpeakButton, hush, listen } from './speech.js';
import { copyOf, setTexts } from './template.js';
import { stateWords } from './words.js';

/** A call that rings or goes on: picking up, what is said, keys, hanging up. */
export function newCallPanel({ id, other, direction }) {
  const element = copyOf('#call');
  element.id = `call-${id}`;
  const title = `Call ${direction === 'in' ? 'from' : 'to'} ${other}`;
  element.setAttribute('aria-label', title);
  element.dataset.direction = direction;
  const ask = asker(element, id);
  const keypad = newKeypad((keys) => ask({ kind: 'press', keys }));
  element.querySelector('.keypad').append(...keypad.buttons);
  element.addEventListener('keydown', (event) => keypad.type(event));
  const onClick = (selector, action) => element.querySelector(selector).addEventListener('click', action);
  onClick('.answer', () => ask({ kind: 'answer' }));
  onClick('.ringing .reject', () => ask({ kind: 'reject' }));
  onClick('.hang-up', () => {
    hush(id);
    return ask({ kind: 'hang-up' });
  });
  const removeSpeak = addSpeakButton(element.querySelector('.speak'));
  let state;
  return {
    element,
    other,
    rings: () => state === 'ringing' && direction === 'in',
    show(entry) {
      const before = state;
      ({ state } = entry);
      element.dataset.state = state;
      element.dataset.asks = String(entry.asks);
      setTexts(element, {
        '.other': title,
        '.state': stateWords(entry),
        '.pressed span': entry.keys,
        '.note': entry.note ?? '',
      });
      showHeard(element.querySelector('.heard'), entry.heard);
      keypad.enable(state === 'in-progress');
      // The button that was pressed is gone now; number keys go to what has the focus.
      if (before === 'ringing' && state === 'in-progress' && element.contains(document.activeElement)) element.focus();
      listen(entry);
    },
    end() {
      removeSpeak();
      element.remove();
    },
  };
}

function asker(element, call) {
  return async (deed) => {
    const { error } = await act({ ...deed, call });
    element.querySelector('.error').textContent = error ?? '';
  };
}

/** What is there stays, so that a screen reader reads only what is new. */
function showHeard(log, heard) {
  for (const one of heard.slice(log.children.length)) {
    const line = document.createElement('p');
    line.textContent = one.kind === 'say' ? one.words : one.kind === 'play' ? '♪ a recording plays' : '♪ key tones';
    if (one.language) line.lang = one.language;
    log.append(line);
    log.scrollTop = log.scrollHeight;
  }
}
