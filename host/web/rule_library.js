// The library: ready-made rules with questions. What is added starts in dry run.

import { actionButton, el, focusOn, runOnce, setChildren } from './dom.js';
import { loadSeen } from './event_fields.js';
import { problemBox, resultArea } from './notices.js';
import { addRule, loadLibrary, loadRules, loadSources } from './requests.js';
import { goTo, guardLeaving } from './router.js';
import { ruleSaved, showNewRule } from './rule.js';
import { libraryQuestions } from './rule_questions.js';
import { loadTargets, noTarget } from './rule_ticket.js';

/** The cards; with ?rule=NAME, the questions of one. */
export async function libraryView({ query, signal }) {
  const library = await loadLibrary(signal);
  const chosen = library.find(({ name }) => name === query.get('rule'));
  return chosen ? questionsView(chosen, signal) : cards(library);
}

const cards = (library) =>
  el(
    'div',
    { class: 'view' },
    el('p', { class: 'crumb' }, el('a', { href: '#/rules' }, '← Rules')),
    el(
      'div',
      { class: 'view-head' },
      el('h1', {}, 'Library of rules'),
      el(
        'p',
        { class: 'lead' },
        'Ready-made rules to start from. Each is added in dry run: it shows what it would do, and does nothing.',
      ),
    ),
    el(
      'ul',
      { class: 'preset-cards' },
      library.map(({ name, title, description }) =>
        el(
          'li',
          { class: 'card' },
          el('h2', {}, el('a', { class: 'card-link', href: `#/rules/add/library?rule=${encodeURIComponent(name)}` }, title)),
          el('p', { class: 'help' }, description),
        ),
      ),
    ),
  );

/** Asks what the rule needs to know; then it is added in dry run, or opened in the editor. */
async function questionsView(entry, signal) {
  const [targets, rules, sources] = await Promise.all([loadTargets(signal), loadRules(signal), loadSources(signal)]);
  const seen = await loadSeen(
    sources.map(({ name }) => name),
    signal,
  );
  const questions = libraryQuestions(entry, { targets, seen, signal });
  const result = resultArea();
  const add = el('button', { class: 'button primary' }, 'Add in dry run');
  const place = el('div', { class: 'view' });
  const state = {
    questions,
    result,
    ruleNow: () => ({ ...questions.rule(), name: freeName(entry.rule.name, rules), mode: 'dry_run' }),
  };
  const before = JSON.stringify(state.ruleNow());
  guardLeaving(() => element.isConnected && !state.isLeaving && JSON.stringify(state.ruleNow()) !== before, signal);
  const edit = async () => {
    const editor = await showNewRule(state.ruleNow(), signal);
    setChildren(place, [...editor.childNodes]);
    focusOn(place.querySelector('h1'));
  };
  const element = el(
    'form',
    { class: 'card', novalidate: true, autocomplete: 'off' },
    questions.element,
    el(
      'div',
      { class: 'actions' },
      add,
      actionButton('Open in the editor', edit, { busy: 'Opening…' }),
      actionButton('Cancel', async () => goTo('/rules/add/library'), { kind: 'quiet' }),
    ),
    result.element,
  );
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    runOnce(add, 'Adding…', () => store(state));
  });
  const needsConnection = entry.rule.do !== 'suppress' && targets.length === 0;
  return setChildren(
    place,
    el('p', { class: 'crumb' }, el('a', { href: '#/rules/add/library' }, '← Library of rules')),
    el('div', { class: 'view-head' }, el('h1', {}, entry.title)),
    el('p', { class: 'lead' }, entry.description),
    needsConnection ? noTarget() : element,
  );
}

/** `base`, or with a number if a rule has that name. */
function freeName(base, rules) {
  const taken = new Set(rules.map(({ name }) => name));
  for (let i = 1; ; ++i) {
    const name = i === 1 ? base : `${base} ${i}`;
    if (!taken.has(name)) return name;
  }
}

async function store(state) {
  const { questions, result, ruleNow } = state;
  result.clear();
  if (!questions.check()) return;
  try {
    const saved = await addRule(ruleNow());
    state.isLeaving = true;
    ruleSaved(saved, { isNew: true });
  } catch (error) {
    const elsewhere = questions.showErrors(error.errors ?? []);
    if (elsewhere.length > 0 || !error.errors?.length)
      result.show(problemBox({ title: error.title, message: error.message, errors: elsewhere }));
  }
}
