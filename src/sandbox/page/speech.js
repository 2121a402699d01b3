/** Calls spoken by the browser's own voices, off until a button is pressed: browsers let a page speak only after that. */

const buttons = new Set();
/** Calls that are not over, with how much of each was spoken. */
const calls = new Map();
let on = false;

addSpeakButton(document.querySelector('.bar .speak'));

/** Makes a button turn the voice on and off, here as everywhere. Returns what forgets it. */
export function addSpeakButton(button) {
  buttons.add(button);
  button.setAttribute('aria-pressed', String(on));
  button.hidden = !('speechSynthesis' in window);
  button.addEventListener('click', toggle);
  return () => buttons.delete(button);
}

/** Turned on in the middle of a call, all of that call is spoken. */
function toggle() {
  on = !on;
  for (const button of buttons) button.setAttribute('aria-pressed', String(on));
  if (!on) speechSynthesis.cancel();
  for (const call of calls.values()) catchUp(call);
}

/** Speaks what a call says beyond what was spoken of it. */
export function listen({ id, heard, state }) {
  if (state !== 'in-progress' && !calls.has(id)) return;
  const call = calls.get(id) ?? { spoken: 0 };
  call.heard = heard;
  calls.set(id, call);
  if (on) catchUp(call);
  if (state !== 'in-progress') calls.delete(id);
}

/** Nothing more of a call is spoken. */
export function hush(id) {
  calls.delete(id);
  if (on) speechSynthesis.cancel();
}

function catchUp(call) {
  if (on) for (const one of call.heard.slice(call.spoken)) if (one.kind === 'say') say(one);
  call.spoken = call.heard.length;
}

function say({ words, language }) {
  const utterance = new SpeechSynthesisUtterance(words);
  if (language) utterance.lang = language;
  speechSynthesis.speak(utterance);
}
