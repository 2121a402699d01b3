/** The page of the phones: its live feed, and what is on it beside the phones. All text is set by textContent alone. */
import { act } from './act.js';
import { newCard } from './card.js';
import { knowLine } from './lines.js';
import { ring } from './ring.js';
import { announcement } from './words.js';

/** Phones that the page keeps; a person looks at the last few. */
const CARD_LIMIT = 200;
/** A feed that was refused is asked for again after this. */
const RETRY_MS = 3_000;

const phones = document.querySelector('#phones');
const empty = document.querySelector('#empty');
const live = document.querySelector('#live');
const notice = document.querySelector('#notice');
const news = document.querySelector('#news');
const ringing = document.querySelector('#ringing');
const title = document.title;

/** The phones on the page by their names, the oldest first. */
const cards = new Map();
let told = '';
/** A phone that was added here and has not come yet. */
let added;

connect();

document.querySelector('#add').addEventListener('submit', (event) => {
  event.preventDefault();
  void add();
});

async function add() {
  const input = document.querySelector('#number');
  const { error, phone } = await act({ kind: 'add', number: input.value });
  document.querySelector('#add-error').textContent = error ?? '';
  input.toggleAttribute('aria-invalid', error !== undefined);
  if (error !== undefined) return;
  input.value = '';
  added = phone;
  focusAdded();
}

/** The feed may bring the phone before it was answered that it was added, or after. */
function focusAdded() {
  const card = cards.get(added);
  if (!card) return;
  added = undefined;
  card.element.focus();
}

function connect() {
  const feed = new EventSource('/events');
  feed.addEventListener('open', () => setLive('live', 'Live'));
  feed.addEventListener('error', () => {
    setLive('lost', 'Not connected, trying again');
    // The browser tries again by itself, but not after an answer that is no feed.
    if (feed.readyState === EventSource.CLOSED) setTimeout(connect, RETRY_MS);
  });
  feed.addEventListener('phones', ({ data }) => showAll(JSON.parse(data)));
  feed.addEventListener('phone', ({ data }) => {
    showPhone(JSON.parse(data));
    afterChange();
  });
  feed.addEventListener('entry', ({ data }) => {
    const { phone, entry } = JSON.parse(data);
    showPhone(phone);
    showEntry(entry);
    afterChange();
    tell(entry, phone);
  });
}

/** A state is told once, however often its entry changes in it. */
function tell(entry, phone) {
  const key = `${entry.id} ${entry.state}`;
  const words = key === told ? undefined : announcement(entry, phone);
  if (words === undefined) return;
  told = key;
  news.textContent = words;
}

function setLive(state, text) {
  live.dataset.state = state;
  live.textContent = text;
}

/** What is there already stays in its place, with what is being typed in it. */
function showAll(all) {
  notice.textContent = all.notice ?? '';
  notice.hidden = all.notice === null;
  const names = new Set(all.phones.map(({ phone }) => phone));
  const ids = new Set(all.entries.map(({ id }) => id));
  for (const [name, card] of cards) {
    if (names.has(name)) card.keepOnly(ids);
    else remove(name);
  }
  for (const { line, number } of all.lines) knowLine(line, number);
  for (const phone of all.phones.toReversed()) showPhone(phone);
  for (const entry of all.entries.toReversed()) showEntry(entry);
  afterChange();
}

/** A new phone comes first. */
function showPhone(phone) {
  let card = cards.get(phone.phone);
  if (!card) {
    card = newCard(phone);
    cards.set(phone.phone, card);
    phones.prepend(card.element);
    const [oldest] = cards.keys();
    if (cards.size > CARD_LIMIT) remove(oldest);
  }
  card.setPhone(phone);
  focusAdded();
}

function remove(name) {
  cards.get(name).remove();
  cards.delete(name);
}

function showEntry(entry) {
  if (entry.line) knowLine(entry.line, entry.other);
  cards.get(entry.phone)?.show(entry);
}

/** Calls that wait for someone to answer them are named on top of everything: their phone may be far down. */
function afterChange() {
  const waiting = [...cards.values()].flatMap((card) => card.waiting());
  if (waiting.map(({ id }) => id).join() !== [...ringing.children].map(({ dataset }) => dataset.call).join()) {
    ringing.replaceChildren(...waiting.map(linkTo));
  }
  ringing.hidden = waiting.length === 0;
  document.title = waiting.length === 0 ? title : `(${waiting.length}) ringing · ${title}`;
  empty.hidden = cards.size > 0;
  ring([...cards.values()].some((card) => card.rings()));
}

function linkTo({ id, number, other }) {
  const link = document.createElement('a');
  link.href = `#${id}`;
  link.dataset.call = id;
  link.textContent = `${number} rings: call from ${other}`;
  return link;
}
