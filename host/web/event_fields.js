// What conditions and templates can use of an event, and which values the last events had.

import { get } from './api.js';
import { eventKinds, severities } from './matchers.js';

const eventsAtOnce = 200;

/** Names in conditions, as [name, label]; any other name is a label of the event. */
export const conditionFields = [
  ['severity', 'Severity'],
  ['title', 'Title'],
  ['text', 'Text'],
  ['source', 'Source'],
  ['customer', 'Customer'],
  ['device', 'Device'],
  ['kind', 'Kind of event'],
  ['repeats', 'Number of reports so far'],
  ['severityText', 'Severity as the sender writes it'],
  ['customer.id', 'Customer id'],
  ['customer.name', 'Customer name'],
  ['device.id', 'Device id'],
  ['device.name', 'Device name'],
  ['device.address', 'Device address'],
  ['key', 'Key of the problem'],
  ['group', 'Group'],
  ['left', 'Number of parts that were not shown'],
];

/** Names in templates, as [name, label]; labels are {{labels.NAME}}. */
export const templateFields = [
  ['title', 'Title'],
  ['text', 'Text'],
  ['severity', 'Severity'],
  ['severityText', 'Severity as the sender writes it'],
  ['customer.name', 'Customer name'],
  ['customer.id', 'Customer id'],
  ['companyName', 'Company in the PSA'],
  ['device.name', 'Device name'],
  ['device.address', 'Device address'],
  ['device.id', 'Device id'],
  ['startedAt', 'Start of the problem'],
  ['at', 'Time of the event'],
  ['source', 'Source'],
  ['key', 'Key of the problem'],
  ['episode.count', 'Events of this problem so far'],
];

/**
 * What the last events had: {labels, valuesOf}; `labels`: their names; valuesOf(field): values to suggest, and whether there
 * are no others.
 */
export async function loadSeen(sources, signal) {
  const { events } = await get('/v1/events', { query: { limit: eventsAtOnce }, signal });
  return seenIn(events, sources);
}

function seenIn(events, sources) {
  const values = new Map();
  const labels = new Set();
  const note = (name, value) => value && values.set(name, (values.get(name) ?? new Set()).add(String(value)));
  for (const event of events.map((each) => each.event ?? each)) {
    for (const [name, value] of Object.entries(event.labels ?? {})) {
      labels.add(name);
      note(`labels.${name}`, value);
    }
    const { customer, device } = event;
    note('customer', customer?.name ?? customer?.id);
    note('customer.id', customer?.id);
    note('customer.name', customer?.name);
    note('device', device?.name ?? device?.id);
    note('device.id', device?.id);
    note('device.name', device?.name);
    note('device.address', device?.address);
    for (const name of ['severityText', 'title', 'key', 'group']) note(name, event[name]);
  }
  const closed = { severity: severities, kind: eventKinds, source: sources };
  return {
    labels: [...labels].sort(),
    valuesOf: (name) =>
      closed[name] ? { values: closed[name], isClosed: true } : { values: [...(values.get(name) ?? [])].sort(), isClosed: false },
  };
}
