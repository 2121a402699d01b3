/** The ring tone, off until the button is pressed: browsers let a page sound only after that. */

/** The tones of a North American ring, in Hz, and its two seconds in six. */
const TONES = [440, 480];
const RING_S = 2;
const PERIOD_MS = 6_000;
const LOUDNESS = 0.04;

const button = document.querySelector('#ring');
let context;
let ringing = false;
let timer;
let sounding;

button.addEventListener('click', () => {
  const on = button.getAttribute('aria-pressed') !== 'true';
  button.setAttribute('aria-pressed', String(on));
  if (on) context ??= new AudioContext();
  update();
});

/** Rings for as long as any phone does. */
export function ring(anyRings) {
  ringing = anyRings;
  update();
}

function update() {
  const wanted = ringing && button.getAttribute('aria-pressed') === 'true';
  if (wanted === (timer !== undefined)) return;
  if (wanted) {
    sound();
    timer = setInterval(sound, PERIOD_MS);
    return;
  }
  clearInterval(timer);
  timer = undefined;
  sounding?.disconnect();
}

function sound() {
  sounding = new GainNode(context, { gain: LOUDNESS });
  sounding.connect(context.destination);
  for (const frequency of TONES) {
    const tone = new OscillatorNode(context, { frequency });
    tone.connect(sounding);
    tone.start();
    tone.stop(context.currentTime + RING_S);
  }
}
