// Selects the view by the part of the URL after #. Back and forward work, and leaving unsaved changes asks for
// confirmation.

import { announce, focusOn, setChildren } from './dom.js';
import { problemBox } from './notices.js';
import { confirmDialog } from './dialogs.js';

const routes = [];
const leaveChecks = new Set();
let shown = '';
let place = 0; // position of the current URL in the history of this tab
let follow = async () => {};
let leaving = new AbortController();
let isAsking = false;

/**
 * @param {string} pattern  such as "/tickets/:id"
 * @param {(at: {parameters: Object, query: URLSearchParams, signal: AbortSignal}) => Promise<HTMLElement>} view
 *   creates the content; `signal` is aborted when the view is left. The element with data-focus, otherwise its first heading,
 *   gets the focus.
 */
export function addRoute(pattern, view) {
  routes.push({ parts: pattern.split('/').slice(1), view });
}

/** Shows the view of the current URL, and from now on that of each new one. */
export function startRouter(main, { fallback, onShow }) {
  follow = (again) => followAddress(main, fallback, onShow, again);
  window.addEventListener('hashchange', () => follow(false));
  window.addEventListener('beforeunload', (event) => {
    if (hasUnsaved()) event.preventDefault();
  });
  return follow(true);
}

/** Navigates to `path`, such as "/tickets/12". */
export function goTo(path) {
  if (location.hash === `#${path}`) follow(true);
  else location.hash = path;
}

/** Gives the current view the address `path` without showing it again, for filters that it has applied itself. */
export function replaceAddress(path) {
  shown = path;
  history.replaceState(history.state, '', `#${path}`);
}

/** Reloads the current view. */
export const reload = () => goTo(shown);

/** `isDirty` is called before the current view is left; removed with the view. */
export function guardLeaving(isDirty, signal) {
  leaveChecks.add(isDirty);
  signal.addEventListener('abort', () => leaveChecks.delete(isDirty));
}

const hasUnsaved = () => [...leaveChecks].some((isDirty) => isDirty());

async function followAddress(main, fallback, onShow, again) {
  const path = location.hash.slice(1) || fallback;
  if (path === shown && !again) return;
  if (path !== shown && (isAsking || hasUnsaved())) return askToLeave();
  if (history.state?.place === undefined) history.replaceState({ place: place + 1 }, '');
  place = history.state.place;
  leaving.abort();
  leaving = new AbortController();
  shown = path;
  await show(main, path, leaving.signal, onShow);
}

/** Goes back to the old URL, and on only after the user has agreed to lose the changes; asks once, however often
 * Back is clicked meanwhile. */
async function askToLeave() {
  const steps = (history.state?.place ?? place + 1) - place;
  history.go(-steps);
  if (isAsking) return;
  isAsking = true;
  const leave = await confirmDialog({
    title: 'Leave without saving?',
    text: 'Your changes on this page are not saved yet.',
    confirm: 'Leave',
    cancel: 'Stay',
    danger: true,
  });
  isAsking = false;
  if (!leave) return;
  leaveChecks.clear();
  history.go(steps);
}

async function show(main, path, signal, onShow) {
  const [address, queryText = ''] = path.split('?');
  const found = find(address);
  if (!found) return goTo('/integrations');
  main.setAttribute('aria-busy', 'true');
  onShow(address);
  try {
    const content = await found.view({ parameters: found.parameters, query: new URLSearchParams(queryText), signal });
    if (!signal.aborted) fill(main, content);
  } catch (error) {
    if (signal.aborted) return;
    fill(main, problemBox(error, { retry: () => goTo(path) }));
  }
}

function fill(main, content) {
  setChildren(main, content);
  main.removeAttribute('aria-busy');
  const heading = main.querySelector('h1, h2');
  document.title = heading ? `${heading.textContent} · psa-host` : 'psa-host';
  announce(heading?.textContent ?? '');
  const target = main.querySelector('[data-focus]');
  if (!target) window.scrollTo(0, 0);
  focusOn(target ?? heading);
}

function find(address) {
  const segments = address.split('/').slice(1);
  for (const { parts, view } of routes) {
    if (parts.length !== segments.length) continue;
    const fits = parts.every((part, i) => part.startsWith(':') || part === segments[i]);
    if (fits) return { view, parameters: parametersOf(parts, segments) };
  }
  return null;
}

function parametersOf(parts, segments) {
  const parameters = {};
  parts.forEach((part, i) => {
    if (part.startsWith(':')) parameters[part.slice(1)] = decodeURIComponent(segments[i]);
  });
  return parameters;
}
