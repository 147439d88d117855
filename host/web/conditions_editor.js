// Conditions of a rule or window as rows in groups, which need no syntax, and as a text for users who prefer it.

import { conditionText, parseConditionText } from './condition_text.js';
import { actionButton, announce, el, focusOn, freshId, setChildren } from './dom.js';
import { conditionFields } from './event_fields.js';
import { formatMatcher, inWords, listed, parseMatcher, relations, severities } from './matchers.js';

const groupLabels = { all: 'All of these are true', any: 'At least one of these is true', not: 'None of these is true' };
const anotherLabel = '+';

/**
 * @param {{value: Object, seen: Object, none: string, onChange: () => void}} options  value: conditions as in the API; seen: from
 *   loadSeen(); none: what it means if there is no condition
 * @returns {{element: HTMLElement, value: () => Object, check: () => boolean,
 *   showErrors: (errors: {pointer: string, detail: string}[]) => Object[]}}  check: false, with errors shown, if something must be
 *   entered first; showErrors: those of "/conditions..." beside their rows; returns the others
 */
export function conditionsEditor({ value, seen, none, onChange = () => {} }) {
  const editor = new Editor(seen, none, onChange);
  editor.start(value ?? {});
  return {
    element: editor.element,
    value: () => editor.value(),
    check: () => editor.check(),
    showErrors: (errors) => editor.showErrors(errors),
  };
}

class Editor {
  constructor(seen, none, onChange) {
    Object.assign(this, { seen, none, onChange, place: el('div', { class: 'stack' }), isText: false });
    this.toggle = el('button', { type: 'button', class: 'button quiet', onclick: () => this.switchView() }, 'Edit as text');
    this.element = el('div', { class: 'stack' }, this.place, el('div', { class: 'actions' }, this.toggle));
    this.element.addEventListener('input', () => this.onChange());
    this.element.addEventListener('change', () => this.onChange());
  }

  start(conditions) {
    const top = asGroup(conditions);
    if (areReadable(top)) this.showRows(top);
    else this.showText(conditions);
  }

  showRows(top) {
    this.isText = false;
    this.toggle.textContent = 'Edit as text';
    this.top = new Group(this, null, top);
    setChildren(this.place, this.top.element);
  }

  showText(conditions) {
    this.isText = true;
    this.toggle.textContent = 'Edit as rows';
    const id = freshId('conditions');
    this.text = el('textarea', { id, class: 'code', rows: 8, spellcheck: 'false', 'aria-describedby': `${id}-help ${id}-error` });
    this.text.value = conditionText(conditions);
    this.textError = el('p', { class: 'field-error', id: `${id}-error`, hidden: true });
    this.text.addEventListener('input', () => this.failText(null));
    setChildren(
      this.place,
      el(
        'div',
        { class: 'field wide' },
        el('label', { for: id }, 'Conditions as text'),
        el(
          'p',
          { class: 'help', id: `${id}-help` },
          'One matcher a line, in the syntax of Alertmanager: ',
          el('code', {}, 'severity=~"critical|high"'),
          '. Groups are “all:”, “any:” and “not:”, with their matchers indented below them.',
        ),
        this.text,
        this.textError,
      ),
    );
  }

  switchView() {
    if (!this.isText) {
      this.showText(this.value());
      return focusOn(this.text);
    }
    const parsed = this.parsed();
    if (!parsed) return null;
    const top = asGroup(parsed.conditions);
    if (!areReadable(top)) return this.failText('There is a line that is not a matcher. Correct it to see the rows.');
    this.showRows(top);
    return focusOn(this.toggle);
  }

  parsed() {
    try {
      return parseConditionText(this.text.value);
    } catch (error) {
      this.failText(error.message);
      return null;
    }
  }

  failText(message) {
    setChildren(this.textError, message);
    this.textError.hidden = !message;
    if (message) this.text.setAttribute('aria-invalid', 'true');
    else this.text.removeAttribute('aria-invalid');
  }

