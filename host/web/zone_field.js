// A time zone, found by typing part of its name.

import { createChoiceField } from './choice_field.js';
import { freshId } from './dom.js';
import { createLabelled } from './form.js';

const zonesAtOnce = 100;

/** The time zone of this browser. */
export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Names of the IANA database. UTC is not among those that browsers list. */
const zones = () => ['UTC', ...(Intl.supportedValuesOf?.('timeZone') ?? [ownZone()]).filter((name) => name !== 'UTC')];

/**
 * @param {{label?: string, help?: string, value: string, onChange?: () => void}} options
 * @returns {{element: HTMLElement, target: HTMLElement, value: () => string, showError: Function}}
 */
export function zoneField({ label = 'Time zone', help, value, onChange }) {
  const choice = createChoiceField({ id: freshId('zone'), value, load: findZones, onChange });
  const field = createLabelled({ label, help, control: choice.element, id: choice.input.id });
  choice.input.addEventListener('change', () => field.showError(null));
  return { ...field, value: choice.value };
}

async function findZones({ query }) {
  const words = query
    .toLowerCase()
    .split(/[\s_/]+/)
    .filter(Boolean);
  const found = zones().filter((name) => words.every((word) => name.toLowerCase().includes(word)));
  return {
    items: found.slice(0, zonesAtOnce).map((name) => ({ id: name, label: name })),
    nextCursor: found.length > zonesAtOnce ? 'more' : undefined,
  };
}
