// A field whose values come from the PSA: a drop-down list that filters while typing. If the list cannot be loaded it
// is a plain text field that says why.

import { actionButton, el, setChildren } from './dom.js';
import { sentences } from './format.js';

const searchDelay = 250;
const blank = { id: '', label: '' };

/**
 * @param {Object} options
 * @param {string} options.id  id of the input
 * @param {string} options.value  an id, or a name in the PSA
 * @param {string} options.blankLabel  the effect of leaving it blank; "" if not specified
 * @param {() => string[]} options.missing  titles of the fields that must be chosen first
 * @param {(request: {query: string}) => Promise<{items: Object[], nextCursor?: string}>} options.load
 * @param {() => void} [options.onChange]
 * @returns {{element: HTMLElement, input: HTMLInputElement, value: () => string, parentChanged: () => void}}
 */
export function createChoiceField(options) {
  const field = new ChoiceField(options);
  return {
    element: field.element,
    input: field.input,
    value: () => field.value(),
    parentChanged: () => field.parentChanged(),
  };
}

class ChoiceField {
  constructor({ id, value, blankLabel, missing = () => [], load, onChange = () => {} }) {
    Object.assign(this, { id, blankLabel, missing, load, onChange });
    this.chosen = value ? { id: value, label: value } : blank;
    this.forget();
    this.build();
    this.showChosen();
    if (value) this.nameChosen();
  }

  value() {
    return this.failure ? this.input.value.trim() : (this.chosen.given ?? this.chosen.id);
  }

  /** A field that the list depends on has changed: the chosen value stays only if the new list contains it. */
  parentChanged() {
    this.forget();
    this.showFailure();
    if (this.chosen.id) this.nameChosen({ orClear: true });
  }

  forget() {
    Object.assign(this, { items: null, isWhole: false, failure: null, shownOptions: [], active: -1, asked: 0 });
  }

  build() {
    const { id } = this;
    this.input = el('input', {
      id,
      type: 'text',
      role: 'combobox',
      'aria-expanded': 'false',
      'aria-controls': `${id}-list`,
      'aria-autocomplete': 'list',
      autocomplete: 'off',
      spellcheck: 'false',
      placeholder: this.blankLabel ? `Blank: ${this.blankLabel}` : 'Choose…',
    });
    this.list = el('ul', { id: `${id}-list`, role: 'listbox', 'aria-label': 'Choices' });
    this.status = el('p', { class: 'choice-status', role: 'status' });
    this.popup = el('div', { class: 'choice-popup', hidden: true }, this.list, this.status);
    this.note = el('div', { class: 'choice-note' });
    this.element = el('div', { class: 'choice' }, el('div', { class: 'choice-box' }, this.input, this.popup), this.note);
    this.input.addEventListener('click', () => this.open());
    this.input.addEventListener('input', () => this.typed());
    this.input.addEventListener('keydown', (event) => this.keyPressed(event));
    this.input.addEventListener('blur', () => this.left());
    this.popup.addEventListener('mousedown', (event) => event.preventDefault()); // the focus stays in the input
    this.list.addEventListener('click', (event) => this.clicked(event));
  }

  get isOpen() {
    return !this.popup.hidden;
  }

  async open(query = '') {
    if (this.failure || (this.isOpen && !query)) return;
    this.popup.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
    await this.find(query);
  }

  close() {
    this.popup.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
    this.active = -1;
  }

  typed() {
    if (this.failure) return this.onChange();
    clearTimeout(this.timer);
    const query = this.input.value.trim();
    if (!this.isOpen) this.open(query);
    else if (this.isWhole) this.find(query);
    else this.timer = setTimeout(() => this.find(query), searchDelay);
  }

