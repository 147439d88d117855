// Starts a simulator of each PSA and a new psa-host, and runs the tests of the page with them; then those of the page of
// two hosts that share a database. node stage.mjs PSA_HOST PSA_SANDBOX PLUGIN... PSA_PAGE_TESTS names one of the files of
// tests, to run it alone.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { ended, withFolder, withHost, withSandboxes, withTwoHosts } from './host.mjs';
import { hasPostgres, withPostgres } from './postgres.mjs';

const [, , program, psaSandbox, ...plugins] = process.argv;
const files = [process.env.PSA_PAGE_TESTS || ['page_test.mjs', 'hosts_test.mjs']].flat();

const testPage = async (file, sandboxes, { url, token, other }) => {
  const env = {
    ...process.env,
    PSA_URL: url,
    PSA_TOKEN: token,
    PSA_OTHER_URL: other?.url ?? '',
    PSA_SANDBOX_AUTOTASK: JSON.stringify(sandboxes.autotask),
    PSA_SANDBOX_CONNECTWISE: JSON.stringify(sandboxes.connectwise),
    PSA_SANDBOX_HALOPSA: JSON.stringify(sandboxes.halopsa),
  };
  const code = await ended(spawn(process.execPath, ['--test', file], { stdio: 'inherit', env }));
  if (code !== 0) process.exitCode = code;
};

await withSandboxes(psaSandbox, async (sandboxes) => {
  const host = { program, plugins, sandboxes };
  if (files.includes('page_test.mjs'))
    await withFolder((folder) => withHost({ ...host, folder }, (one) => testPage('page_test.mjs', sandboxes, one)));
  if (!files.includes('hosts_test.mjs')) return;
  assert.ok(hasPostgres(), 'PostgreSQL is not installed: apt-get install postgresql');
  await withPostgres((database) =>
    withTwoHosts({ ...host, database }, (two) => testPage('hosts_test.mjs', sandboxes, two)),
  );
});
