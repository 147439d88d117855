// Fields of a ticket request, under their names in this PSA.

/** Values that every PSA has: they stand in the request itself; all others stand in its "fields". */
const common = ['company', 'contact', 'priority', 'status', 'queue', 'category'];

/** As a default it is called otherwise than for one ticket. */
const company = { title: 'Company', description: 'Customer of the ticket.' };

export const isCommon = (name) => common.includes(name);

/**
 * What a ticket of this PSA can say besides title and description: {name: schema}, in the order to show them.
 * @param {Object} descriptor  of the plugin
 */
export function ticketFields({ ticketDefaults, ticketFields: own }) {
  const all = { ...own?.properties, ...ticketDefaults?.properties };
  const orderOf = (name) => (ticketDefaults?.properties?.[name] ? 0 : 1000) + (all[name].order ?? 999);
  const names = Object.keys(all).sort((a, b) => orderOf(a) - orderOf(b));
  return Object.fromEntries(names.map((name) => [name, name === 'company' ? { ...all[name], ...company } : all[name]]));
}
