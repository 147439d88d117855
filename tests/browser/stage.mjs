// Starts a simulator of each PSA and a new psa-host, and runs the tests of the page with them. node stage.mjs PSA_HOST
// PSA_SANDBOX PLUGIN...
import { spawn } from 'node:child_process';
import { ended, withFolder, withHost, withSandboxes } from './host.mjs';

const [, , program, psaSandbox, ...plugins] = process.argv;

await withSandboxes(psaSandbox, (sandboxes) =>
  withFolder((folder) =>
    withHost({ program, folder, plugins, sandboxes }, async ({ url, token }) => {
      const env = {
        ...process.env,
        PSA_URL: url,
        PSA_TOKEN: token,
        PSA_SANDBOX_AUTOTASK: JSON.stringify(sandboxes.autotask),
        PSA_SANDBOX_CONNECTWISE: JSON.stringify(sandboxes.connectwise),
        PSA_SANDBOX_HALOPSA: JSON.stringify(sandboxes.halopsa),
      };
      process.exitCode = await ended(spawn(process.execPath, ['--test', 'page_test.mjs'], { stdio: 'inherit', env }));
    }),
  ),
);
