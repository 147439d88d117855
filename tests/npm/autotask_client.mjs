// Starts psa-sandbox and uses an independent public client of Autotask against it, unchanged.
// node autotask_client.mjs PSA_SANDBOX
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { runSandbox, secretOf } from './run_sandbox.mjs';

const { AutotaskRestApi } = createRequire(import.meta.url)('@apigrate/autotask-restapi');

await runSandbox(process.argv[2], 'autotask', ['--http'], async (ready) => {
  const { port, user, integrationCode } = ready;
  const options = { base_url: `http://127.0.0.1:${port}/ATServicesRest/` };
  const api = new AutotaskRestApi(user, secretOf(ready), integrationCode, options);

  const created = await api.Tickets.create({ companyID: 174, title: 'From the npm client', status: 1, priority: 2,
    description: 'Größe: 5 µm', externalID: 'npm-1' });
  assert.equal(typeof created.itemId, 'number');
  assert.equal(api.zoneInfo.url, options.base_url, 'the zone answer names the sandbox itself');

  const { item } = await api.Tickets.get(created.itemId);
  assert.match(item.ticketNumber, /^T\d{8}\.\d{4}$/);
  assert.equal(item.description, 'Größe: 5 µm');

  const found = await api.Tickets.query({ filter: [{ op: 'eq', field: 'externalID', value: 'npm-1' }] });
  assert.deepEqual(found.items.map((ticket) => ticket.id), [created.itemId]);
  const counted = await api.Tickets.count({ filter: [{ op: 'gte', field: 'id', value: 0 }] });
  assert.equal(counted.queryCount, 1);

  const note = await api.TicketNotes.create(created.itemId, { title: 'A note', description: 'Text', noteType: 1, publish: 1 });
  assert.equal(typeof note.itemId, 'number');
  const { fields } = await api.Tickets.fieldInfo();
  const priority = fields.find((field) => field.name === 'priority');
  assert.ok(priority.picklistValues.some((value) => value.value === '1' && value.label === 'High'));

  await assert.rejects(api.Tickets.create({ companyID: 174, status: 1, priority: 2 }), (error) => error.status === 500);
  const stranger = new AutotaskRestApi(user, 'wrong', integrationCode, options);
  await assert.rejects(stranger.Tickets.get(created.itemId), (error) => error.status === 401);
});
console.log('The npm client works against the sandbox.');
