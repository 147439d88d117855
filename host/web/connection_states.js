// How the state of a connection is displayed.

import { formatMoment } from './format.js';
import { badge } from './notices.js';

const states = {
  ready: ['good', 'Ready'],
  untested: ['warn', 'Not tested'],
  failed: ['bad', 'Test failed'],
  paused: ['warn', 'Paused'],
  broken: ['bad', 'Broken'],
};

const pauses = {
  auth: {
    label: 'credentials',
    next: 'Correct the credentials under Configure and click Test; tickets wait until a test passes.',
  },
  permission: {
    label: 'permission',
    next: 'Grant the API user the missing right, then click Test; it is also retried automatically.',
  },
  transport: { label: 'PSA unreachable', next: 'It is retried automatically; tickets wait until then.' },
  plugin: {
    label: 'plugin crashes',
    next: 'It is retried automatically. Install an update of the plugin; a ticket that crashed it twice needs review.',
  },
};

/** Ready once a test has passed with exactly these credentials; paused with its reason in a word; or broken. */
export function stateBadge(connection) {
  const { state, pause } = connection;
  const [tone, label] = states[state === 'ready' ? testState(connection) : state] ?? ['quiet', state];
  return badge(tone, pause ? `${label}: ${pauses[pause]?.label ?? pause}` : label);
}

const testState = ({ lastTest }) => (!lastTest ? 'untested' : lastTest.passed ? 'ready' : 'failed');

/** "acme: credentials, since 14:02" for a paused connection. */
export const pauseText = ({ name, pause, pausedSince }) =>
  `${name}: ${pauses[pause]?.label ?? pause}${pausedSince ? `, since ${formatMoment(pausedSince)}` : ''}`;

/** What to do about a pause. */
export const pauseAdvice = (pause) => pauses[pause]?.next ?? 'See the log of psa-host for the reason.';
