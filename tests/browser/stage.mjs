// Starts both simulators and a psa-host of its own, and runs the tests of the page against them.
// node stage.mjs PSA_HOST PSA_SANDBOX PLUGIN...
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { runSandbox } from './run_sandbox.mjs';

const [, , psaHost, psaSandbox, ...plugins] = process.argv;

await runSandbox(psaSandbox, 'autotask', [], (autotask) =>
  runSandbox(psaSandbox, 'connectwise', [], (connectwise) =>
    withHost({ autotask, connectwise }, (host) => {
      const env = {
        ...process.env,
        PSA_URL: host.url,
        PSA_TOKEN: host.token,
        PSA_SANDBOX_AUTOTASK: JSON.stringify(autotask),
        PSA_SANDBOX_CONNECTWISE: JSON.stringify(connectwise),
      };
      return ended(spawn(process.execPath, ['--test', 'page_test.mjs'], { stdio: 'inherit', env })).then((code) => {
        process.exitCode = code;
      });
    }),
  ),
);

/** A psa-host with the plugins and nothing else; gives its address and its first token to `use`. */
async function withHost(sandboxes, use) {
  const folder = mkdtempSync(join(tmpdir(), 'psa-browser-'));
  const config = join(folder, 'psa-host.toml');
  prepare(folder, config, sandboxes);
  const keys = spawnSync(psaHost, ['keys', 'generate', join(folder, 'master.key')], { encoding: 'utf8' });
  assert.equal(keys.status, 0, keys.stderr);
  const host = spawn(psaHost, ['--config', config, 'serve'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const end = ended(host);
  try {
    await use(await readiness(host, end));
  } finally {
    host.kill('SIGTERM');
    await end;
    rmSync(folder, { recursive: true });
  }
}

function prepare(folder, config, { autotask, connectwise }) {
  mkdirSync(join(folder, 'plugins'));
  for (const plugin of plugins) {
    const copy = join(folder, 'plugins', basename(plugin));
    copyFileSync(plugin, copy);
    chmodSync(copy, 0o755);
  }
  writeFileSync(join(folder, 'ca.pem'), readFileSync(autotask.ca, 'utf8') + readFileSync(connectwise.ca, 'utf8'));
  const leads = {
    'webservices.autotask.net': autotask.port,
    [`webservices${autotask.zone}.autotask.net`]: autotask.port,
    [connectwise.site]: connectwise.port,
    [connectwise.site.replace(/^api-/, '')]: connectwise.port,
  };
  writeFileSync(
    config,
    `
[plugins]
folders = ["${folder}/plugins"]
[store]
folder = "${folder}/state"
[secrets]
master_key_file = "${folder}/master.key"
[serve]
listen = "127.0.0.1:0"
[egress]
ca_file = "${folder}/ca.pem"
[egress.connect_to]
${Object.entries(leads)
  .map(([name, port]) => `"${name}:443" = "127.0.0.1:${port}"`)
  .join('\n')}
`,
  );
}

/** Its address and its first token, as it prints them once it serves. */
async function readiness(host, end) {
  let text = '';
  for (const stream of [host.stdout, host.stderr])
    stream.on('data', (data) => {
      text += data;
    });
  for (;;) {
    const url = /the admin page, at (https?:\/\/\S+)/.exec(text)?.[1];
    const token = /\n {2}(\S+)\n/.exec(text)?.[1];
    if (url && token) return { url, token };
    const code = await Promise.race([
      end,
      new Promise((resolve) => {
        setTimeout(resolve, 50, null);
      }),
    ]);
    assert.equal(code, null, `psa-host ended at once: ${text}`);
  }
}

function ended(child) {
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? signal));
  });
}
