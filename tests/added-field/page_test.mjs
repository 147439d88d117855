// Which fields the admin page shows if the schema of ticket requests has one more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canBeTemplate, isCommon, ticketFields } from './ticket_fields.js';

const field = (title, more = {}) => ({ type: 'string', title, description: '', ...more });
const fields = ticketFields({
  ticketDefaults: { properties: { queue: field('Board', { order: 1 }), company: field('Default company', { order: 2 }) } },
  ticketFields: { properties: { source: field('Source', { order: 1 }), queue: field('Board of the ticket', { order: 2 }) } },
});

test('a field added to the schema is a field of every ticket, not of one PSA', () => {
  assert.equal(fields.visitTime.title, 'Time of the visit');
  assert.ok(isCommon('visitTime'));
  assert.ok(!isCommon('source'));
});

test('fields are shown in the order of the schema, with those of one PSA at the end', () => {
  const names = Object.keys(fields);
  assert.deepEqual([names[0], ...names.slice(-2)], ['title', 'visitTime', 'source']);
  assert.deepEqual(
    Object.values(fields).map(({ order }) => order),
    names.map((_, i) => i),
  );
});

test('a field has the title of the PSA, but a default company is the company of a ticket', () => {
  assert.equal(fields.queue.title, 'Board');
  assert.equal(fields.company.title, 'Company');
  assert.equal(fields.contact.title, 'Contact');
});

test('a rule can set an added field, but not a date', () => {
  const possible = Object.keys(fields).filter((name) => canBeTemplate(name, fields[name]));
  assert.ok(possible.includes('visitTime'));
  assert.ok(!possible.includes('dueAt'));
  assert.ok(!possible.includes('key'));
});
