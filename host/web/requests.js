// The requests for sources, rules, windows, customers and events.

import { change, get, segment } from './api.js';

const pathOf = (kind, name, rest = '') => `/v1/${kind}/${segment(name)}${rest}`;

// Sources

/** All presets: {name, title, description, senders, authentication, settings, instructions, retries, ...}. */
export const loadPresets = async (signal) => (await get('/v1/presets', { signal })).presets;

/** With its reader, a jq program. */
export const loadPreset = (name, signal) => get(pathOf('presets', name), { signal });

export const loadSources = async (signal) => (await get('/v1/sources', { signal })).sources;

export const loadSource = (name, signal) => get(pathOf('sources', name), { signal });

/** Answers {source, token, url}: the token is shown only once. */
export const addSource = (source) => change('POST', '/v1/sources', source);

export const saveSource = (name, source) => change('PUT', pathOf('sources', name), source);

export const removeSource = (name) => change('DELETE', pathOf('sources', name));

/** A new one; the old one is invalid at once. Answers {token} or {url}, shown only once. `what`: "token" or "secret-url". */
export const renewAccess = (name, what) => change('POST', pathOf('sources', name, `/${what}`));

/** `what`: also "signature-secret". */
export const removeAccess = (name, what) => change('DELETE', pathOf('sources', name, `/${what}`));

/** Ends parking: the deliveries that were kept are read. */
export const resumeSource = (name) => change('POST', pathOf('sources', name, '/resume'));

/** What the source, or one that is not saved yet, and the rules would make of a body; nothing is stored. */
export const tryBody = (input) => change('POST', '/v1/sources/test', input);

export const loadDeliveries = (source, query, signal) => get(pathOf('sources', source, '/deliveries'), { query, signal });

export const loadDelivery = (id, signal, withBody = false) =>
  get(pathOf('deliveries', id), { query: { body: withBody && 'true' }, signal });

export const runDelivery = (id) => change('POST', pathOf('deliveries', id, '/run'));

// Rules

/** In their order. */
export const loadRules = async (signal) => (await get('/v1/rules', { signal })).rules;

export const loadRule = (name, signal) => get(pathOf('rules', name), { signal });

export const addRule = (rule) => change('POST', '/v1/rules', rule);

export const saveRule = (name, rule) => change('PUT', pathOf('rules', name), rule);

export const removeRule = (name) => change('DELETE', pathOf('rules', name));

export const orderRules = (names) => change('PUT', '/v1/rules-order', { names });

export const loadRuleVersions = async (name, signal) => (await get(pathOf('rules', name, '/versions'), { signal })).versions;

/** The ready-made rules: {name, title, description, rule, questions}. */
export const loadLibrary = async (signal) => (await get('/v1/rules-library', { signal })).rules;

/** What `rule` (a name or a document) would have done to the events of the last `days`; nothing is stored. */
export const previewRule = (rule, days) => change('POST', '/v1/rules-preview', { rule, days });

/** What `rule`, or all rules if it is undefined, would do with `event` (an id or a document). */
export const testRules = (event, rule) => change('POST', '/v1/rules-test', { ...(rule && { rule }), event });

// Windows

export const loadWindows = async (signal) => (await get('/v1/windows', { signal })).windows;

export const loadWindow = (name, signal) => get(pathOf('windows', name), { signal });

export const addWindow = (window) => change('POST', '/v1/windows', window);

export const saveWindow = (name, window) => change('PUT', pathOf('windows', name), window);

export const removeWindow = (name) => change('DELETE', pathOf('windows', name));

/** When windows are active between two instants: [{window, from, to}]. */
export const loadCalendar = async (from, to, signal) =>
  (await get('/v1/windows-calendar', { query: { from, to }, signal })).spans;

// Customers

export const loadCustomers = async (signal) => (await get('/v1/customers', { signal })).customers;

/** Customers of events that are in no table, with suggestions. */
export const loadUnknownCustomers = async (signal) => (await get('/v1/customers-unknown', { signal })).customers;

export const addCustomer = (customer) => change('POST', '/v1/customers', customer);

export const saveCustomer = (name, customer) => change('PUT', pathOf('customers', name), customer);

export const removeCustomer = (name) => change('DELETE', pathOf('customers', name));

/** Adds what a source calls the customer: {source, id} or {source, name}. */
export const addAlias = (name, alias) => change('POST', pathOf('customers', name, '/aliases'), alias);

/** Removes it from the list; it is listed again if another event names it. */
export const ignoreCustomer = ({ source, id, name }) =>
  change('DELETE', '/v1/customers-unknown', undefined, { query: { source, id, name } });

// Events

export const loadEvents = (query, signal) => get('/v1/events', { query, signal });

export const loadEvent = (id, signal) => get(pathOf('events', id), { signal });

export const loadEpisode = (id, signal) => get(pathOf('episodes', id), { signal });

// Notify

export const loadNotify = (signal) => get('/v1/notify', { signal });

export const saveNotify = (settings) => change('PUT', '/v1/notify', settings);

export const testNotify = () => change('POST', '/v1/notify/test');
