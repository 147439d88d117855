import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Starts `program psa ...options`, passes the contents of its ready file to `use`, and checks that SIGTERM ends it
// cleanly.
export async function runSandbox(program, psa, options, use) {
  const folder = mkdtempSync(join(tmpdir(), 'psa-npm-'));
  const ready = join(folder, 'ready.json');
  const sandbox = spawn(program, [psa, ...options, '--port', '0', '--state-dir', folder, '--ready-file', ready],
    { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => sandbox.on('exit', (code, signal) => resolve({ code, signal })));
  sandbox.stdout.resume();
  try {
    await use(await listening(ready, ended));
  } finally {
    sandbox.kill('SIGTERM');
  }
  assert.deepEqual(await ended, { code: 0, signal: null }, 'SIGTERM ends the sandbox cleanly');
  rmSync(folder, { recursive: true });
}

export const secretOf = ({ secretFile }) => readFileSync(secretFile, 'utf8').trim();

async function listening(ready, ended) {
  for (;;) {
    try { return JSON.parse(readFileSync(ready, 'utf8')); } catch (error) { if (error.code !== 'ENOENT') throw error; }
    const end = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 20))]);
    if (end) throw new Error(`the sandbox ended at once: ${JSON.stringify(end)}`);
  }
}
