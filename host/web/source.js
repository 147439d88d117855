// One source: how to connect its sender, what arrived, trying it, its settings and its access.

import { mayDo } from './api.js';
import { removeDefinition } from './definition_removal.js';
import { actionButton, announce, el, focusOn, runOnce, setChildren } from './dom.js';
import { onChange } from './stream.js';
import { notice, problemBox, resultArea } from './notices.js';
import { loadPresets, loadSource, removeSource, resumeSource, saveSource } from './requests.js';
import { goTo, guardLeaving } from './router.js';
import { accessNotice, sourceAccess, takeAccess } from './source_access.js';
import { sourceDeliveries } from './source_deliveries.js';
import { sourceForm } from './source_form.js';
import { sourceInstructions } from './source_instructions.js';
import { sourceBadge, sourceCounts, sourceTrouble } from './source_states.js';
import { sourceTrial } from './source_trial.js';

/** Shows the source of the address. */
export async function sourceView({ parameters, query, signal }) {
  const [source, presets] = await Promise.all([loadSource(parameters.name, signal), loadPresets(signal)]);
  const preset = presets.find(({ name }) => name === source.preset) ?? { name: source.preset, title: source.preset };
  const page = new SourcePage({ source, preset, access: takeAccess(source.name), signal });
  const element = await page.build(query.get('state') ?? '');
  onChange(['events', 'definitions'], () => page.refresh(), signal);
  return element;
}

class SourcePage {
  constructor({ source, preset, access, signal }) {
    Object.assign(this, { source, preset, access, signal, result: resultArea(), accessResult: resultArea() });
    for (const name of ['head', 'trouble', 'arrival', 'once', 'instructions', 'accessPlace'])
      this[name] = el('div', { class: 'stack' });
  }

  async build(state) {
    const { source } = this;
    const trial = sourceTrial({ input: () => ({ source: source.name }) });
    const trialCard = details('Try it', trial.element);
    const deliveries = await sourceDeliveries({
      source: source.name,
      state,
      signal: this.signal,
      tryBody: (body) => {
        trial.fill(body);
        trialCard.open = true;
        focusOn(trialCard.querySelector('textarea'));
      },
    });
    const wasEmpty = !source.state?.lastDelivery;
    this.show();
    if (this.access)
      setChildren(
        this.once,
        this.access.token || this.access.secretUrl
          ? accessNotice(this.access, `${source.name} is saved`)
          : notice('good', `${source.name} is saved`),
      );
    return el(
      'div',
      { class: 'view' },
      el('p', { class: 'crumb' }, el('a', { href: '#/sources' }, '← Sources')),
      this.head,
      this.result.element,
      this.trouble,
      this.once,
      this.arrival,
      details('Connect the sender', this.instructions, wasEmpty || Boolean(this.access)),
      el('section', { class: 'card', 'aria-label': 'Deliveries' }, el('h2', {}, 'Deliveries'), deliveries),
      mayDo('read') && trialCard,
      mayDo('admin') && details('Settings', this.settings()),
      mayDo('admin') && details('Access', [this.accessPlace, this.accessResult.element]),
      mayDo('admin') &&
        el(
          'div',
          { class: 'actions' },
          actionButton('Remove this source', () => this.remove(), { kind: 'danger' }),
        ),
    );
  }

  async refresh() {
    this.source = await loadSource(this.source.name, this.signal);
    this.show();
  }

  show() {
    const { source, preset } = this;
    setChildren(
      this.head,
      el('div', { class: 'view-head' }, el('h1', {}, source.name), el('div', { class: 'ticket-head' }, sourceBadge(source))),
      el('p', { class: 'lead' }, `${preset.title} · ${sourceCounts(source)}`),
    );
    setChildren(
      this.trouble,
      sourceTrouble(source, { resume: mayDo('operate') && actionButton('Resume', () => this.resume(), { busy: 'Resuming…' }) }),
    );
    this.showArrival();
    this.showInstructions();
    setChildren(
      this.accessPlace,
      sourceAccess({
        source,
        document: (changes) => ({ ...this.document(), ...changes }),
        made: (made) => this.accessMade(made),
        refresh: () => this.refresh(),
        result: this.accessResult,
      }),
    );
  }

