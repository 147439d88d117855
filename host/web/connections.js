// Plugins and connections of psa-host, and the requests for them.

import { change, get, segment } from './api.js';

const choicesAtOnce = 100;

/**
 * Content of the integrations view: [{plugin, name, descriptor, connections}], where name identifies exactly this build;
 * connections without a build, each with the builds that it could use: {connection, builds}; plugins that do not
 * work.
 */
export async function loadIntegrations(signal) {
  const [{ plugins }, { connections }] = await Promise.all([
    get('/v1/plugins', { signal }),
    get('/v1/connections', { signal }),
  ]);
  const ready = plugins.filter(({ state }) => state === 'ready');
  const descriptors = await Promise.all(ready.map((plugin) => loadDescriptor(buildOf(plugin), signal)));
  const isAlone = ({ id }) => ready.filter((other) => other.id === id).length === 1;
  const nameOf = (plugin) => (isAlone(plugin) ? plugin.id : buildOf(plugin));
  const groups = ready.map((plugin, i) => ({ plugin, name: nameOf(plugin), descriptor: descriptors[i], connections: [] }));
  const orphans = [];
  for (const connection of connections) {
    const group = groups.find(({ plugin }) => buildOf(plugin) === connection.build);
    if (group) group.connections.push(connection);
    else orphans.push({ connection, builds: ready.filter((plugin) => isMeant(plugin, connection)).map(buildOf) });
  }
  return { groups, orphans, broken: plugins.filter(({ state }) => state !== 'ready') };
}

const loadDescriptor = (build, signal) => get(`/v1/plugins/${segment(build)}`, { signal });

/** The report of a plugin, by its build; undefined if it is not among the loaded files any more. */
export const loadPlugin = async (build, signal) =>
  (await get('/v1/plugins', { signal })).plugins.find((plugin) => buildOf(plugin) === build);

const buildOf = ({ id, version }) => `${id}@${version}`;

/** Whether the connection uses this plugin, in any version. */
const isMeant = ({ id, file }, { plugin }) => id === plugin.split('@')[0] || file === plugin;

export const loadConnections = async (signal) => (await get('/v1/connections', { signal })).connections;

/** Names of all connections, for filters. */
export const connectionNames = async (signal) => (await loadConnections(signal)).map(({ name }) => name);

export const loadConnection = (name, signal) => get(`/v1/connections/${segment(name)}`, { signal });

export const saveConnection = (name, input) => change('PUT', `/v1/connections/${segment(name)}`, input);

/** Tests `input`, or the stored values if it is undefined: {ok, result} or {ok, error}. */
export const testConnection = (name, input) => change('POST', `/v1/connections/${segment(name)}/test`, input);

export const removeConnection = (name) => change('DELETE', `/v1/connections/${segment(name)}`);

/** A function that loads lists of `connection`, for forms. Rejects with the message and hint of the plugin. */
export function choicesOf(connection, signal) {
  return async (list, { query, dependsOn = {} }) => {
    const parents = Object.entries(dependsOn).map(([name, value]) => [`dependsOn.${name}`, value]);
    const answer = await get(`/v1/connections/${segment(connection)}/choices/${segment(list)}`, {
      query: { query, limit: choicesAtOnce, ...Object.fromEntries(parents) },
      signal,
    });
    if (!answer.ok) throw Object.assign(new Error(answer.error.message), { hint: answer.error.hint });
    return answer.result;
  };
}
