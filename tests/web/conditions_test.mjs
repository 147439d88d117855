// Conditions in words and as text, without a browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conditionText, parseConditionText } from './condition_text.js';
import { formatMatcher, inWords, parseMatcher, relations, sentenceOf } from './matchers.js';

const entered = ['web-01', 'a.b', 'x (y)', '/srv/scans', 'back\\slash', 'say "hello"', 'Å 100 %', '^start$', '{braces}'];

test('what is entered with a comparison is read back as the same comparison and text', () => {
  for (const relation of relations.filter(({ values }) => values === 'one'))
    for (const text of entered) {
      const written = formatMatcher({ name: 'title', operator: relation.operator, value: relation.toValue(text) });
      const { relation: found, value } = inWords(parseMatcher(written));
      const isSame = found.id === relation.id && value === text;
      // A regular expression that means a plain text may be shown in plain words.
      assert.ok(isSame || ['matches', 'doesNotMatch'].includes(relation.id), `${relation.id} ${text}: ${found.id} ${value}`);
      assert.equal(formatMatcher({ name: 'title', operator: found.operator, value: found.toValue(value) }), written);
    }
});

test('a list, the lowest severity, and a value that is not set are read back', () => {
  const readBack = (text) => {
    const { relation, value } = inWords(parseMatcher(text));
    return [relation.id, value];
  };
  assert.deepEqual(readBack('title=~"disk|c\\\\+\\\\+"'), ['oneOf', 'disk, c++']);
  assert.deepEqual(readBack('severity=~"critical|high"'), ['atLeast', 'high']);
  assert.deepEqual(readBack('severity=~"critical|low"'), ['oneOf', 'critical, low']);
  assert.deepEqual(readBack('team=~"critical|high"'), ['oneOf', 'critical, high']);
  assert.deepEqual(readBack('customer=""'), ['unset', '']);
  assert.deepEqual(readBack('customer!=""'), ['set', '']);
  assert.deepEqual(readBack('title=~"a|b, c"'), ['matches', 'a|b, c']);
  assert.deepEqual(readBack('title=~"(?i).*(down|off).*"'), ['matches', '(?i).*(down|off).*']);
});

test('matchers are read in every form that psa-host accepts', () => {
  assert.deepEqual(parseMatcher('severity = critical'), { name: 'severity', operator: '=', value: 'critical' });
  assert.deepEqual(parseMatcher('"labels.with space"!~"x\\ny"'), { name: 'labels.with space', operator: '!~', value: 'x\ny' });
  assert.deepEqual(parseMatcher('labels.app.kubernetes.io/name="x"'), {
    name: 'labels.app.kubernetes.io/name',
    operator: '=',
    value: 'x',
  });
  for (const wrong of ['severity', 'severity="critical', '="x"', 'a="b", c="d"', ''])
    assert.equal(parseMatcher(wrong), null, wrong);
  const spaced = { name: 'labels.with space', operator: '=', value: 'a"b\\c\nd' };
  assert.deepEqual(parseMatcher(formatMatcher(spaced)), spaced);
});

test('a sentence has the words of the comparison', () => {
  assert.equal(
    sentenceOf('labels.team=~"(?is).*m\\\\.sp.*"', (name) => name),
    'labels.team contains m.sp',
  );
  assert.equal(
    sentenceOf('customer=""', () => 'customer'),
    'customer is not set',
  );
});

const nested = { all: ['severity=~"critical|high"', { any: ['a="1"', { not: ['b="2"', 'c="3"'] }] }, 'd="4"'] };

test('conditions as text are read back, and an error of the API is at its line', () => {
  const text = conditionText(nested);
  const { conditions, lineOf } = parseConditionText(text);
  assert.deepEqual(conditions, nested);
  const lineWith = (part) => text.split('\n').findIndex((line) => line.includes(part)) + 1;
  assert.equal(lineOf('/conditions/all/0'), lineWith('severity'));
  assert.equal(lineOf('/conditions/all/1/any/1/not/1'), lineWith('c="3"'));
  assert.equal(lineOf('/conditions/all/2'), lineWith('d="4"'));
  assert.equal(lineOf('/conditions'), 0);
});

test('matchers without a group are all needed, tabs and blank lines do not matter, and no line means no condition', () => {
  assert.deepEqual(parseConditionText('a="1"\n\nb="2"\n').conditions, { all: ['a="1"', 'b="2"'] });
  assert.deepEqual(parseConditionText('any:\n\ta="1"\n\tb="2"').conditions, { any: ['a="1"', 'b="2"'] });
  assert.deepEqual(parseConditionText(' \n').conditions, {});
  assert.equal(conditionText({}), '');
});

test('a line that is indented below a matcher is refused with its number', () => {
  assert.throws(() => parseConditionText('all:\n  a="1"\n    b="2"'), /^Error: Line 3 /);
});
