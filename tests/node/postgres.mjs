// A PostgreSQL server of the test's own, on a socket, as a user other than root.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const installed = '/usr/lib/postgresql';

/** The folder of the newest version's programs; undefined = it is not installed. */
const programs = () =>
  existsSync(installed)
    ? readdirSync(installed)
        .sort((one, other) => Number(other) - Number(one))
        .map((version) => join(installed, version, 'bin'))
        .find((folder) => existsSync(join(folder, 'initdb')))
    : undefined;

export const hasPostgres = () => programs() !== undefined;

/** The servers' user, since PostgreSQL refuses to run as root; undefined = ours. */
function serverUser() {
  if (process.getuid() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  const [, , uid, gid] = ['postgres', 'nobody'].map((name) => users.find((line) => line.startsWith(`${name}:`))).find(Boolean).split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

function run(program, args, user) {
  const env = { ...process.env, LC_ALL: 'C', PGOPTIONS: '', PGDATA: '' };
  const { status, stdout, stderr, error } = spawnSync(join(programs(), program), args, {
    ...user,
    env,
    cwd: '/',
    encoding: 'utf8',
  });
  assert.equal(status, 0, `${program}: ${error ?? ''}${stdout}${stderr}`);
}

/** Gives the URI of an empty database to `use`; the server ends with it. */
export async function withPostgres(use) {
  const folder = mkdtempSync(join(tmpdir(), 'psa-pg-'));
  const user = serverUser();
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const control = (...args) => run('pg_ctl', ['--pgdata', data, '--wait', '--silent', ...args], user);
  try {
    run('initdb', ['--pgdata', data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'], user);
    writeFileSync(join(data, 'postgresql.auto.conf'), `listen_addresses = ''\nunix_socket_directories = '${folder}'\n`);
    control('start', `--log=${join(folder, 'log')}`);
    try {
      run('createdb', [`--host=${folder}`, '--username=postgres', 'psa']);
      return await use(`postgresql://postgres@/psa?host=${folder}`);
    } finally {
      control('stop', '--mode=immediate');
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
