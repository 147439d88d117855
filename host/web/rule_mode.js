// The mode of a rule: dry run, on or off. Turning it on shows first what it would have done.

import { confirmDialog } from './dialogs.js';
import { actionButton, el } from './dom.js';
import { badge, notice, problemBox } from './notices.js';
import { loadRule, previewRule, saveRule } from './requests.js';
import { previewResult } from './rule_preview.js';

const previewDays = 7;

export const modes = {
  dry_run: { label: 'Dry run', tone: 'info', help: 'decides and records, does nothing' },
  on: { label: 'On', tone: 'good', help: 'makes tickets' },
  off: { label: 'Off', tone: 'quiet', help: 'is not asked' },
};

export const modeBadge = (mode) => badge(modes[mode].tone, modes[mode].label);

const verbs = { on: 'Turn on', dry_run: 'Dry run only', off: 'Turn off' };

/**
 * Buttons for the other modes.
 * @param {{isDirty?: () => boolean, result: Object, changed: (rule: Object) => void}} options  isDirty: of a form of the rule
 */
export const modeControl = (rule, { isDirty = () => false, result, changed }) =>
  Object.keys(verbs)
    .filter((mode) => mode !== rule.mode)
    .map((mode) =>
      actionButton(verbs[mode], () => switchMode(rule, mode, { isDirty, result, changed }), {
        kind: mode === 'on' ? 'primary' : 'secondary',
        busy: 'One moment…',
        'aria-label': `${verbs[mode]}: ${rule.name}`,
      }),
    );

async function switchMode({ name }, mode, { isDirty, result, changed }) {
  result.clear();
  if (isDirty()) {
    result.show(notice('warn', 'Save the changes first', el('p', {}, 'The mode is of the rule as it is saved.')));
    return;
  }
  try {
    if (mode === 'on' && !(await isWanted(name))) return;
    const saved = await saveRule(name, { ...(await loadRule(name)), mode });
    changed(saved);
    result.show(notice('good', `${name}: ${modes[mode].label.toLowerCase()}`, el('p', {}, said(mode))));
  } catch (error) {
    result.show(problemBox(error));
  }
}

function said(mode) {
  if (mode === 'on') return 'The next event that it matches gets a ticket.';
  return mode === 'off' ? 'It is not asked any more.' : 'It decides and records, and does nothing.';
}

async function isWanted(name) {
  const preview = await previewRule(name, previewDays);
  return confirmDialog({
    title: `Turn on ${name}?`,
    text: `From now on it makes real tickets. This is what it would have done in the last ${previewDays} days.`,
    content: previewResult(preview, previewDays),
    confirm: 'Turn on',
    isWide: true,
  });
}
