// An app of the table: copied, checked by `connect-lint check`, started and asked by `connect-lint probe`.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { run } from './npm.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const project = resolve(here, '../..');
const PRELOAD = join(here, 'preload.cjs');

/** Copies an app of the table into a folder, with its lines replaced. */
export function copy(row, folder) {
  mkdirSync(folder, { recursive: true });
  for (const source of [row.app].flat()) cpSync(join(project, source), folder, { recursive: true });
  for (const [file, before, after] of row.instead ?? []) {
    const path = join(folder, file);
    const parts = readFileSync(path, 'utf8').split(before);
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${before}`);
    writeFileSync(path, parts.join(after));
  }
}

/** The rules that `check` reports, with their severities. */
export async function check(connectLint, folder) {
  const options = ['check', '--no-baseline', '--format', 'json', '.'];
  const { status, output, errors } = await run(connectLint, options, { cwd: folder });
  if (status > 1) throw new Error(`check ended with ${status}: ${errors}`);
  return rules(JSON.parse(output).findings);
}

/** What `probe` reports, and what was sent and answered. */
export async function probe(connectLint, row, folder) {
  // what ACE asks for, and no app of the table has
  if (!existsSync(join(folder, 'config.json'))) cpSync(join(here, 'app/config.json'), join(folder, 'config.json'));
  const descriptor = find(folder, 'atlassian-connect.json');
  const baseUrl = JSON.parse(readFileSync(descriptor, 'utf8')).baseUrl;
  const base = `http://127.0.0.1:${await freePort()}`;
  const [transcript, report] = [`${folder}.ndjson`, `${folder}.json`];
  const command = `env ${row.environment ?? ''} node ${row.preload ? `--require ${PRELOAD} ` : ''}${row.start ?? 'app.js'}`;
  // an app that an error ends is started again, as supervisors do
  const start = row.ends ? `while :; do ${command}; done` : `exec ${command}`;
  // an app that never answers keeps nobody for long
  const files = ['--timeout', '4', '--descriptor', descriptor, '--transcript', transcript, '--output', `json=${report}`];
  const environment = {
    PATH: process.env.PATH,
    HOME: folder,
    NODE_ENV: 'development',
    APP_BASE_URL: baseUrl.startsWith('https:') ? baseUrl : base,
  };
  const { status, output, errors } = await run(connectLint, ['probe', base, '--start', start, ...files], { cwd: folder, environment });
  if (status !== 0 && status !== 1) throw new Error(`probe ended with ${status}: ${errors}`);
  const lines = readFileSync(transcript, 'utf8').trim().split('\n');
  const { findings } = JSON.parse(readFileSync(report, 'utf8'));
  return { status, said: output, rules: rules(findings), exchanges: lines.map((line) => JSON.parse(line)) };
}

/** Severities by rules; the gravest where a rule has several. */
function rules(findings) {
  const weight = ['note', 'warning', 'error'];
  const found = new Map();
  for (const { rule, severity } of findings) {
    if (weight.indexOf(severity) > weight.indexOf(found.get(rule))) found.set(rule, severity);
  }
  return found;
}

/** The first file of a name, in this folder or below it. */
function find(folder, name) {
  const entries = readdirSync(folder, { withFileTypes: true });
  if (entries.some((entry) => entry.name === name)) return join(folder, name);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => find(join(folder, entry.name), name)).find(Boolean);
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
