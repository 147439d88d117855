// The versions of a rule: who changed what and when.

import { actionButton, el, setChildren } from './dom.js';
import { formatTime } from './format.js';
import { problemBox } from './notices.js';
import { loadRuleVersions } from './requests.js';

/** A section that loads them when it is opened. */
export function ruleVersions({ name }, signal) {
  const place = el('div', { class: 'section-body' });
  const load = () =>
    loadRuleVersions(name, signal)
      .then((versions) => setChildren(place, list(versions)))
      .catch((error) => setChildren(place, problemBox(error, { retry: load })));
  const details = el('details', { class: 'card document' }, el('summary', {}, 'Versions'), place);
  details.addEventListener('toggle', () => details.open && place.childElementCount === 0 && load());
  return details;
}

const list = (versions) =>
  el(
    'ol',
    { class: 'operations' },
    versions.map(({ version, who, time, rule }, i) =>
      el(
        'li',
        { class: 'operation' },
        el(
          'div',
          { class: 'operation-head' },
          el('strong', {}, `Version ${version}`),
          el('span', { class: 'muted' }, who),
          el('time', { datetime: time, class: 'muted' }, formatTime(time)),
        ),
        differences(versions[i + 1]?.rule, rule),
      ),
    ),
  );

/** What a version changed, by member of the document; the whole document for the first. */
function differences(before, after) {
  if (!after) return null;
  if (!before) return whole('As it was added', after);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  return el(
    'ul',
    { class: 'values' },
    names.length === 0 && el('li', {}, 'Nothing differs.'),
    names.map((name) =>
      el('li', {}, el('strong', {}, `${name}: `), el('code', {}, shown(before[name])), ' → ', el('code', {}, shown(after[name]))),
    ),
  );
}

const shown = (value) => (value === undefined ? 'not set' : typeof value === 'string' ? value : JSON.stringify(value));

function whole(title, document) {
  const pre = el('pre', { tabindex: 0, 'aria-label': title, hidden: true }, JSON.stringify(document, null, 2));
  const toggle = actionButton(
    'Show the document',
    async () => {
      pre.hidden = !pre.hidden;
    },
    { kind: 'quiet' },
  );
  return el('div', {}, el('p', {}, title), toggle, pre);
}
