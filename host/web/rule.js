// One rule: its form with a live preview, its mode and its versions.

import { mayDo } from './api.js';
import { removeDefinition } from './definition_removal.js';
import { actionButton, el, runOnce, setChildren } from './dom.js';
import { loadSeen } from './event_fields.js';
import { badge, notice, problemBox, resultArea } from './notices.js';
import { addRule, loadRule, loadSources, removeRule, saveRule } from './requests.js';
import { goTo, guardLeaving } from './router.js';
import { ruleForm } from './rule_form.js';
import { modeBadge, modeControl } from './rule_mode.js';
import { rulePreview } from './rule_preview.js';
import { loadTargets } from './rule_ticket.js';
import { ruleVersions } from './rule_versions.js';

let confirmation = null; // what to show above the rule, which was just saved

/** Shows a rule that was just saved, with what is to be said about it. */
export function ruleSaved({ name, warnings = [] }, { isNew }) {
  confirmation = notice(
    warnings.length > 0 ? 'warn' : 'good',
    isNew ? 'The rule is saved, in dry run' : 'The rule is saved',
    isNew && el('p', {}, 'The preview shows what it would have done. Turn it on when it is right.'),
    warnings.map((warning) => el('p', {}, warning)),
  );
  goTo(`/rules/${encodeURIComponent(name)}`);
}

/** The rule of the address. */
export async function ruleView({ parameters, signal }) {
  return showRule(await loadRule(parameters.name, signal), signal);
}

/** A new rule without conditions. */
export async function newRuleView({ signal }) {
  return showNewRule({ name: '', mode: 'dry_run', conditions: { all: ['severity=~"critical|high"'] } }, signal);
}

/** A form for a rule that is not saved yet. */
export const showNewRule = (rule, signal) => showRule(rule, signal, { isNew: true });

async function showRule(rule, signal, { isNew = false } = {}) {
  const sources = (await loadSources(signal)).map(({ name }) => name);
  const [targets, seen] = await Promise.all([loadTargets(signal), loadSeen(sources, signal)]);
  const state = { rule, isNew, result: resultArea() };
  const top = resultArea();
  const form = ruleForm({ rule, targets, seen, signal, onChange: () => state.preview?.follow() });
  state.form = form;
  state.saved = JSON.stringify(form.value());
  const isDirty = () => JSON.stringify(form.value()) !== state.saved;
  guardLeaving(() => !state.isLeaving && isDirty(), signal);
  state.preview = rulePreview({ rule: () => form.value(), sources, signal });
  if (confirmation) top.show(confirmation);
  confirmation = null;
  const frame = el('fieldset', { disabled: !mayDo('admin') }, form.element);
  const save = el('button', { class: 'button primary' }, 'Save');
  const element = el(
    'form',
    { class: 'stack', novalidate: true, autocomplete: 'off' },
    frame,
    mayDo('admin') &&
      el(
        'div',
        { class: 'actions form-actions' },
        save,
        actionButton(isNew ? 'Cancel' : 'Close', async () => goTo('/rules'), { kind: 'quiet' }),
        !isNew && actionButton('Remove', () => remove(state), { kind: 'danger' }),
      ),
    state.result.element,
  );
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    runOnce(save, 'Saving…', () => store(state));
  });
  const mode = el('div', { class: 'actions' });
  const showMode = (now) =>
    setChildren(
      mode,
      modeBadge(now.mode),
      mayDo('admin') && modeControl(now, { isDirty, result: top, changed: (changed) => modeChanged(state, changed, showMode) }),
    );
  if (!isNew) showMode(rule);
  return el(
    'div',
    { class: 'view' },
    el('p', { class: 'crumb' }, el('a', { href: '#/rules' }, '← Rules')),
    el('div', { class: 'view-head' }, el('h1', {}, isNew ? 'New rule' : rule.name), isNew ? badge('info', 'Dry run') : mode),
    isNew &&
      el(
        'p',
        { class: 'lead' },
        'A new rule starts in dry run: it decides and records, and does nothing. Turn it on when you have seen what it would do.',
      ),
    rule.trouble && notice('bad', 'This rule has no effect', el('p', {}, rule.trouble)),
    top.element,
    el('div', { class: 'beside' }, element, state.preview.element),
    !isNew && ruleVersions(rule, signal),
  );
}

function modeChanged(state, changed, showMode) {
  Object.assign(state.rule, { mode: changed.mode, version: changed.version });
  state.saved = JSON.stringify(state.form.value());
  showMode(changed);
}

async function store(state) {
  const { rule, isNew, form, result } = state;
  result.clear();
  if (!form.check()) return;
  try {
    const document = form.value();
    const saved = isNew ? await addRule(document) : await saveRule(rule.name, { ...document, version: rule.version });
    state.isLeaving = true;
    ruleSaved(saved, { isNew });
  } catch (error) {
    const elsewhere = form.showErrors(error.errors ?? []);
    if (elsewhere.length > 0 || !error.errors?.length)
      result.show(problemBox({ title: error.title, message: error.message, errors: elsewhere, retryAfter: error.retryAfter }));
    else
      result.show(
        notice('bad', 'The rule was not saved', el('p', {}, 'Correct the fields that are marked above, and save again.')),
      );
  }
}

const remove = (state) =>
  removeDefinition(state, {
    kind: 'rule',
    name: state.rule.name,
    text: 'Events go on to the rules below it. Problems that it has a ticket for are still followed to their end.',
    remove: removeRule,
  });
