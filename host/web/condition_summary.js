// Conditions in a sentence.

import { conditionFields } from './event_fields.js';
import { sentenceOf } from './matchers.js';

const joins = { all: ' and ', any: ' or ', not: ' or ' };

/** "severity is at least high and (source is a or source is b)"; "" if there are none. */
export const conditionSummary = (conditions) => summaryOf(conditions ?? {}, false);

function summaryOf(node, isInner) {
  if (typeof node === 'string') return sentenceOf(node, called);
  const groups = Object.keys(joins).filter((kind) => node[kind]?.length > 0);
  const texts = groups.map((kind) => {
    const inner = node[kind].map((each) => summaryOf(each, node[kind].length > 1 || kind === 'not')).join(joins[kind]);
    if (kind === 'not') return `not (${inner})`;
    return (isInner || groups.length > 1) && node[kind].length > 1 ? `(${inner})` : inner;
  });
  return texts.join(' and ');
}

const called = (name) => conditionFields.find(([each]) => each === name)?.[1].toLowerCase() ?? name.replace(/^labels\./, '');
