// Sends a test ticket: a real ticket that says that it is a test.

import { change, get, newKey, segment } from './api.js';
import { createChoiceField } from './choice_field.js';
import { actionButton, el, facts, focusOn, outsideLink, runOnce } from './dom.js';
import { dryRunOutcome } from './dry_run_outcome.js';
import { createLabelled } from './form.js';
import { notice, problemBox, resultArea } from './notices.js';
import { stateOf, waitText } from './ticket_states.js';

const patience = 30; // seconds

/** The panel: asks for a company if the ticket defaults have none, sends the ticket, and shows the result. */
export function testTicketPanel({ descriptor, connection, choices, goTo }) {
  const company = companyField(descriptor, connection, choices);
  const result = resultArea();
  const send = el('button', { class: 'button primary' }, 'Send test ticket');
  const state = { descriptor, connection, company, result, goTo, key: newKey('test') };
  const element = el(
    'form',
    { novalidate: true, autocomplete: 'off' },
    el('h3', { 'data-focus': true }, 'Send test ticket'),
    el(
      'p',
      { class: 'lead' },
      `Creates a real ticket in ${descriptor.name} with the ticket defaults. Its title says that it is a test from psa-host and can be deleted.`,
    ),
    company.element,
    el(
      'div',
      { class: 'actions' },
      send,
      actionButton('Show what would be sent', () => showRequest(state), { busy: 'Asking…' }),
      actionButton('Close', async () => goTo(), { kind: 'quiet' }),
    ),
    result.element,
  );
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    runOnce(send, 'Sending…', () => sendTicket(state));
  });
  return element;
}

function companyField(descriptor, connection, choices) {
  const field = descriptor.ticketDefaults?.properties?.company;
  const isSet = Boolean(connection.ticketDefaults.company);
  const choice = createChoiceField({
    id: 'test-company',
    value: '',
    blankLabel: isSet ? 'the default company' : '',
    load: field?.choices
      ? (request) => choices(field.choices, request)
      : () => Promise.reject(new Error('This plugin lists no companies.')),
  });
  const labelled = createLabelled({
    label: 'Company',
    id: 'test-company',
    control: choice.element,
    required: !isSet,
    help: isSet
      ? 'Customer of the ticket. Blank: the company of the ticket defaults.'
      : 'Customer of the ticket: preferably your own company.',
  });
  labelled.target.addEventListener('change', () => labelled.showError(null));
  return { ...labelled, value: choice.value, isNeeded: !isSet };
}

/** False, with an error beside the field, if a company must be chosen first. */
function hasCompany({ company, result }) {
  company.showError(null);
  result.clear();
  if (!company.isNeeded || company.value()) return true;
  company.showError({ message: 'Choose the company for the ticket.' });
  focusOn(company.target);
  return false;
}

/** Shows what the PSA would get: reads are done, the creating request is withheld. */
async function showRequest(state) {
  if (!hasCompany(state)) return;
  try {
    const answer = await change('POST', '/v1/tickets', ticketOf(state), { query: { dryRun: 'true' } });
    state.result.show(dryRunOutcome(answer));
  } catch (error) {
    showProblem(state, error);
  }
}

/** Sends the same key until there is a response: however often the button is clicked, there is one ticket. */
async function sendTicket(state) {
  if (!hasCompany(state)) return;
  try {
    const accepted = await change('POST', '/v1/tickets', ticketOf(state), {
      headers: { 'Idempotency-Key': state.key, Prefer: `wait=${patience}` },
    });
    state.key = newKey('test');
    state.result.show(outcome(state.descriptor, await withNumber(accepted)));
  } catch (error) {
    if (error.status >= 400 && error.status < 500) state.key = newKey('test');
    showProblem(state, error);
  }
}

/** Its current state; this also reads its number from the PSA. The ticket is accepted, even if this fails. */
async function withNumber(accepted) {
  try {
    return await get(`/v1/tickets/${segment(accepted.id)}`);
  } catch {
    return accepted;
  }
}

function showProblem(state, error) {
  const { company, result, goTo } = state;
  if (error.errors?.some(({ pointer }) => pointer === '/company')) company.showError({ message: error.message });
  result.show(
    problemBox(error, {
      next: mendsDefaults(state, error) && actionButton('Open ticket defaults', async () => goTo('defaults')),
    }),
  );
}

/** True if a field that the ticket lacks is one of the ticket defaults. */
const mendsDefaults = ({ descriptor }, error) =>
  error.fieldErrors?.().some(({ field }) => field in (descriptor.ticketDefaults?.properties ?? {}));

function ticketOf({ connection, company }) {
  const ticket = {
    connection: connection.name,
    title: 'Test ticket from psa-host, please delete',
    description: 'psa-host sent this ticket to show that the connection works. Nothing is wrong; it can be deleted.',
  };
  return company.value() ? { ...ticket, company: company.value() } : ticket;
}

function outcome(descriptor, ticket) {
  const { label, tone, meaning } = stateOf(ticket.state);
  const psa = ticket.psaTicket;
  const title = psa ? `Ticket ${psa.number ?? psa.id} was created in ${descriptor.name}` : `${label}: ${waitText(ticket) || meaning}`;
  return notice(
    tone === 'quiet' ? 'info' : tone,
    title,
    !psa && ticket.reason && el('p', {}, ticket.reason),
    (ticket.warnings ?? []).map((warning) => el('p', {}, warning)),
    facts([
      [descriptor.name, psa && outsideLink(psa.url, psa.number ?? psa.id)],
      ['psa-host', el('a', { href: `#/tickets/${ticket.id}` }, `Ticket ${ticket.id}`)],
    ]),
  );
}
