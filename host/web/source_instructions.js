// What to enter at the sender, ready to copy, with the URL and the token of the source.

import { copyable } from './copy.js';
import { el } from './dom.js';

/**
 * @param {Object} preset
 * @param {{ways: string[], url: string, secretUrl?: string, token?: string}} access  ways: how the sender may authenticate; the
 *   secret URL and the token: only right after they were made
 */
export function sourceInstructions(preset, { ways, url, secretUrl, token }) {
  const usesSecret = ways.includes('url') && !ways.includes('token');
  const values = {
    url: secretUrl ?? (usesSecret ? `${url}/SECRET-OF-THIS-SOURCE` : url),
    token: token ?? 'TOKEN-OF-THIS-SOURCE',
  };
  const instructions = (preset.instructions ?? []).filter(
    ({ authentication }) => !authentication || ways.includes(authentication),
  );
  const isShort = (name, given) =>
    !given &&
    instructions.some(({ text, authentication }) => (name === 'token' ? text.includes('{{token}}') : authentication === 'url'));
  return el(
    'div',
    { class: 'stack' },
    copyable('URL', values.url),
    instructions.map(({ title, text, kind, authentication }) => {
      const of = authentication === 'token' ? { ...values, url } : values;
      const filled = text.replace(/\{\{(url|token)\}\}/g, (_, name) => of[name]);
      const isProse = kind === 'text';
      return el(
        'div',
        { class: 'stack tight' },
        el('h3', {}, title),
        isProse ? el('p', { class: 'note-text' }, filled) : copyable(title, filled, { multiline: true }),
      );
    }),
    isShort('token', token) &&
      el(
        'p',
        { class: 'help' },
        'The token is shown only when it is made. If you do not have it any more, make a new one under Access.',
      ),
    usesSecret &&
      isShort('url', secretUrl) &&
      el(
        'p',
        { class: 'help' },
        'The URL with its secret is shown only when it is made. If you do not have it any more, make a new one under Access.',
      ),
    preset.retries && el('p', { class: 'help' }, `If psa-host cannot take a delivery: ${preset.retries}`),
  );
}
