const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];
/** What the keys are called where their signs would be read as something else, or not at all. */
const NAMES = { '*': 'star', '#': 'hash' };

/**
 * The keys of a phone. `press` is given one key or more, in the order in which they were pressed; the next ones wait
 * until it has resolved, so that none overtakes another.
 */
export function newKeypad(press) {
  let waiting = '';
  let sending = false;
  async function push(key) {
    waiting += key;
    if (sending) return;
    sending = true;
    while (waiting !== '') {
      const keys = waiting;
      waiting = '';
      await press(keys);
    }
    sending = false;
  }
  const buttons = KEYS.map((key) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = key;
    button.disabled = true;
    if (key in NAMES) button.setAttribute('aria-label', NAMES[key]);
    button.addEventListener('click', () => void push(key));
    return button;
  });
  return {
    buttons,
    enable(enabled) {
      for (const button of buttons) button.disabled = !enabled;
    },
    /** For the keys of a keyboard. */
    type(event) {
      const button = buttons[KEYS.indexOf(event.key)];
      if (!button || button.disabled || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      button.classList.add('down');
      setTimeout(() => button.classList.remove('down'), 150);
      void push(event.key);
    },
  };
}