  value() {
    if (this.isText) return this.parsed()?.conditions ?? {};
    const top = this.top.value();
    return top[this.top.kind()].length === 0 ? {} : top;
  }

  check() {
    if (this.isText) return Boolean(this.parsed());
    const wrong = this.top.checked().find((part) => !part.check());
    if (wrong) focusOn(wrong.firstControl());
    return !wrong;
  }

  showErrors(errors) {
    const [here, elsewhere] = [errors.filter(isOurs), errors.filter((error) => !isOurs(error))];
    if (here.length === 0) return elsewhere;
    if (this.isText) {
      const { lineOf } = this.parsed() ?? { lineOf: () => 0 };
      this.failText(
        here.map(({ pointer, detail }) => (lineOf(pointer) ? `Line ${lineOf(pointer)}: ${detail}` : detail)).join(' '),
      );
      focusOn(this.text);
      return elsewhere;
    }
    for (const { pointer, detail } of here) this.top.at(pointer.split('/').slice(2)).showError(detail);
    focusOn(this.element.querySelector('[aria-invalid="true"], .field-error:not([hidden])'));
    return elsewhere;
  }

  changed() {
    this.onChange();
  }
}

const isOurs = ({ pointer }) => pointer === '/conditions' || pointer.startsWith('/conditions/');

/** {kind, children} of conditions; several groups at the top are one "all". */
function asGroup(conditions) {
  const kinds = Object.keys(groupLabels).filter((kind) => conditions[kind]);
  if (kinds.length === 1) return { kind: kinds[0], children: conditions[kinds[0]] };
  return { kind: 'all', children: kinds.map((kind) => ({ [kind]: conditions[kind] })) };
}

const areReadable = ({ children }) =>
  children.every((each) => (typeof each === 'string' ? parseMatcher(each) !== null : areReadable(asGroup(each))));

/** A group of rows and groups; the one at the top has no parent. */
class Group {
  constructor(editor, parent, { kind, children }) {
    Object.assign(this, { editor, parent, children: [] });
    this.list = el('div', { class: 'condition-list' });
    this.choice = el(
      'select',
      {
        'aria-label': parent ? 'How the conditions of this group combine' : 'How the conditions combine',
        class: 'condition-kind',
      },
      Object.entries(groupLabels).map(([value, label]) => el('option', { value }, label)),
    );
    this.choice.value = kind;
    this.empty = el('p', { class: 'muted' }, parent ? 'No condition yet.' : editor.none);
    this.error = el('p', { class: 'field-error', hidden: true });
    this.element = el(
      'div',
      {
        class: parent ? 'condition-group nested' : 'condition-group',
        role: 'group',
        'aria-label': parent ? 'Group of conditions' : 'Conditions',
      },
      el('div', { class: 'condition-head' }, this.choice, parent && this.removeButton()),
      this.empty,
      this.list,
      this.error,
      el(
        'div',
        { class: 'actions' },
        actionButton('Add a condition', async () => this.addRow()),
        actionButton('Add a group', async () => this.addGroup(), { kind: 'quiet' }),
      ),
    );
    for (const child of children)
      this.append(
        typeof child === 'string' ? new Row(editor, this, parseMatcher(child)) : new Group(editor, this, asGroup(child)),
      );
    this.arrange();
  }

  removeButton() {
    return actionButton('Remove the group', async () => this.parent.remove(this), { kind: 'quiet' });
  }

  append(child) {
    this.children.push(child);
    this.list.append(child.element);
  }

  addRow() {
    const row = new Row(this.editor, this, null);
    this.append(row);
    this.arrange();
    focusOn(row.field);
    this.editor.changed();
  }

  addGroup() {
    const group = new Group(this.editor, this, { kind: 'any', children: [] });
    this.append(group);
    this.arrange();
    group.addRow();
  }

  remove(child) {
    const index = this.children.indexOf(child);
    this.children.splice(index, 1);
    child.element.remove();
    this.arrange();
    announce('The condition was removed.');
    const next = this.children[Math.min(index, this.children.length - 1)];
    focusOn(next?.field ?? next?.choice ?? this.element.querySelector('.actions .button'));
    this.editor.changed();
  }

