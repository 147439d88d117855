// What to configure in Alertmanager, ready to copy.

import { copyable } from './copy.js';
import { el } from './dom.js';

/** @param {boolean} sendsResolved  whether Alertmanager reports resolved alerts */
export function alertmanagerHelp(connection, sendsResolved) {
  const address = `${location.origin}/v1/hooks/alertmanager/${encodeURIComponent(connection)}`;
  return el(
    'section',
    { class: 'stack' },
    el('h4', {}, 'Connect Alertmanager'),
    el(
      'ol',
      { class: 'steps' },
      el(
        'li',
        {},
        el('a', { href: `#/tokens?name=alertmanager-${encodeURIComponent(connection)}` }, 'Create a token'),
        ' with the scope submit, and put it into the file that ',
        el('code', {}, 'credentials_file'),
        ' names.',
      ),
      el('li', {}, 'Add this receiver, and use it in a route.'),
    ),
    copyable('Webhook URL', address),
    copyable('Alertmanager receiver', receiver(address, sendsResolved), { multiline: true }),
  );
}

const receiver = (address, sendsResolved) => `receivers:
  - name: psa
    webhook_configs:
      - url: ${address}
        send_resolved: ${sendsResolved}
        http_config:
          authorization:
            credentials_file: /etc/alertmanager/psa-token
`;
