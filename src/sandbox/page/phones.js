/** The page of the phones. All text comes from events, so it is set by textContent alone. */

/** Entries that one phone keeps on the page. */
const ENTRIES_LIMIT = 50;

const STATES = {
  queued: 'on its way',
  sending: 'on its way',
  sent: 'on its way',
  delivered: 'delivered',
  ringing: 'ringing',
  'in-progress': 'answered',
  completed: 'ended',
};
const OVER = ['delivered', 'completed'];

const phones = document.querySelector('#phones');
const empty = document.querySelector('#empty');
const live = document.querySelector('#live');
const news = document.querySelector('#news');

const feed = new EventSource('/events');
feed.addEventListener('open', () => setLive('live', 'Live'));
feed.addEventListener('error', () => setLive('lost', 'Connection lost, trying again'));
feed.addEventListener('phones', ({ data }) => {
  phones.replaceChildren();
  for (const entry of JSON.parse(data).entries.toReversed()) show(entry);
  empty.hidden = phones.children.length > 0;
});
feed.addEventListener('entry', ({ data }) => {
  const entry = JSON.parse(data);
  show(entry);
  empty.hidden = true;
  if (OVER.includes(entry.state)) announce(entry);
});

function setLive(state, text) {
  live.dataset.state = state;
  live.textContent = text;
}

/** A new phone, and a new entry of a phone, come first; what is there stays in its place. */
function show(entry) {
  const list = phoneOf(entry).querySelector('ol');
  let item = document.getElementById(entry.id);
  if (!item) {
    item = copyOf('#entry');
    item.id = entry.id;
    list.prepend(item);
    if (list.children.length > ENTRIES_LIMIT) list.lastElementChild.remove();
  }
  item.dataset.kind = entry.kind;
  item.dataset.over = String(OVER.includes(entry.state));
  const time = new Date(entry.at);
  item.querySelector('time').dateTime = time.toISOString();
  setTexts(item, {
    '.kind': entry.kind === 'sms' ? 'Message' : 'Call',
    '.from': `from ${entry.from}`,
    time: time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    '.words': entry.words,
    '.note': entry.note ?? '',
    '.state': stateOf(entry),
  });
}

function phoneOf({ phone, number }) {
  const id = `phone-${phone}`;
  const there = document.getElementById(id);
  if (there) return there;
  const made = copyOf('#phone');
  made.id = id;
  made.querySelector('h2').textContent = number;
  phones.prepend(made);
  return made;
}

function copyOf(template) {
  return document.querySelector(template).content.firstElementChild.cloneNode(true);
}

function setTexts(item, texts) {
  for (const [selector, text] of Object.entries(texts)) {
    const element = item.querySelector(selector);
    if (element.textContent !== text) element.textContent = text;
  }
}

function stateOf({ kind, state }) {
  return kind === 'call' && state === 'queued' ? 'dialling' : (STATES[state] ?? state);
}

/** For people who hear the page: one line when a message or call is done, not one for every state. */
function announce({ kind, number, words }) {
  news.textContent = `${kind === 'sms' ? 'Message' : 'Call'} to ${number}: ${words}`;
}
