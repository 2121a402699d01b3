import { act } from './act.js';
import { newCallPanel } from './call.js';
import { newHistory } from './history.js';
import { newMessages } from './messages.js';
import { copyOf } from './template.js';
import { isOver } from './words.js';

/** One phone: its number, its habit, its calls and messages. */
export function newCard({ phone, number }) {
  const element = copyOf('#card');
  const heading = element.querySelector('h2');
  heading.textContent = number;
  heading.id = `phone-${phone}`;
  element.setAttribute('aria-labelledby', heading.id);
  const messages = newMessages(element.querySelector('.messages'), phone);
  const history = newHistory(element.querySelector('.history'));
  const setHabit = prepareHabit(element.querySelector('.habit'), phone);
  const setFaults = prepareFaults(element, phone);
  /** Calls that are not over, by their ids. */
  const panels = new Map();
  let answers;

  function hangUp(id) {
    const panel = panels.get(id);
    if (!panel) return;
    // Who was at the call with the keyboard stays at its phone.
    if (panel.element.contains(document.activeElement)) element.focus();
    panel.end();
    panels.delete(id);
  }

  function showCall(entry) {
    if (isOver(entry)) {
      panels.get(entry.id)?.show(entry);
      hangUp(entry.id);
      history.show(entry);
      return;
    }
    if (!panels.has(entry.id)) {
      const panel = newCallPanel(entry);
      panels.set(entry.id, panel);
      element.querySelector('.calls').append(panel.element);
    }
    panels.get(entry.id).show(entry);
  }

  return {
    element,
    setPhone(state) {
      ({ answers } = state);
      setHabit(answers);
      setFaults(state.faults);
    },
    show(entry) {
      if (entry.kind === 'sms') messages.show(entry);
      else showCall(entry);
    },
    /** Forgets what the sandbox does not know any more. */
    keepOnly(ids) {
      messages.keepOnly(ids);
      history.keepOnly(ids);
      for (const id of panels.keys()) if (!ids.has(id)) hangUp(id);
    },
    remove() {
      for (const id of panels.keys()) hangUp(id);
      messages.end();
      element.remove();
    },
    rings: () => [...panels.values()].some((panel) => panel.rings()),
    /** Calls that ring until someone answers them. */
    waiting() {
      if (answers !== 'by-hand') return [];
      const ringing = [...panels.values()].filter((panel) => panel.rings());
      return ringing.map((panel) => ({ id: panel.element.id, number, other: panel.other }));
    },
  };
}

function prepareHabit(fieldset, phone) {
  const choices = [...fieldset.querySelectorAll('input')];
  for (const choice of choices) {
    choice.name = `habit-${phone}`;
    choice.addEventListener('change', () => act({ kind: 'habit', phone, answers: choice.value }));
  }
  return (answers) => {
    for (const choice of choices) choice.checked = choice.value === answers;
  };
}

function prepareFaults(element, phone) {
  const details = element.querySelector('.faults');
  const error = details.querySelector('.error');
  const pending = element.querySelector('.pending');
  const ask = async (deed) => {
    error.textContent = (await act({ phone, ...deed })).error ?? '';
  };
  details.querySelector('form').addEventListener('submit', (event) => {
    event.preventDefault();
    return ask({ kind: 'fault', fault: details.querySelector('select').value });
  });
  pending.querySelector('button').addEventListener('click', async () => {
    await ask({ kind: 'mend' });
    details.querySelector('summary').focus();
  });
  return (faults) => {
    const words = faults.length === 0 ? '' : `Next: ${faults.join(', then ')}`;
    const status = pending.querySelector('span');
    if (status.textContent !== words) status.textContent = words;
    pending.hidden = faults.length === 0;
  };
}