  showInstructions() {
    const { hasToken, urlWithSecret, hasSignatureSecret, url } = this.source;
    const ways = [hasToken && 'token', urlWithSecret && 'url', hasSignatureSecret && 'signature'].filter(Boolean);
    setChildren(this.instructions, sourceInstructions(this.preset, { ways, url, ...this.access }));
  }

  /** Says when the first delivery arrives: until then somebody waits for it. */
  showArrival() {
    const { lastDelivery, notUnderstood } = this.source.state ?? {};
    if (!lastDelivery) {
      this.isWaiting = true;
      if (this.arrival.childElementCount === 0)
        setChildren(
          this.arrival,
          el(
            'div',
            { class: 'notice info', role: 'status' },
            el('p', { class: 'notice-title waiting' }, 'Waiting for the first delivery…'),
            el('p', {}, 'Send a test from the sender, or make it report something. This changes by itself.'),
          ),
        );
    } else if (this.isWaiting) {
      this.isWaiting = false;
      const isRead = !notUnderstood;
      const text = isRead ? 'The first delivery has arrived' : 'The first delivery has arrived, but it was not understood';
      setChildren(
        this.arrival,
        notice(
          isRead ? 'good' : 'warn',
          text,
          el(
            'p',
            {},
            isRead ? 'Next: ' : 'See the reason under Deliveries.',
            isRead && el('a', { href: '#/rules/add/library' }, 'add a rule from the library'),
            isRead && ', so that it makes tickets.',
          ),
        ),
      );
      announce(text);
    }
  }

  accessMade(access) {
    this.access = { ...this.access, ...access };
    setChildren(this.once, accessNotice(access));
    this.showInstructions();
    focusOn(this.once.querySelector('.notice-title'));
  }

  /** The document as it is saved. */
  document() {
    const { id, url, urlWithSecret, hasToken, hasSignatureSecret, trouble, state, ...document } = this.source;
    return document;
  }

  settings() {
    const form = sourceForm({ preset: this.preset, source: this.source });
    const result = resultArea();
    let saved = JSON.stringify(form.value());
    guardLeaving(() => !this.isLeaving && JSON.stringify(form.value()) !== saved, this.signal);
    const save = el('button', { class: 'button primary' }, 'Save');
    const store = async () => {
      result.clear();
      try {
        const { name, preset, version } = this.document();
        this.source = await saveSource(name, { name, preset, ...form.value(), version });
        saved = JSON.stringify(form.value());
        this.show();
        result.show(
          notice(
            'good',
            'The settings are saved',
            el('p', {}, 'They apply from the next delivery on. Those that were not understood are read again.'),
          ),
        );
      } catch (error) {
        const elsewhere = form.showErrors(error.errors ?? []);
        if (elsewhere.length > 0 || !error.errors?.length) result.show(problemBox(error));
      }
    };
    const element = el(
      'form',
      { class: 'stack', novalidate: true, autocomplete: 'off' },
      form.element,
      el('div', { class: 'actions' }, save),
      result.element,
    );
    element.addEventListener('submit', (event) => {
      event.preventDefault();
      runOnce(save, 'Saving…', store);
    });
    return element;
  }

  async resume() {
    this.result.clear();
    try {
      await resumeSource(this.source.name);
      await this.refresh();
      this.result.show(notice('good', 'The source is no longer parked', el('p', {}, 'Deliveries that were kept are read now.')));
    } catch (error) {
      this.result.show(problemBox(error));
    }
  }

  remove() {
    return removeDefinition(this, {
      kind: 'source',
      name: this.source.name,
      text: 'Its URL and token are invalid at once, and its deliveries are rejected. Its events and tickets stay.',
      remove: removeSource,
    });
  }
}

function details(title, content, open = false) {
  const heading = el('h2', {}, title);
  return el(
    'details',
    { class: 'card document section', open },
    el('summary', {}, heading),
    el('div', { class: 'section-body' }, content),
  );
}
