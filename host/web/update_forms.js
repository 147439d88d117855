// The forms of ticket updates, and the requests that they make.

import { createCheckGroup } from './check_group.js';
import { el } from './dom.js';
import { createForm } from './form.js';

const flags = {
  resolution: { value: 'resolution', label: 'This is the resolution', help: 'It says how the problem was solved.' },
  notify: {
    value: 'notify',
    label: 'E-mail people',
    help: 'The PSA may tell the customer or colleagues about the note. Otherwise nobody gets an e-mail.',
  },
  ifUntouched: {
    value: 'ifUntouched',
    label: 'Only if untouched',
    help: 'The status is set only if no human has worked on the ticket in the PSA; a note is written in any case.',
  },
};

/** Who can see a note, as a field of a form. */
export const visibility = {
  enum: ['internal', 'public'],
  enumLabels: { internal: 'Internal: only people who work on tickets', public: 'Public: the customer as well' },
};

/** Which flags the form of each update has. */
const flagsOf = {
  note: ['resolution', 'notify'],
  change: ['ifUntouched'],
  resolve: ['ifUntouched', 'resolution', 'notify'],
  reopen: ['ifUntouched', 'notify'],
};

/**
 * @param {'note'|'change'|'resolve'|'reopen'} name
 * @param {{fields: Object, settings: Object, suggestions: Object, choices: Function}} context  of the ticket's connection
 * @returns {{element: HTMLElement, body: () => Object, check: () => boolean, isDirty: () => boolean, showAll: Function}}
 *   body: of the request; check: false, with an error beside the field, if something must be entered first; for isDirty and
 *   showAll see createForm()
 */
export function updateForm(name, context, ticket) {
  const form = createForm(schemaOf(name, context, ticket), {
    loadChoices: context.choices,
    known: { ...ticket.ticket, ...ticket.ticket?.fields },
  });
  const group = createCheckGroup({ label: 'Options', options: flagsOf[name].map((flag) => flags[flag]) });
  return {
    element: el('div', { class: 'stack' }, form.element, group.element),
    body: () => bodyOf(form.values(), group.values()),
    check: () => {
      form.clearErrors();
      if (name !== 'note' || form.values().text.trim()) return true;
      form.showErrors([{ field: 'text', message: 'Write the note first.' }]);
      return false;
    },
    isDirty: form.isDirty,
    showAll: form.showAll,
  };
}

function bodyOf(values, chosen) {
  const given = Object.entries(values).filter(([, value]) => value !== null && String(value).trim() !== '');
  const { resolution, ...others } = Object.fromEntries(chosen.map((flag) => [flag, true]));
  return { ...Object.fromEntries(given), ...(resolution && { kind: 'resolution' }), ...others };
}

function schemaOf(name, { fields, settings, suggestions }, { updates }) {
  if (name === 'change') {
    const known = updates.changes.filter((each) => fields[each]);
    return {
      properties: Object.fromEntries(
        known.map((each) => [each, { ...fields[each], blankMeans: 'stays as it is', default: undefined }]),
      ),
    };
  }
  const note = noteFields(settings, name === 'note');
  if (name === 'note') return { properties: note, required: ['text'] };
  const { text, visibility } = note;
  const [setting, suggested] = name === 'resolve' ? ['resolvedStatus', 'resolvedStatuses'] : ['reopenedStatus', 'reopenedStatuses'];
  const usual = settings[setting] ?? suggestions[suggested]?.[0];
  return {
    required: usual ? [] : ['status'],
    properties: {
      note: text,
      visibility,
      status: {
        ...fields.status,
        title: 'Status',
        description: usual ? '' : 'The update settings of the connection name none: choose one here, or there for all tickets.',
        blankMeans: usual && (/^\d+$/.test(usual) ? 'as the connection says' : `${usual}, as the connection says`),
        default: undefined,
        order: 3,
      },
    },
  };
}

const noteFields = ({ notes = 'internal' }, isRequired) => ({
  text: {
    type: 'string',
    multiline: true,
    title: 'Note',
    description: isRequired ? 'Plain text; line breaks are kept.' : 'Written before the status is set; it may be left blank.',
    order: 1,
  },
  visibility: {
    ...visibility,
    blankLabel: `As the connection says: ${notes}`,
    title: 'Who can see the note',
    description: '',
    order: 2,
  },
});
