// Shows on real atlassian-connect-express what `connect-lint fix` mends: node tests/e2e/run.mjs PATH_OF_CONNECT_LINT
// Exits with 0 and says so where the registry is out of reach.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Host } from './host.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const connectLint = resolve(process.argv[2] ?? 'target/debug/connect-lint');

/** What is sent, and what an app has to answer before and after: 2 for accepted, 4 for refused. */
const REQUESTS = [
  ['installed', 'RS256', 'any', 2],
  ['installed', 'unsigned', 2, 4],
  ['installed', 'HS256', 2, 4],
  ['installed', 'foreign key', 'any', 4],
  ['installed', 'another tenant', 'any', 4],
  ['installed', 'another audience', 'any', 4],
  ['uninstalled', 'RS256', 4, 2],
  ['uninstalled', 'HS256', 2, 4],
  ['uninstalled', 'unsigned', 4, 4],
  ['uninstalled', 'foreign key', 4, 4],
];

const run = (command, options, cwd) => spawnSync(command, options, { cwd, encoding: 'utf8', timeout: 300_000 });

/** Installs what the app asks for; false where there is no registry. */
function install(app) {
  const npm = run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock'], app);
  return npm.status === 0;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts the app, sends every request, and returns the first digit of each answer. */
async function answers(app, host, keys) {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const environment = {
    PATH: process.env.PATH,
    NODE_ENV: 'development',
    PORT: String(port),
    AC_LOCAL_BASE_URL: base,
    AC_OPTS: 'no-reg',
    CONNECT_KEYS_CDN_URL: keys,
  };
  const server = spawn(process.execPath, ['app.js'], { cwd: app, env: environment, stdio: 'ignore' });
  try {
    await listening(base, server);
    const seen = [];
    for (const [event, kind] of REQUESTS) {
      const tenant = host.tenant();
      if (event === 'uninstalled') await known(base, host, tenant);
      const status = await host.send(base, event, tenant, kind);
      const stored = (await fetch(`${base}/tenants/${tenant.clientKey}`)).status === 200;
      seen.push({ class: Math.floor(status / 100), status, stored });
    }
    return seen;
  } finally {
    server.kill('SIGKILL');
  }
}

/** Makes a tenant known, in whichever way the app takes. */
async function known(base, host, tenant) {
  for (const kind of ['RS256', 'unsigned']) {
    if ((await host.send(base, 'installed', tenant, kind)) < 300) return;
  }
  throw new Error('no installation is accepted');
}

async function listening(base, server) {
  for (let round = 0; round < 300; round += 1) {
    if (server.exitCode !== null) throw new Error(`the app ended with ${server.exitCode}`);
    const answer = await fetch(`${base}/tenants/none`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the app does not listen');
}

function judge(state, seen, column) {
  let wrong = 0;
  for (const [index, [event, kind, ...expected]] of REQUESTS.entries()) {
    const { class: digit, status, stored } = seen[index];
    const want = expected[column];
    const right = want === 'any' || digit === want || (want === 4 && digit === 5);
    const holds = stored === ((event === 'installed') === (digit === 2)); // accepted, it is stored, or removed
    if (!right || !holds) wrong += 1;
    const mark = right && holds ? 'ok' : 'WRONG';
    console.log(`${state.padEnd(6)} ${event.padEnd(12)} ${kind.padEnd(17)} ${status} ${stored ? 'stored' : '      '} ${mark}`);
  }
  return wrong;
}

/** Installs, asks, mends, installs again and asks again; returns how many answers are wrong. */
async function compare(app, host) {
  cpSync(join(here, 'app'), app, { recursive: true });
  if (!install(app)) {
    console.log('skipped: the npm registry is out of reach');
    return 0;
  }
  const keys = await host.start();
  const before = judge('before', await answers(app, host, keys), 0);
  const fix = run(connectLint, ['fix', '--quiet', '.'], app);
  if (fix.status !== 0) throw new Error(`fix leaves something (${fix.status}): ${fix.stdout}${fix.stderr}`);
  if (!install(app)) throw new Error('the release that fix asks for cannot be installed');
  const wrong = before + judge('after', await answers(app, host, keys), 1);
  console.log(wrong === 0 ? 'only RS256 passes after the fix' : `${wrong} answers are not as they should be`);
  return wrong;
}

const app = mkdtempSync(join(tmpdir(), 'connect-lint-e2e-'));
const host = new Host();
try {
  process.exitCode = (await compare(app, host)) === 0 ? 0 : 1;
} finally {
  host.stop();
  rmSync(app, { recursive: true, force: true });
}
