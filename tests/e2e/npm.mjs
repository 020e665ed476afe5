// Installs packages from the registry, a set once, into folders whose apps then find them as Node looks for modules.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const running = new Set();

/** Ends every command that still runs. */
export function end() {
  for (const child of running) child.kill();
}

/** Runs a command to its end; a minute or two is enough for all of them. */
export function run(command, options, { cwd, environment, timeout = 180_000 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, options, { cwd, env: environment ?? process.env, stdio: ['ignore', 'pipe', 'pipe'], timeout });
    running.add(child);
    let [output, errors] = ['', ''];
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (errors += text));
    child.on('error', reject);
    child.on('close', (status) => {
      running.delete(child);
      resolve({ status, output, errors });
    });
  });
}

const OPTIONS = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock', '--loglevel=error', '--fetch-retries=1'];

/** What npm says of a package that the registry does not have. */
const ABSENT = ['E404', 'ETARGET'];

/**
 * Installs sets of packages below a folder, one after the other. Returns a promise for each, of the reason why it could not
 * be had; where the registry is out of reach it is not asked again.
 */
export function install(folder, sets) {
  const promises = new Map();
  let last = Promise.resolve();
  for (const [name, dependencies] of Object.entries(sets)) {
    last = last.then((reason) => (reason && !ABSENT.includes(reason) ? reason : installSet(join(folder, name), dependencies)));
    promises.set(name, last);
  }
  return promises;
}

async function installSet(place, dependencies) {
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'package.json'), JSON.stringify({ private: true, dependencies }));
  const { status, errors } = await run('npm', OPTIONS, { cwd: place });
  return status === 0 ? undefined : (errors.match(/npm error code (\w+)/)?.[1] ?? `npm ended with ${status}`);
}
