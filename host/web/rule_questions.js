// What a ready-made rule cannot know, asked one by one.

import { conditionsEditor } from './conditions_editor.js';
import { choicesOf } from './connections.js';
import { el, focusOn, setChildren } from './dom.js';
import { createForm } from './form.js';
import { timeOfDay } from './hours_field.js';
import { inputField, selectField } from './input_field.js';
import { ticketFields } from './ticket_fields.js';
import { ownZone, zoneField } from './zone_field.js';

/**
 * @param {{rule: Object, questions: {pointer: string, label: string, help: string, kind: string, required: boolean}[]}} entry  of
 *   the library
 * @param {{targets: Object[], seen: Object, signal: AbortSignal}} context  targets: from loadTargets(); seen: from loadSeen()
 * @returns {{element: HTMLElement, rule: () => Object, check: () => boolean, showErrors: (errors: Object[]) => Object[]}}  rule:
 *   its document with the answers; check: false, with an error beside the question, if an answer is missing; showErrors: returns
 *   the errors without a question
 */
export function libraryQuestions({ rule, questions }, context) {
  const asked = questions.map((question) => ({ ...question, ...controlFor(question, valueAt(rule, question.pointer), context) }));
  const connection = asked.find(({ kind }) => kind === 'connection');
  const arrange = () => asked.forEach((each) => each.connectionChosen?.(connection?.value()));
  connection?.target.addEventListener('change', arrange);
  arrange();
  return {
    element: el(
      'div',
      { class: 'fields' },
      asked.map(({ element }) => element),
    ),
    rule: () => {
      const filled = structuredClone(rule);
      for (const { pointer, value } of asked) put(filled, pointer, value());
      return filled;
    },
    check: () => {
      const missing = asked.find(({ required, value, check = () => true }) => (required && (value() ?? '') === '') || !check());
      if (!missing) return true;
      if (missing.required && (missing.value() ?? '') === '') missing.showError({ message: `Enter: ${missing.label}.` });
      focusOn(missing.element.querySelector('[aria-invalid="true"]') ?? missing.target);
      return false;
    },
    showErrors: (errors) =>
      errors.filter((error) => {
        const at = asked.find(({ pointer }) => error.pointer === pointer || error.pointer.startsWith(`${pointer}/`));
        if (at?.showErrors) return at.showErrors([error]).length > 0;
        at?.showError({ message: error.detail });
        if (at) focusOn(at.target);
        return !at;
      }),
  };
}

function controlFor(question, value, context) {
  const { label, help, kind, required } = question;
  if (kind === 'connection')
    return selectField({ label, help, required, options: context.targets.map(({ name }) => [name, name]) });
  if (kind === 'field') return fieldControl(question, context);
  if (kind === 'conditions') return conditionsControl(question, value, context);
  if (kind === 'time_zone') return zoneField({ label, help, value: ownZone() });
  if (kind === 'time') return timeOfDay({ label, help, value });
  return inputField({ label, help, required, value, isNumber: kind === 'number' });
}

/** A field of the ticket, with the list of the chosen connection. */
function fieldControl({ pointer, help }, { targets, signal }) {
  const name = pointer.split('/').pop();
  const place = el('div');
  let form;
  return {
    element: place,
    get target() {
      return place.querySelector('input, select, textarea');
    },
    value: () => form?.values()[name] || undefined,
    showError: ({ message }) => form?.showErrors([{ field: name, message }]),
    connectionChosen: (connection) => {
      const target = targets.find((each) => each.name === connection);
      const field = target && ticketFields(target.descriptor)[name];
      form =
        field &&
        createForm(
          { properties: { [name]: asked(field, help) } },
          { loadChoices: choicesOf(connection, signal), known: target.ticketDefaults },
        );
      setChildren(place, form?.element);
    },
  };
}

const asked = (field, help) => ({ ...field, description: help, default: undefined, blankMeans: 'the ticket default', order: 1 });

function conditionsControl({ label, help }, value, { seen }) {
  const editor = conditionsEditor({ value, seen, none: 'There are no conditions: the rule takes every event.' });
  const element = el(
    'section',
    { class: 'stack', 'aria-label': label },
    el('div', {}, el('h2', {}, label), el('p', { class: 'help' }, help)),
    editor.element,
  );
  return { element, target: element, value: editor.value, check: editor.check, showErrors: editor.showErrors };
}

const partsOf = (pointer) =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

const valueAt = (document, pointer) => partsOf(pointer).reduce((node, part) => node?.[part], document);

/** An answer that is left out removes what is there. */
function put(document, pointer, value) {
  const parts = partsOf(pointer);
  const last = parts.pop();
  let node = document;
  for (const part of parts) node = node[part] ??= {};
  if (value === undefined || value === '') delete node[last];
  else node[last] = value;
}
