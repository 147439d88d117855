// Starts psa-sandbox and uses an independent public client of ConnectWise PSA against it, unchanged.
// node connectwise_client.mjs PSA_SANDBOX
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { runSandbox, secretOf } from './run_sandbox.mjs';

const { ManageAPI } = createRequire(import.meta.url)('connectwise-rest');

// The client uses only HTTPS, and node reads the trusted CA at start: so the calls run in a separate process, which
// gets the sandbox's output as an additional argument.
const [, script, program, said] = process.argv;
if (!said) {
  await runSandbox(program, 'connectwise', [], async (ready) => {
    const calls = spawnSync(process.execPath, [script, program, JSON.stringify(ready)],
      { stdio: 'inherit', env: { ...process.env, NODE_EXTRA_CA_CERTS: ready.ca } });
    assert.equal(calls.status, 0, 'the calls succeed');
  });
  console.log('The npm client works against the sandbox.');
} else {
  await useIt(JSON.parse(said));
}

async function useIt(ready) {
  const options = { companyId: ready.company, companyUrl: `localhost:${ready.port}`, publicKey: ready.publicKey,
    privateKey: secretOf(ready), clientId: ready.clientId, logger: () => {} };
  const api = new ManageAPI(options);
  const info = await api.SystemAPI.getSystemInfo();
  assert.match(info.version, /^v2025\.1\./);
  assert.equal(info.isCloud, true);

  const boards = await api.ServiceAPI.getServiceInfoBoards({ conditions: 'inactiveFlag=false and projectFlag=false' });
  assert.deepEqual(boards.map((board) => board.name), ['Help Desk', 'Alerts', 'Field Service']);
  const statuses = await api.ServiceAPI.getServiceBoardsByParentIdStatuses(boards[1].id, { orderBy: 'sortOrder desc' });
  assert.equal(statuses[0].name, 'Closed');

  const created = await api.ServiceAPI.postServiceTickets({ summary: 'From the npm client', board: { name: 'Alerts' },
    company: { identifier: 'AcmeDental' }, externalXRef: 'npm-1', initialDescription: 'Größe: 5 µm' });
  assert.equal(created.status.name, 'New Alert');
  assert.equal(created.company.name, 'Acme Dental');

  const found = await api.ServiceAPI.getServiceTickets({ conditions: 'externalXRef="npm-1"', fields: 'id,summary' });
  assert.deepEqual(found, [{ id: created.id, summary: 'From the npm client' }]);
  assert.deepEqual(await api.ServiceAPI.getServiceTicketsCount({ conditions: 'id>0' }), { count: 1 });
  const [note] = await api.ServiceAPI.getServiceTicketsByParentIdNotes(created.id);
  assert.equal(note.text, 'Größe: 5 µm');
  const patched = await api.ServiceAPI.patchServiceTicketsById(created.id,
    [{ op: 'replace', path: 'status', value: { name: 'Closed' } }]);
  assert.equal(patched.closedFlag, true);
  const companies = await api.paginate(api.CompanyAPI.getCompanyCompanies, { pageSize: 2 }, { fields: 'id' });
  assert.equal(companies.length, 7);

  await assert.rejects(api.ServiceAPI.postServiceTickets({ summary: 'x'.repeat(101), company: { id: 19 } }),
    (error) => error.status === 400 && error.data.errors[0].code === 'MaxLengthField');
  const stranger = new ManageAPI({ ...options, privateKey: 'wrong' });
  await assert.rejects(stranger.SystemAPI.getSystemInfo(), (error) => error.status === 401);
  const unregistered = new ManageAPI({ ...options, clientId: '11111111-1111-1111-1111-111111111111' });
  await assert.rejects(unregistered.SystemAPI.getSystemInfo(), (error) => error.status === 400 && /clientId/.test(error.data));
}