  /** Shows the matches of `query`: from the list if it is loaded completely, otherwise from the PSA's search. */
  async find(query) {
    const missing = this.missing();
    if (missing.length > 0) return this.showOptions([], `Choose ${missing.join(' and ')} first.`);
    if (this.isWhole)
      return this.showFound(
        this.items.filter((item) => fits(item, query)),
        query,
      );
    const turn = ++this.asked;
    this.showOptions([], 'Loading…');
    const page = await this.ask(query);
    if (!page || turn !== this.asked) return;
    this.showFound(page.items, query, Boolean(page.nextCursor));
  }

  async ask(query) {
    try {
      const page = await this.load({ query });
      if (!query) Object.assign(this, { items: page.items, isWhole: !page.nextCursor });
      return page;
    } catch (error) {
      this.fail(error);
      return null;
    }
  }

  showFound(items, query, hasMore = false) {
    const options = query || !this.blankLabel ? items : [{ id: '', label: `Leave blank: ${this.blankLabel}` }, ...items];
    const status =
      items.length === 0
        ? query
          ? `No match for “${query}”.`
          : 'The list is empty.'
        : hasMore
          ? 'There are more; type part of the name.'
          : '';
    this.showOptions(options, status);
    this.setActive(options.findIndex((item) => item.id === this.chosen.id && isActive(item)));
  }

  showOptions(options, status) {
    this.shownOptions = options;
    this.active = -1;
    setChildren(
      this.list,
      options.map((item, i) => this.optionElement(item, i)),
    );
    this.list.hidden = options.length === 0;
    this.status.textContent = status;
    this.input.removeAttribute('aria-activedescendant');
  }

  optionElement(item, index) {
    const isChosen = item.id === this.chosen.id;
    return el(
      'li',
      {
        id: `${this.id}-option-${index}`,
        role: 'option',
        'aria-selected': String(isChosen),
        'aria-disabled': isActive(item) ? null : 'true',
        'data-index': index,
      },
      el('span', {}, item.label, isActive(item) ? null : ' (inactive)'),
      item.id && item.id !== item.label && el('span', { class: 'choice-id' }, item.code ? `${item.code} · ${item.id}` : item.id),
    );
  }

  setActive(index) {
    this.list.children[this.active]?.classList.remove('active');
    this.active = index;
    const option = this.list.children[index];
    if (!option) return this.input.removeAttribute('aria-activedescendant');
    option.classList.add('active');
    option.scrollIntoView({ block: 'nearest' });
    this.input.setAttribute('aria-activedescendant', option.id);
  }

  keyPressed(event) {
    if (this.failure) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (steps[event.key]) {
      event.preventDefault();
      if (this.isOpen) this.step(steps[event.key]);
      else this.open();
    } else if (event.key === 'Enter' && this.isOpen) {
      event.preventDefault();
      this.choose(this.shownOptions[this.active] ?? this.onlyOption());
    } else if (event.key === 'Escape' && this.isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
      this.showChosen();
    }
  }

  step(by) {
    const count = this.shownOptions.length;
    for (let i = this.active + by, tries = 0; tries < count; i += by, ++tries) {
      const index = (i + count) % count;
      if (isActive(this.shownOptions[index])) return this.setActive(index);
    }
  }

  onlyOption() {
    const active = this.shownOptions.filter(isActive);
    return active.length === 1 ? active[0] : null;
  }

  clicked(event) {
    const option = event.target.closest('[role=option]');
    if (option) this.choose(this.shownOptions[Number(option.dataset.index)]);
  }

  choose(item) {
    if (!item || !isActive(item)) return;
    const changed = item.id !== this.chosen.id;
    this.chosen = item.id ? item : blank;
    this.note.replaceChildren();
    this.close();
    this.showChosen();
    if (!changed) return;
    this.input.dispatchEvent(new Event('change', { bubbles: true }));
    this.onChange();
  }

  /** Leaving with a partly typed name selects its only match, or restores the previous value. */
  left() {
    clearTimeout(this.timer);
    if (this.failure) return;
    const typed = this.input.value.trim();
    const named = this.shownOptions.filter((item) => item.id && isNamed(item, typed));
    if (!typed) this.choose(blank);
    else if (typed !== this.chosen.label && named.length === 1) this.choose(named[0]);
    this.close();
    this.showChosen();
  }

