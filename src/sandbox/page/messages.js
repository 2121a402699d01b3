import { act } from './act.js';
import { followLines } from './lines.js';
import { copyOf, setTexts, setTime } from './template.js';
import { outcomeOf, stateWords } from './words.js';

/** Messages that one phone keeps on the page. */
const LIMIT = 100;

/** The messages of a phone, oldest first as people read them, and a box to write back. */
export function newMessages(section, phone) {
  const list = section.querySelector('.talk');
  const reply = prepareReply(section.querySelector('.reply'), phone);
  const items = new Map();
  const end = followLines((lines) => {
    reply.setLines(lines);
    section.hidden = items.size === 0 && lines.size === 0;
  });
  return {
    show(entry) {
      let item = items.get(entry.id);
      if (!item) {
        item = copyOf('#message');
        items.set(entry.id, item);
        list.append(item);
        const [oldest] = items.keys();
        if (items.size > LIMIT) forget(items, oldest);
        if (entry.direction === 'in' && entry.line) reply.choose(entry.line);
      }
      item.dataset.direction = entry.direction;
      item.dataset.outcome = outcomeOf(entry);
      setTime(item.querySelector('time'), entry.at);
      setTexts(item, {
        '.words': entry.words,
        '.other': `${entry.direction === 'in' ? 'from' : 'to'} ${entry.other}`,
        '.state': stateWords(entry),
        '.note': entry.note ?? '',
      });
      section.hidden = false;
      list.hidden = false;
      list.scrollTop = list.scrollHeight;
    },
    keepOnly(ids) {
      for (const id of items.keys()) if (!ids.has(id)) forget(items, id);
      list.hidden = items.size === 0;
    },
    end,
  };
}

function forget(items, id) {
  items.get(id).remove();
  items.delete(id);
}

function prepareReply(form, phone) {
  const select = form.querySelector('select');
  const box = form.querySelector('textarea');
  async function ask(deed) {
    const { error } = await act({ ...deed, phone, line: select.value });
    form.querySelector('.error').textContent = error ?? '';
    return error === undefined;
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = box.value;
    if (text.trim() === '') box.focus();
    else if (await ask({ kind: 'write', text })) box.value = '';
  });
  for (const button of form.querySelectorAll('button[value]'))
    button.addEventListener('click', () => ask({ kind: 'write', text: button.value }));
  form.querySelector('.place').addEventListener('click', () => ask({ kind: 'call' }));
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  return {
    setLines(lines) {
      for (const [line, number] of [...lines].slice(select.length)) select.append(new Option(number, line));
      form.hidden = lines.size === 0;
    },
    /** Who wrote last is answered, unless an answer to someone else is being written. */
    choose(line) {
      if (box.value === '') select.value = line;
    },
  };
}
