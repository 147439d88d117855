// Signing in with a token: as the first page, and over the current view when a session has expired.

import { ApiError, signIn } from './api.js';
import { openDialog } from './dialogs.js';
import { el, focusOn, runOnce, setChildren } from './dom.js';
import { problemBox, resultArea } from './notices.js';

let askedAgain = null;

/** Shows the sign-in page in `main`; resolves when the user has signed in. */
export function signInPage(main) {
  document.title = 'Sign in · psa-host';
  return new Promise((resolve) => {
    const form = signInForm(resolve);
    setChildren(
      main,
      el(
        'section',
        { class: 'sign-in card' },
        el('img', { src: '/icon.svg', alt: '', width: 48, height: 48 }),
        el('h1', {}, 'Sign in to psa-host'),
        form.element,
      ),
    );
    focusOn(form.input);
  });
}

/** Asks for a token over the current view, which keeps its input. Asks once, however many requests wait for it. */
export function signInAgain() {
  askedAgain ??= ask().finally(() => {
    askedAgain = null;
  });
  return askedAgain;
}

async function ask() {
  const form = signInForm(() => dialog.close('done'));
  const dialog = el(
    'dialog',
    { class: 'dialog', 'aria-labelledby': 'again-title' },
    el('h2', { id: 'again-title' }, 'Sign in again'),
    el('p', {}, 'Your session has expired. Your input is kept, and your last action continues after you sign in.'),
    form.element,
  );
  const closed = openDialog(dialog);
  form.input.focus();
  if ((await closed) !== 'done')
    throw new ApiError(401, {
      title: 'You are signed out',
      detail: 'Nothing was changed. Try again, and sign in when prompted.',
    });
}

function signInForm(onSignedIn) {
  const result = resultArea();
  const input = el('input', {
    id: 'token',
    type: 'password',
    autocomplete: 'current-password',
    spellcheck: 'false',
    required: true,
    'aria-describedby': 'token-help',
  });
  const button = el('button', { class: 'button primary' }, 'Sign in');
  const element = el(
    'form',
    { novalidate: true },
    el(
      'div',
      { class: 'field' },
      el('label', { for: 'token' }, 'Token'),
      el(
        'p',
        { class: 'help', id: 'token-help' },
        'psa-host prints an admin token on its first start. Lost it? An admin can create one under Tokens, or with ',
        el('code', {}, 'psa-host token add'),
        ' on the machine of psa-host.',
      ),
      input,
    ),
    el('div', { class: 'actions' }, button),
    result.element,
  );
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    runOnce(button, 'Signing in…', () => tryToken(input, result, onSignedIn));
  });
  return { element, input };
}

async function tryToken(input, result, onSignedIn) {
  const token = input.value.trim();
  try {
    if (!token) throw new ApiError(422, { title: 'The token is missing', detail: 'Paste it into the field above.' });
    await signIn(token);
    onSignedIn();
  } catch (error) {
    result.show(problemBox(error));
    input.select();
    input.focus();
  }
}