  /** A single condition needs no choice of how several combine, unless it is negated. */
  arrange() {
    this.showError(null);
    this.empty.hidden = this.children.length > 0;
    this.choice.parentElement.hidden = this.children.length < 2 && this.choice.value === 'all' && !this.parent;
  }

  kind() {
    return this.choice.value;
  }

  value() {
    return { [this.kind()]: this.children.map((child) => child.value()) };
  }

  /** Everything that has to be filled in: its rows, and groups that have none. */
  checked() {
    return this.parent && this.children.length === 0 ? [this] : this.children.flatMap((child) => child.checked());
  }

  check() {
    this.showError('Add a condition to this group, or remove it.');
    return false;
  }

  firstControl() {
    return this.element.querySelector('.actions .button');
  }

  /** The row or group that the rest of a pointer names, such as ["all", "1"]. */
  at([, index, ...rest]) {
    const child = index === undefined ? null : this.children[Number(index)];
    return child ? child.at(rest) : this;
  }

  showError(message) {
    setChildren(this.error, message);
    this.error.hidden = !message;
  }
}

/** One condition: a field, a relation and a value. */
class Row {
  constructor(editor, group, matcher) {
    Object.assign(this, { editor, group, id: freshId('condition') });
    const { relation, value } = matcher ? inWords(matcher) : { relation: relations.find(({ id }) => id === 'is'), value: '' };
    this.field = this.fieldSelect(matcher?.name ?? 'severity');
    this.label = el('input', {
      type: 'text',
      'aria-label': 'Name of the label',
      autocomplete: 'off',
      spellcheck: 'false',
      placeholder: 'Name of the label',
      hidden: true,
    });
    this.relation = el('select', { 'aria-label': 'Comparison' });
    this.valuePlace = el('div', { class: 'condition-value' });
    this.error = el('p', { class: 'field-error', id: `${this.id}-error`, hidden: true });
    this.element = el(
      'div',
      { class: 'condition', role: 'group', 'aria-label': 'Condition' },
      el('div', { class: 'condition-field' }, this.field, this.label),
      this.relation,
      this.valuePlace,
      actionButton('Remove', async () => this.group.remove(this), { kind: 'quiet', 'aria-label': 'Remove the condition' }),
      this.error,
    );
    this.field.addEventListener('change', () => this.fieldChosen());
    this.label.addEventListener('change', () => this.showValue(this.entered()));
    this.relation.addEventListener('change', () => this.showValue(this.entered()));
    this.element.addEventListener('input', () => this.showError(null));
    this.offerRelations(relation.id);
    this.showValue(value);
  }

  fieldSelect(name) {
    const known = conditionFields.some(([each]) => each === name);
    const chosen = known ? name : `labels.${name.replace(/^labels\./, '')}`;
    const labels = [...new Set([...this.editor.seen.labels.map((each) => `labels.${each}`), ...(known ? [] : [chosen])])];
    const select = el(
      'select',
      { 'aria-label': 'Field' },
      el(
        'optgroup',
        { label: 'Event' },
        conditionFields.map(([value, label]) => el('option', { value }, label)),
      ),
      el(
        'optgroup',
        { label: 'Labels of the last events' },
        labels.map((value) => el('option', { value }, value.slice('labels.'.length))),
        el('option', { value: anotherLabel }, 'Another label…'),
      ),
    );
    select.value = chosen;
    return select;
  }

  fieldChosen() {
    this.label.hidden = this.field.value !== anotherLabel;
    if (!this.label.hidden) focusOn(this.label);
    this.offerRelations(this.relation.value);
    this.showValue('');
    this.showError(null);
  }

  offerRelations(id) {
    const offered = relations.filter(({ values }) => values !== 'severity' || this.field.value === 'severity');
    setChildren(
      this.relation,
      offered.map((each) => el('option', { value: each.id }, each.label)),
    );
    this.relation.value = offered.some((each) => each.id === id) ? id : 'is';
  }

