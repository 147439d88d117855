// A psa-host for the test, with a simulator of each PSA behind it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { runSandbox } from './run_sandbox.mjs';

/** The PSAs that have a simulator, and the host names that are redirected to it, given what its ready file says. */
const hostNames = {
  autotask: ({ zone }) => ['webservices.autotask.net', `webservices${zone}.autotask.net`],
  connectwise: ({ site }) => [site, site.replace(/^api-/, '')],
  halopsa: ({ site }) => [site],
};

/** Starts every simulator and gives what their ready files say, by PSA, to `use`. */
export const withSandboxes = (program, use, [psa, ...others] = Object.keys(hostNames), started = {}) =>
  psa
    ? runSandbox(program, psa, [], (ready) => withSandboxes(program, use, others, { ...started, [psa]: ready }))
    : use(started);

/** An empty folder, removed at the end. */
export async function withFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), 'psa-node-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Serves out of `folder`, which may have what an earlier one left, and gives {url, token} to `use`.
 * @param {{program: string, folder: string, plugins: string[], sandboxes: object, masterKey?: boolean, token?: string,
 *   database?: string}} host  `token`: the one that the first psa-host of the folder or the database has printed; `database`:
 *   a URI
 */
export async function withHost({ program, folder, plugins, sandboxes, masterKey = true, token, database }, use) {
  const config = join(folder, 'psa-host.toml');
  rmSync(join(folder, 'plugins'), { recursive: true, force: true });
  mkdirSync(join(folder, 'plugins'));
  for (const plugin of plugins) {
    const copy = join(folder, 'plugins', basename(plugin));
    copyFileSync(plugin, copy);
    chmodSync(copy, 0o755);
  }
  const key = join(folder, 'master.key');
  if (masterKey && !existsSync(key)) {
    const { status, stderr } = spawnSync(program, ['keys', 'generate', key], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  }
  writeFileSync(config, configuration(folder, masterKey ? key : null, sandboxes, database));
  const host = spawn(program, ['--config', config, 'serve'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const end = ended(host);
  try {
    return await use(await readiness(host, end, token));
  } finally {
    host.kill('SIGTERM');
    await end;
  }
}

function configuration(folder, key, sandboxes, database) {
  const ca = join(folder, 'ca.pem');
  const all = Object.entries(sandboxes);
  writeFileSync(ca, all.map(([, ready]) => readFileSync(ready.ca, 'utf8')).join(''));
  const leads = all.flatMap(([psa, ready]) => hostNames[psa](ready).map((name) => [name, ready.port]));
  return `
[plugins]
folders = ["${folder}/plugins"]
[store]
folder = "${folder}/state"
${database ? `postgres = "${database}"` : ''}
${key ? `[secrets]\nmaster_key_file = "${key}"` : ''}
[serve]
listen = "127.0.0.1:0"
drain_seconds = 0
[egress]
ca_file = "${ca}"
[egress.connect_to]
${leads
  .map(([name, port]) => `"${name}:443" = "127.0.0.1:${port}"`)
  .join('\n')}
`;
}

/** Two hosts that share a database; gives {url, token, other: {url}} to `use`. */
export const withTwoHosts = ({ database, ...host }, use) =>
  withFolder((folder) =>
    withHost({ ...host, folder, database }, (one) =>
      withFolder((otherFolder) => {
        copyFileSync(join(folder, 'master.key'), join(otherFolder, 'master.key'));
        return withHost({ ...host, folder: otherFolder, database, token: one.token }, (other) => use({ ...one, other }));
      }),
    ),
  );

/** Its address and its first token, as it prints them once it serves. */
async function readiness(host, end, known) {
  let text = '';
  for (const stream of [host.stdout, host.stderr])
    stream.on('data', (data) => {
      text += data;
    });
  for (;;) {
    const url = /the admin page, at (https?:\/\/\S+)/.exec(text)?.[1].replace(/\/$/, '');
    const token = known ?? /\n {2}(\S+)\n/.exec(text)?.[1];
    if (url && token) return { url, token };
    const code = await Promise.race([
      end,
      new Promise((resolve) => {
        setTimeout(resolve, 20, null);
      }),
    ]);
    assert.equal(code, null, `psa-host ended at once: ${text}`);
  }
}

/** The exit code of `child`, or the signal that ended it, when it has ended. */
export const ended = (child) =>
  new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? signal));
  });
