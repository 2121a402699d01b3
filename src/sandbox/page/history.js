import { copyOf, setTexts, setTime } from './template.js';
import { lengthWords, outcomeOf, stateWords } from './words.js';

/** Calls that one phone keeps on the page. */
const LIMIT = 50;

/** The calls of a phone that are over, newest first. */
export function newHistory(section) {
  const list = section.querySelector('ol');
  const items = new Map();
  return {
    show(entry) {
      let item = items.get(entry.id);
      if (!item) {
        item = copyOf('#past');
        items.set(entry.id, item);
        list.prepend(item);
        const [oldest] = items.keys();
        if (items.size > LIMIT) forget(items, oldest);
      }
      item.dataset.outcome = outcomeOf(entry);
      setTime(item.querySelector('time'), entry.at);
      const length = lengthWords(entry);
      setTexts(item, {
        '.other': `${entry.direction === 'in' ? 'from' : 'to'} ${entry.other}`,
        '.words': entry.words,
        '.state': stateWords(entry),
        '.length': length && `after ${length}`,
        '.pressed': entry.keys && `pressed ${entry.keys}`,
        '.note': entry.note ?? '',
      });
      section.hidden = false;
    },
    keepOnly(ids) {
      for (const id of items.keys()) if (!ids.has(id)) forget(items, id);
      section.hidden = items.size === 0;
    },
  };
}

function forget(items, id) {
  items.get(id).remove();
  items.delete(id);
}
