// How a sender authenticates to a source: its token, the secret in its URL, and the secret of its signatures.

import { copyable } from './copy.js';
import { confirmDialog } from './dialogs.js';
import { actionButton, el } from './dom.js';
import { badge, notice, problemBox } from './notices.js';
import { removeAccess, renewAccess, saveSource } from './requests.js';

let shownOnce = null; // {name, token?, secretUrl?}: of the source that was just added

/** Keeps what is shown only once for the page of the source, which is shown next. */
export function rememberAccess(name, access) {
  shownOnce = { name, ...access };
}

/** What was kept for the source `name`, or null; it is forgotten. */
export function takeAccess(name) {
  const access = shownOnce?.name === name ? shownOnce : null;
  shownOnce = null;
  return access;
}

/** What is shown only once, with copy buttons. */
export function accessNotice({ token, secretUrl }, title = 'Copy it now') {
  const heading = el('p', { class: 'notice-title' }, title);
  return el(
    'div',
    { class: 'notice good' },
    heading,
    el(
      'p',
      {},
      `${token ? 'The token' : 'The URL with its secret'} is shown only once: copy it now, or the text below that has it. If you lose it, make a new one.`,
    ),
    token && copyable('Token', token),
    secretUrl && copyable('URL with its secret', secretUrl),
  );
}

/**
 * The section of a source's page. `refresh` is called after a change; `made` with {token} or {secretUrl}.
 * @param {{source: Object, document: (changes: Object) => Object, made: (access: Object) => void, refresh: () => Promise<any>,
 *   result: Object}} context  document: what to save for a change of the source; result: a resultArea()
 */
export const sourceAccess = (context) =>
  el('div', { class: 'access' }, tokenRow(context), urlRow(context), signatureRow(context));

const row = (name, help, state, ...actions) =>
  el(
    'div',
    { class: 'access-row' },
    el('div', {}, el('h3', {}, name, ' ', state), el('p', { class: 'help' }, help)),
    el('div', { class: 'actions' }, actions),
  );

const stateOf = (isThere) => (isThere ? badge('good', 'Set') : badge('quiet', 'None'));

const tokenRow = (context) =>
  row(
    'Token',
    'In the header Authorization, or as the password of basic authentication.',
    stateOf(context.source.hasToken),
    actionButton(context.source.hasToken ? 'New token' : 'Make a token', () => renew(context, 'token')),
    context.source.hasToken &&
      actionButton('Remove', () => take(context, 'token'), { kind: 'quiet', 'aria-label': 'Remove the token' }),
  );

const urlRow = (context) =>
  row(
    'Secret URL',
    'For a sender that cannot set headers. Whoever knows the URL can send.',
    stateOf(context.source.urlWithSecret),
    actionButton(context.source.urlWithSecret ? 'New secret URL' : 'Make a secret URL', () => renew(context, 'secret-url')),
    context.source.urlWithSecret &&
      actionButton('Remove', () => take(context, 'secret-url'), { kind: 'quiet', 'aria-label': 'Remove the secret URL' }),
  );

const signatureRow = (context) =>
  row(
    'Signature',
    'The sender signs each delivery with a secret that both know.',
    stateOf(context.source.hasSignatureSecret),
    actionButton(context.source.hasSignatureSecret ? 'New signature secret' : 'Set a signature secret', () => setSecret(context)),
    context.source.hasSignatureSecret &&
      actionButton('Remove', () => take(context, 'signature-secret'), {
        kind: 'quiet',
        'aria-label': 'Remove the signature secret',
      }),
  );

const names = { token: 'token', 'secret-url': 'secret URL', 'signature-secret': 'signature secret' };

async function renew({ source, made, refresh, result }, what) {
  const isThere = what === 'token' ? source.hasToken : source.urlWithSecret;
  const sure =
    !isThere ||
    (await confirmDialog({
      title: `Make a new ${names[what]}?`,
      text: 'The old one is invalid at once: deliveries are rejected until the sender has the new one.',
      confirm: `New ${names[what]}`,
      danger: true,
    }));
  if (!sure) return;
  result.clear();
  try {
    const access = await renewAccess(source.name, what);
    await refresh();
    made(what === 'token' ? { token: access.token } : { secretUrl: access.url });
  } catch (error) {
    result.show(problemBox(error));
  }
}

async function take({ source, refresh, result }, what) {
  const sure = await confirmDialog({
    title: `Remove the ${names[what]} of ${source.name}?`,
    text: 'Deliveries that use it are rejected from then on.',
    confirm: 'Remove',
    danger: true,
  });
  if (!sure) return;
  result.clear();
  try {
    await removeAccess(source.name, what);
    await refresh();
  } catch (error) {
    result.show(problemBox(error));
  }
}

async function setSecret({ source, document, refresh, result }) {
  const answer = await confirmDialog({
    title: 'Signature secret',
    text: 'Deliveries whose signature does not fit are rejected from then on.',
    confirm: 'Save',
    input: { label: 'Secret with which the sender signs', required: true, isSecret: true },
  });
  if (!answer) return;
  result.clear();
  try {
    await saveSource(source.name, document({ signatureSecret: answer.value }));
    await refresh();
    result.show(notice('good', 'The signature secret is saved'));
  } catch (error) {
    result.show(problemBox(error));
  }
}
