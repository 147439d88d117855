// Fields of a ticket request, under their names in this PSA.

import { inOrder } from './form.js';
import request from './ticket-request.js';

/** Those that every PSA has: they are members of the request itself; all others are members of its "fields". An id is entered as text. */
const common = Object.fromEntries(
  Object.entries(request.properties)
    .filter(([, { order }]) => order !== undefined)
    .map(([name, field]) => [name, { ...field, type: 'string' }]),
);

export const isCommon = (name) => name in common;

/** What a template gives is free text: it cannot be a number, a list or a date. */
export const canBeTemplate = (name, { type = 'string', pattern }) =>
  type === 'string' && !(isCommon(name) && pattern);

/**
 * Fields of this PSA's tickets: {name: schema}, in display order, which is also their "order".
 * @param {Object} descriptor  the plugin's
 */
export function ticketFields({ ticketDefaults, ticketFields: own }) {
  const [defaults, special] = [ticketDefaults?.properties ?? {}, own?.properties ?? {}];
  const names = new Set([common, defaults, special].flatMap((properties) => inOrder(properties).map(([name]) => name)));
  return Object.fromEntries([...names].map((name, order) => [name, { ...asCalled(name, defaults[name] ?? special[name]), order }]));
}

/** A field with the title and description that the plugin's form has for it, if any. */
function asCalled(name, inForm) {
  const field = { ...common[name], ...inForm };
  return common[name]?.sameTitle ? { ...field, title: common[name].title, description: common[name].description } : field;
}
