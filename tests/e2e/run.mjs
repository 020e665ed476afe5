// Asks real apps, and compares with what is known: node tests/e2e/run.mjs PATH_OF_CONNECT_LINT [PART_OF_A_NAME]
//
// `apps.json` is the table of apps: what `check` says of their code, what `probe` says of their answers, and which of the
// two belong together. `ace.tsv` has the answers of atlassian-connect-express, cell by cell. Exits with 1 if anything is
// not as it says there. What needs packages that npm cannot have is skipped, and told as skipped.
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { compare, readAnswers } from './compare.mjs';
import { check, copy, probe } from './app.mjs';
import { end, install, run } from './npm.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const connectLint = resolve(process.argv[2] ?? 'target/debug/connect-lint');
const wanted = process.argv[3] ?? '';
const ACE = 'atlassian-connect-express';
const table = JSON.parse(readFileSync(join(here, 'apps.json'), 'utf8'));
const answers = readAnswers(readFileSync(join(here, 'ace.tsv'), 'utf8'));

/** Checks and asks an app as it is, and again as `fix` leaves it. Returns what is not as the table says. */
async function ask(row, place, folder) {
  copy(row, folder);
  const problems = await look(row, folder);
  if (!row.fixed || problems.length > 0) return problems;
  const fixed = { ...row, ...row.fixed };
  const { status, output, errors } = await run(connectLint, ['fix', '--quiet', '.'], { cwd: folder });
  if (status !== 0) throw new Error(`fix leaves something (${status}): ${output}${errors}`);
  const asked = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).dependencies[ACE];
  if (asked !== table.sets[fixed.set][ACE]) throw new Error(`fix asks for ${ACE} ${asked}, which is not in the table`);
  const moved = join(place, fixed.set, `${row.number}-fixed`);
  renameSync(folder, moved);
  return (await look(fixed, moved)).map((problem) => `after fix: ${problem}`);
}

async function look(row, folder) {
  const found = { check: await check(connectLint, folder), ...(await probe(connectLint, row, folder)) };
  return compare(row, found, answers);
}

async function work(rows, place, sets, results) {
  for (let row = rows.shift(); row; row = rows.shift()) {
    const reasons = await Promise.all([row.set, row.fixed?.set].map((set) => sets.get(set)));
    if (reasons.some(Boolean)) {
      results.skipped += 1;
      continue;
    }
    const begun = Date.now();
    const problems = await ask(row, place, join(place, row.set, String(row.number))).catch((error) => [error.message]);
    results.asked += 1;
    results.wrong += problems.length > 0 ? 1 : 0;
    const time = `${((Date.now() - begun) / 1000).toFixed(1)} s`;
    const lines = [`${problems.length > 0 ? 'WRONG' : 'ok   '} ${row.name} (${time})`, ...problems];
    console.log(lines.join('\n      '));
  }
}

const named = table.apps.map((row, number) => ({ name: row.app, ...row, number }));
const rows = named.filter(({ name }) => name.includes(wanted));
if (rows.length === 0) throw new Error(`no app of the table has ${wanted} in its name`);
const needed = new Set(rows.flatMap((row) => [row.set, row.fixed?.set]));
const sets = Object.fromEntries(Object.entries(table.sets).filter(([name]) => needed.has(name)));
const place = mkdtempSync(join(tmpdir(), 'connect-lint-e2e-'));
const results = { asked: 0, skipped: 0, wrong: 0 };
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    interrupted = true;
    rows.length = 0;
    end(); // a probe ends its app before it ends itself
  });
}
try {
  const installed = install(place, sets);
  for (const [set, reason] of installed) {
    reason.then((reason) => reason && console.log(`skipped what needs ${set}: npm says ${reason}`));
  }
  await Promise.all([1, 2].map(() => work(rows, place, installed, results)));
  console.log(`${results.asked} apps asked, ${results.wrong} not as they should be, ${results.skipped} skipped`);
  process.exitCode = results.wrong > 0 || interrupted ? 1 : 0;
} finally {
  rmSync(place, { recursive: true, force: true, maxRetries: 5 });
}
