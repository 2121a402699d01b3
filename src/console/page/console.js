/** The page of the host: the newest events and what came of each. All text is set by textContent alone. */

const events = document.querySelector('#events');
const empty = document.querySelector('#empty');
const live = document.querySelector('#live');
const notice = document.querySelector('#notice');

const feed = new EventSource('/changes');
feed.addEventListener('open', () => setLive('live', 'Live'));
feed.addEventListener('error', () => setLive('lost', 'Connection lost, trying again'));
feed.addEventListener('stories', ({ data }) => {
  const { stories, notice: words } = JSON.parse(data);
  notice.textContent = words ?? '';
  notice.hidden = words === null;
  events.replaceChildren(...stories.map(eventElement));
  empty.hidden = stories.length > 0;
});

function setLive(state, text) {
  live.dataset.state = state;
  live.textContent = text;
}

function eventElement({ type, source, id, time, runs }) {
  const element = copyOf('#event');
  setText(element, '.type', type);
  setText(element, '.source', `from ${source}, id ${id}`);
  const stamp = element.querySelector('time');
  stamp.dateTime = time;
  stamp.textContent = new Date(time).toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' });
  if (runs.length === 0) setText(element, '.source', `from ${source}, id ${id}: no rule fired`);
  element.querySelector('.runs').append(...runs.map(runElement));
  return element;
}

function runElement({ rule, state, error, messages }) {
  const element = copyOf('#run');
  element.dataset.state = state;
  setText(element, '.rule', `rule ${rule}: ${state}`);
  setText(element, '.error', error ?? '');
  element.querySelector('.messages').append(...messages.map(messageElement));
  return element;
}

function messageElement({ op, by, to, sentTo, state, outcome, states, error }) {
  const element = copyOf('#message');
  element.dataset.outcome = outcome;
  setText(element, '.op', by === null ? op : `${op} by ${by}`);
  setText(element, '.to', sentTo === null ? `to ${to}` : `to ${to}, sent to ${sentTo}`);
  setText(element, '.state', state);
  setText(element, '.error', error ?? '');
  element.querySelector('.states').append(...states.map(stateElement));
  return element;
}

function stateElement({ state, at, meaning }) {
  const element = document.createElement('li');
  element.textContent = state;
  element.title = `${new Date(at).toLocaleTimeString()}: ${meaning}`;
  return element;
}

function copyOf(template) {
  return document.querySelector(template).content.firstElementChild.cloneNode(true);
}

function setText(element, selector, text) {
  element.querySelector(selector).textContent = text;
}
