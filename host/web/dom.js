// Functions that create elements: data becomes text nodes and attributes, never markup.

const svgSpace = 'http://www.w3.org/2000/svg';
let lastId = 0;

/** A unique id. */
export const freshId = (prefix) => `${prefix}-${++lastId}`;

/**
 * Creates an HTML element. Names that start with "on" add listeners, "class" and the like become attributes; true is an
 * attribute without a value; false, null and undefined omit it.
 * @param {string} tag
 * @param {Object<string, any>} attributes
 * @param {...(Node|string|number|null|false|Array)} children
 * @returns {HTMLElement}
 */
export const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

/** Like el(), for SVG. */
export const svg = (tag, attributes, ...children) => fill(document.createElementNS(svgSpace, tag), attributes, children);

/** Replaces the content of `node` by `children`. */
export function setChildren(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter(isShown).map(visible));
  return node;
}

/** Announces `text` to screen readers without moving the focus. */
export function announce(text) {
  document.getElementById('announcements').textContent = text;
}

/** Moves the focus to `node`, which does not have to be a control, and scrolls it into view. */
export function focusOn(node) {
  if (!node) return;
  if (!node.matches('a[href], button, input, select, textarea, summary')) node.tabIndex = -1;
  node.focus({ preventScroll: true });
  node.scrollIntoView({ block: 'nearest' });
}

/**
 * Creates a button that runs `action` and ignores clicks until that has ended. It stays focusable meanwhile.
 * @param {string} label
 * @param {() => Promise<any>} action
 * @param {{kind?: string, busy?: string, type?: string}} options  kind: "primary", "danger", "quiet"; busy: label meanwhile
 */
export function actionButton(label, action, { kind = 'secondary', busy = label, ...attributes } = {}) {
  const button = el('button', { type: 'button', class: `button ${kind}`, ...attributes }, label);
  button.addEventListener('click', () => runOnce(button, busy, action));
  return button;
}

/** Runs `action` unless `button` is busy; it is busy until `action` has ended. */
export async function runOnce(button, busyLabel, action) {
  if (button.getAttribute('aria-disabled') === 'true') return;
  const label = button.textContent;
  button.setAttribute('aria-disabled', 'true');
  button.classList.add('busy');
  button.textContent = busyLabel;
  try {
    await action();
  } finally {
    button.removeAttribute('aria-disabled');
    button.classList.remove('busy');
    button.textContent = label;
  }
}

/** A link to another site, or only its text if the URL is not https. */
export function outsideLink(url, ...children) {
  if (!/^https:\/\//i.test(url ?? '')) return el('span', {}, ...children);
  return el(
    'a',
    { href: url, target: '_blank', rel: 'noopener noreferrer' },
    ...children,
    el('span', { class: 'visually-hidden' }, ' (opens a new tab)'),
  );
}

/** A list of names and values; null and "" are omitted. */
export function facts(pairs) {
  const shown = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return el(
    'dl',
    { class: 'facts' },
    shown.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))),
  );
}

// Invisible characters, and those that change the writing direction, could make a text look like another: all but line
// feed and tab.
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** A string as the page shows it; a node unchanged. */
const visible = (child) => (child instanceof Node ? child : String(child).replace(/\r\n?/g, '\n').replace(unseen, '\ufffd'));

const isShown = (child) => child !== null && child !== undefined && child !== false;

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, '');
    else if (isShown(value)) node.setAttribute(name, visible(value));
  }
  node.append(...children.flat(Infinity).filter(isShown).map(visible));
  return node;
}
