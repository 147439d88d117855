// Matchers in Alertmanager's syntax, such as severity=~"critical|high", and what they mean in words.

const reserved = /[\s{}!=~,\\"'`]/;
const pattern =
  /^\s*(?:"((?:[^"\\]|\\[\s\S])*)"|([^\s=!~{},"']+))\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\[\s\S])*)"|([^\s",][^",]*?)?)\s*$/;
const special = /[\\.+*?()|[\]{}^$]/g;

/** Severities, the highest first. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'];

/** Kinds of events. */
export const eventKinds = ['problem', 'update', 'recovery', 'test', 'other'];

/** {name, operator, value}; null if `text` is not a matcher. */
export function parseMatcher(text) {
  const found = pattern.exec(text);
  if (!found) return null;
  const [, quotedName, bareName, operator, quotedValue, bareValue] = found;
  return {
    name: quotedName === undefined ? bareName : unescaped(quotedName),
    operator,
    value: unescaped(quotedValue ?? bareValue ?? ''),
  };
}

export const formatMatcher = ({ name, operator, value }) =>
  `${reserved.test(name) ? `"${escaped(name)}"` : name}${operator}"${escaped(value)}"`;

/**
 * What a row of conditions can say of a field: {id, label, operator, toValue, fromValue, values}. `toValue`: of what was
 * entered; `fromValue`: the reverse, null if the value of a matcher says something else. `values`: "none" if nothing has to be
 * entered, "many" for a list. In the order in which they are recognised.
 */
export const relations = [
  {
    id: 'set',
    label: 'is set',
    operator: '!=',
    values: 'none',
    toValue: () => '',
    fromValue: (value) => (value === '' ? '' : null),
  },
  {
    id: 'unset',
    label: 'is not set',
    operator: '=',
    values: 'none',
    toValue: () => '',
    fromValue: (value) => (value === '' ? '' : null),
  },
  { id: 'is', label: 'is', operator: '=', values: 'one', toValue: (text) => text, fromValue: (value) => value },
  { id: 'isNot', label: 'is not', operator: '!=', values: 'one', toValue: (text) => text, fromValue: (value) => value },
  { id: 'atLeast', label: 'is at least', operator: '=~', values: 'severity', toValue: atLeast, fromValue: lowestOf },
  { id: 'oneOf', label: 'is one of', operator: '=~', values: 'many', toValue: alternatives, fromValue: listOf },
  { id: 'noneOf', label: 'is none of', operator: '!~', values: 'many', toValue: alternatives, fromValue: listOf },
  {
    id: 'contains',
    label: 'contains',
    operator: '=~',
    values: 'one',
    toValue: (text) => `(?is).*${quoted(text)}.*`,
    fromValue: (value) => inside(value, '(?is).*', '.*'),
  },
  {
    id: 'lacks',
    label: 'does not contain',
    operator: '!~',
    values: 'one',
    toValue: (text) => `(?is).*${quoted(text)}.*`,
    fromValue: (value) => inside(value, '(?is).*', '.*'),
  },
  {
    id: 'begins',
    label: 'begins with',
    operator: '=~',
    values: 'one',
    toValue: (text) => `(?is)${quoted(text)}.*`,
    fromValue: (value) => inside(value, '(?is)', '.*'),
  },
  {
    id: 'matches',
    label: 'matches (regex)',
    operator: '=~',
    values: 'one',
    toValue: (text) => text,
    fromValue: (value) => value,
  },
  {
    id: 'doesNotMatch',
    label: 'does not match (regex)',
    operator: '!~',
    values: 'one',
    toValue: (text) => text,
    fromValue: (value) => value,
  },
];

/** {relation, value} of a matcher: the first relation that says the same. */
export function inWords({ name, operator, value }) {
  for (const relation of relations) {
    if (relation.operator !== operator || (relation.values === 'severity' && name !== 'severity')) continue;
    const entered = relation.fromValue(value);
    if (entered !== null) return { relation, value: entered };
  }
  return { relation: relations.find(({ id }) => id === 'is'), value };
}

/** "a, b" as a list. */
export const listed = (text) =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);

/** A matcher as a sentence without full stop; `called`: what a field is called. */
export function sentenceOf(text, called) {
  const matcher = parseMatcher(text);
  if (!matcher) return text;
  const { relation, value } = inWords(matcher);
  return [called(matcher.name), relation.label, relation.values === 'none' ? '' : value].filter(Boolean).join(' ');
}

const escaped = (value) => value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');

const unescaped = (text) =>
  text.replace(/\\([\s\S])/g, (_, each) => (each === 'n' ? '\n' : each === '"' || each === '\\' ? each : `\\${each}`));

const quoted = (text) => text.replace(special, '\\$&');

/** The text that `quoted` has made; null if it is a regular expression. */
function plain(expression) {
  const text = expression.replace(/\\([^a-zA-Z0-9])/g, '$1');
  return quoted(text) === expression ? text : null;
}

const inside = (value, before, after) =>
  value.length >= before.length + after.length && value.startsWith(before) && value.endsWith(after)
    ? plain(value.slice(before.length, value.length - after.length))
    : null;

function alternatives(text) {
  return listed(text).map(quoted).join('|');
}

/** Only of several: a single text is a regular expression without special characters, which means the same. */
function listOf(value) {
  const all = value.split(/(?<!\\)\|/).map(plain);
  return all.every((each) => each && !each.includes(',')) ? all.join(', ') : null;
}

function atLeast(lowest) {
  return severities.slice(0, severities.indexOf(lowest) + 1).join('|');
}

function lowestOf(value) {
  const all = value.split('|');
  const isTop = all.length > 1 && severities.slice(0, all.length).every((each) => all.includes(each));
  return isTop ? severities[all.length - 1] : null;
}