  showChosen() {
    this.input.value = this.chosen.label;
  }

  /** Finds the name of a stored id, and reports if it no longer exists in the PSA. */
  async nameChosen({ orClear = false } = {}) {
    const wanted = this.chosen;
    this.element.setAttribute('aria-busy', 'true');
    const { found, alike } = this.missing().length > 0 ? {} : await this.search(wanted);
    this.element.removeAttribute('aria-busy');
    if (this.failure || this.chosen !== wanted) return;
    const given = wanted.given ?? wanted.id; // a name stays a name until a value is chosen
    if (found) this.chosen = { ...found, given, label: isActive(found) ? found.label : `${found.label} (inactive)` };
    else if (orClear) this.chosen = blank;
    if (!found && !orClear) this.offer(wanted.label, alike ?? []);
    if (document.activeElement !== this.input) this.showChosen();
    if (!found && orClear) this.onChange();
  }

  /** The only match, or all candidates. */
  async search({ id, label }) {
    const named = (page) => {
      const alike = page?.items.filter((item) => isNamed(item, label)) ?? [];
      return { found: page?.items.find((item) => item.id === id) ?? (alike.length === 1 ? alike[0] : null), alike };
    };
    const first = await this.ask('');
    const inFirst = named(first);
    return inFirst.found || !first?.nextCursor ? inFirst : named(await this.ask(label));
  }

  /** Reports a name with several matches, and one without any if the whole list is known. */
  offer(name, alike) {
    const candidates = alike.filter(isActive);
    if (candidates.length > 1)
      setChildren(
        this.note,
        el('p', {}, `The PSA has ${candidates.length} entries named “${name}”. Select one.`),
        el(
          'div',
          { class: 'actions' },
          candidates.map((item) =>
            actionButton(`${item.label} (${item.code ? `${item.code} · ` : ''}${item.id})`, async () => {
              this.choose(item);
              this.input.focus();
            }),
          ),
        ),
      );
    else if (this.isWhole) setChildren(this.note, `The PSA's list has no selectable “${name}”: choose another one.`);
  }

  fail(error) {
    const text = this.value();
    this.failure = error;
    this.close();
    this.input.value = text;
    this.showFailure();
  }

  /** A text field while the list is not loaded, otherwise a drop-down list. */
  showFailure() {
    this.element.classList.toggle('plain', Boolean(this.failure));
    if (this.failure) this.input.removeAttribute('role');
    else this.input.setAttribute('role', 'combobox');
    for (const name of ['aria-expanded', 'aria-controls', 'aria-autocomplete'])
      if (this.failure) this.input.removeAttribute(name);
    if (!this.failure) {
      this.input.setAttribute('aria-controls', `${this.id}-list`);
      this.input.setAttribute('aria-expanded', 'false');
      this.input.setAttribute('aria-autocomplete', 'list');
      return setChildren(this.note);
    }
    setChildren(
      this.note,
      el(
        'p',
        {},
        sentences(
          `The list could not be loaded: ${this.failure.message}`,
          this.failure.hint,
          'You can type an id or a name instead.',
        ),
      ),
      actionButton('Reload the list', () => this.tryAgain(), { kind: 'quiet', busy: 'Loading…' }),
    );
  }

  async tryAgain() {
    const typed = this.input.value.trim();
    this.chosen = typed ? { id: typed, label: typed } : blank;
    this.forget();
    this.showFailure();
    if (typed) await this.nameChosen();
    else await this.ask('');
  }
}

const isActive = (item) => item.active !== false;

const namesOf = (item) => [item.label, item.code, item.id].filter(Boolean).map((name) => name.toLowerCase());

const isNamed = (item, text) => namesOf(item).includes(text.toLowerCase());

const fits = (item, query) => namesOf(item).some((name) => name.includes(query.toLowerCase()));
