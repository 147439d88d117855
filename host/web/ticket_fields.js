// Fields of a ticket request, under their names in this PSA.

/** Values that every PSA has: they are members of the request itself; all others are members of its "fields". */
const common = ['company', 'contact', 'priority', 'status', 'queue', 'category'];

/** The ticket default has another name than the value of one ticket. */
const company = { title: 'Company', description: 'Customer of the ticket.' };

export const isCommon = (name) => common.includes(name);

/**
 * Fields of this PSA's tickets besides title and description: {name: schema}, in display order.
 * @param {Object} descriptor  the plugin's
 */
export function ticketFields({ ticketDefaults, ticketFields: own }) {
  const all = { ...own?.properties, ...ticketDefaults?.properties };
  const orderOf = (name) => (ticketDefaults?.properties?.[name] ? 0 : 1000) + (all[name].order ?? 999);
  const names = Object.keys(all).sort((a, b) => orderOf(a) - orderOf(b));
  return Object.fromEntries(names.map((name) => [name, name === 'company' ? { ...all[name], ...company } : all[name]]));
}
