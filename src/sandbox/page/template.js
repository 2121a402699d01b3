/** A copy of what a template of the page holds. */
export function copyOf(template) {
  return document.querySelector(template).content.firstElementChild.cloneNode(true);
}

/** Sets the text of each element that a selector finds; one that has it already is not touched, nor announced again. */
export function setTexts(parent, texts) {
  for (const [selector, text] of Object.entries(texts)) {
    const element = parent.querySelector(selector);
    if (element.textContent !== text) element.textContent = text;
  }
}

/** Sets a `<time>` to a moment in milliseconds since 1970. */
export function setTime(element, at) {
  const time = new Date(at);
  element.dateTime = time.toISOString();
  element.title = time.toLocaleString();
  element.textContent = time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}
