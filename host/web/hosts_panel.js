// Hosts: those that share the store, and what each of them handles.

import { get } from './api.js';
import { el, setChildren } from './dom.js';
import { counted, formatTime } from './format.js';
import { problemBox } from './notices.js';

const interval = 5000; // minimum, in milliseconds
const columns = ['Host', 'State', 'Version', 'Address', 'Started', 'Last seen', 'Handles'];
const stateText = { live: 'Live', draining: 'Stopping', lost: 'Not seen' };

/**
 * The panel, which is empty while one host uses the store alone. `refresh` loads it, or loads it again if its content is
 * old.
 * @returns {{element: HTMLElement, refresh: () => Promise<void>}}
 */
export function hostsPanel({ signal }) {
  const element = el('section', { class: 'stack', 'aria-label': 'Hosts', hidden: true });
  let filled = 0;
  const fill = async () => {
    const { shared, hosts, duties } = await get('/v1/hosts', { signal });
    element.hidden = !shared;
    if (shared) setChildren(element, el('h2', {}, 'Hosts'), table(hosts), retention(duties));
  };
  const refresh = async () => {
    if (Date.now() - filled < interval) return;
    filled = Date.now();
    await fill().catch((error) => {
      if (signal?.aborted) return;
      element.hidden = false;
      setChildren(element, el('h2', {}, 'Hosts'), problemBox(error));
    });
  };
  return { element, refresh };
}

const table = (hosts) =>
  el(
    'table',
    { class: 'table' },
    el('caption', { class: 'visually-hidden' }, 'Hosts that share the store'),
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        columns.map((name) => el('th', { scope: 'col' }, name)),
      ),
    ),
    el('tbody', {}, hosts.map(row)),
  );

function retention(duties) {
  const duty = duties.find(({ name }) => name === 'retention');
  return (
    duty?.endedAt &&
    el('p', { class: 'subtitle' }, `What has expired was last deleted by ${duty.host}, ${formatTime(duty.endedAt)}.`)
  );
}

function row({ name, state, version, address, startedAt, seenAt, leases }) {
  const count = (kind) => leases.filter((lease) => lease.kind === kind).length;
  const handles = `${counted(count('connection'), 'connection')}, ${counted(count('source'), 'source')}`;
  const values = [name, stateText[state], version, address ?? '–', formatTime(startedAt), formatTime(seenAt), handles];
  return el(
    'tr',
    {},
    values.map((value, i) => el('td', { 'data-label': columns[i] }, value)),
  );
}
