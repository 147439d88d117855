// What an operator enters for each PSA: the page itself contains none of it.
import { sandbox } from './support.mjs';

const autotask = sandbox('autotask');
const connectwise = sandbox('connectwise');
const halopsa = sandbox('halopsa');

export const psas = [
  {
    plugin: 'autotask',
    name: 'Autotask',
    sandbox: autotask,
    credentials: { 'Integration Code': autotask.integrationCode, 'API User': autotask.user, 'API Secret': autotask.secret },
    sentence: `Connected to Autotask (webservices${autotask.zone}.autotask.net)`,
    defaults: [
      ['Queue ID', 'Monitoring Alert'],
      ['Ticket Category ID', 'Standard'],
    ],
    titleOf: (ticket) => ticket.title,
  },
  {
    plugin: 'connectwise',
    name: 'ConnectWise',
    sandbox: connectwise,
    credentials: {
      'Site URL': `https://${connectwise.site.replace(/^api-/, '')}`,
      'Company ID': connectwise.company,
      'Public Key': connectwise.publicKey,
      'Private Key': connectwise.secret,
      'Client ID': connectwise.clientId,
    },
    sentence: `Connected to ConnectWise (${connectwise.site})`,
    defaults: [
      ['Board', 'Alerts'],
      ['Status', 'New Alert'],
    ],
    titleOf: (ticket) => ticket.title ?? ticket.summary,
  },
  {
    plugin: 'halopsa',
    name: 'HaloPSA',
    sandbox: halopsa,
    credentials: {
      'Tenant URL': `https://${halopsa.site}`,
      'Client ID': halopsa.clientId,
      'Client secret': halopsa.secret,
    },
    sentence: `Connected to ${halopsa.site} (6 clients visible).`,
    defaults: [
      ['Ticket type', 'Incident'],
      ['Priority', 'Medium'],
    ],
    titleOf: (ticket) => ticket.title ?? ticket.summary,
  },
];

/** Fills in the credentials of `psa`, some of them in another way. */
export async function paste(page, psa, instead = {}) {
  for (const [label, value] of Object.entries({ ...psa.credentials, ...instead }))
    await page.getByLabel(label, { exact: false }).fill(value);
}