  chosenRelation() {
    return relations.find(({ id }) => id === this.relation.value);
  }

  name() {
    return this.field.value === anotherLabel ? `labels.${this.label.value.trim()}` : this.field.value;
  }

  /** The control for the value: a list to choose from where all values are known, otherwise a text with suggestions. */
  showValue(value) {
    const { values, id } = this.chosenRelation();
    const known = this.editor.seen.valuesOf(this.name());
    const isExact = ['is', 'isNot'].includes(id);
    if (values === 'none') this.control = { element: null, value: () => '' };
    else if (values === 'severity') this.control = selectOf(severities.slice(0, -1), value || 'high');
    else if (known.isClosed && values === 'many') this.control = chipsOf(known.values, listed(value));
    else if (known.isClosed && isExact) this.control = selectOf(known.values, value || known.values[0]);
    else this.control = textWith(known.values, value, values === 'many');
    setChildren(this.valuePlace, this.control.element);
    this.valuePlace.hidden = !this.control.element;
    this.valueControl()?.setAttribute('aria-describedby', this.error.id);
  }

  valueControl() {
    return this.valuePlace.querySelector('input, select, button') ?? this.field;
  }

  entered() {
    return this.control.value();
  }

  value() {
    const { operator, toValue } = this.chosenRelation();
    return formatMatcher({ name: this.name(), operator, value: toValue(this.entered()) });
  }

  checked() {
    return [this];
  }

  firstControl() {
    return this.valueControl();
  }

  at() {
    return this;
  }

  check() {
    const isNamed = this.field.value !== anotherLabel || this.label.value.trim() !== '';
    const isEntered = this.chosenRelation().values === 'none' || this.entered() !== '';
    this.showError(isNamed ? (isEntered ? null : 'Enter a value, or choose “is not set”.') : 'Enter the name of the label.');
    return isNamed && isEntered;
  }

  showError(message) {
    setChildren(this.error, message);
    this.error.hidden = !message;
    const control = this.valueControl();
    if (message && control.localName !== 'button') control.setAttribute('aria-invalid', 'true');
    else control.removeAttribute('aria-invalid');
  }
}

function selectOf(values, chosen) {
  const all = values.includes(chosen) || !chosen ? values : [chosen, ...values];
  const element = el(
    'select',
    { 'aria-label': 'Value' },
    all.map((value) => el('option', { value }, value)),
  );
  element.value = chosen ?? '';
  return { element, value: () => element.value };
}

function chipsOf(values, chosen) {
  const all = [...new Set([...values, ...chosen])];
  const chips = all.map((value) =>
    el(
      'button',
      {
        type: 'button',
        class: 'chip',
        'aria-pressed': String(chosen.includes(value)),
        onclick: ({ currentTarget: chip }) => {
          chip.setAttribute('aria-pressed', String(chip.getAttribute('aria-pressed') !== 'true'));
          chip.dispatchEvent(new Event('input', { bubbles: true }));
        },
      },
      value,
    ),
  );
  const pressed = () => all.filter((_, i) => chips[i].getAttribute('aria-pressed') === 'true');
  return {
    element: el('div', { class: 'chips', role: 'group', 'aria-label': 'Values' }, chips),
    value: () => pressed().join(', '),
  };
}

function textWith(values, value, isList) {
  const id = freshId('values');
  const input = el('input', {
    type: 'text',
    'aria-label': isList ? 'Values, separated by commas' : 'Value',
    placeholder: isList ? 'a, b, c' : null,
    autocomplete: 'off',
    spellcheck: 'false',
    list: values.length > 0 ? id : null,
  });
  input.value = value;
  const element = el(
    'div',
    {},
    input,
    values.length > 0 &&
      el(
        'datalist',
        { id },
        values.slice(0, 100).map((each) => el('option', { value: each })),
      ),
  );
  return { element, value: () => input.value.trim() };
}
