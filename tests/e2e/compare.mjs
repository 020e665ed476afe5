// What was found, beside what the tables say.

/** The cells of the table of ACE's answers. */
export function readAnswers(text) {
  const [head, ...lines] = text.trim().split('\n').filter((line) => !line.startsWith('#')).map((line) => line.split('\t'));
  const releases = head.slice(2, -1);
  return lines.flatMap(([guard, request, ...cells]) =>
    releases.map((release, index) => {
      const [fresh, known] = (cells[index] ?? '').split('/');
      return { guard, release, request, fresh, known, said: cells[releases.length] ?? '' };
    }),
  );
}

/** Everything that is not as the tables say, in sentences. */
export function compare(row, found, answers) {
  const both = Object.entries(row.both ?? {});
  const shown = both.flatMap(([, rules]) => Object.entries(rules));
  return [
    ...same('check', found.check, [...both.map(([rule]) => rule), ...Object.keys(row.check ?? {})]),
    ...same('probe', found.rules, [...shown.map(([rule]) => rule), ...Object.keys(row.probe ?? {})]),
    ...shown.flatMap(([rule, requests]) => requests.filter((request) => !isWrong(request, found)).map((request) => `${rule} is not shown by ${request}`)),
    ...(row.says ?? ['all of them uninstalled again']).filter((words) => !found.said.includes(words)).map((words) => `probe does not say: ${words}`),
    ...(found.status === gate(found.rules) ? [] : [`probe ended with ${found.status}`]),
    ...Object.entries(row.answers ?? {}).flatMap(([event, guard]) => cells(row, event, guard, found.exchanges, answers)),
  ];
}

function same(command, rules, expected) {
  return [
    ...[...rules].filter(([rule]) => !expected.includes(rule)).map(([rule, severity]) => `${command} also says ${rule} (${severity})`),
    ...[...new Set(expected)].filter((rule) => !rules.has(rule)).map((rule) => `${command} does not say ${rule}`),
  ];
}

/** Whether a request, such as `installed unsigned`, was answered as no sound app does. */
function isWrong(request, { exchanges }) {
  const asked = exchanges.filter((exchange) => `${exchange.event} ${exchange.request}` === request);
  return asked.some(({ answer, sound }) => sound !== 'either' && answer !== sound);
}

/** The exit status that findings call for: notes pass. */
function gate(rules) {
  return [...rules.values()].some((severity) => severity !== 'note') ? 1 : 0;
}

/** The cells of ACE's answers that an app does not bear out, and answers without a cell. */
function cells(row, event, guard, exchanges, answers) {
  const release = row.set.replace('ace-', '');
  const column = answers.filter((cell) => cell.guard === guard && cell.release === release);
  const asked = exchanges.filter((exchange) => exchange.event === event && !exchange.request.includes('-then-'));
  const strays = asked.filter(({ request }) => !column.some((cell) => cell.request === request));
  return [
    ...strays.map(({ request, tenant }) => `${event}, ${request}, ${tenant} tenant: no cell for it`),
    ...column.flatMap((cell) => ['fresh', 'known'].flatMap((tenant) => judge(event, cell, tenant, asked))),
  ];
}

function judge(event, cell, tenant, asked) {
  const exchange = asked.find(({ request, tenant: of }) => request === cell.request && of === tenant);
  const seen = exchange ? `${exchange.status ?? 'none'}${exchange.unexpectedSymmetricHook ? '!' : ''}` : '-';
  const place = `${event}, ${cell.request}, ${tenant} tenant`;
  if (seen !== cell[tenant]) return [`${place}: ${seen}, not ${cell[tenant]}`];
  return /^40[01]$/.test(seen) && !exchange.detail.includes(cell.said) ? [`${place}: ${exchange.detail}`] : [];
}
