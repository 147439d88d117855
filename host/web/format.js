// Formats times, numbers and documents for people.

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** A time in the user's time zone. */
export const formatTime = (iso) => (iso ? dateTime.format(new Date(iso)) : '');

/** A text in which times such as 2026-11-24T17:00:00Z are in the user's time zone. */
export const withLocalTimes = (text) =>
  (text ?? '').replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, formatTime);

const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/** The short form: only the time if it is today. */
export function formatMoment(iso) {
  const moment = new Date(iso);
  return moment.toDateString() === new Date().toDateString() ? time.format(moment) : dateTime.format(moment);
}

/** How long ago `iso` was: "12 s", "3 min", "2 h", "5 d". */
export function formatAge(iso, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000));
  return formatSeconds(seconds);
}

/** A duration in its largest suitable unit. */
export function formatSeconds(seconds) {
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} d`;
}

/** "1 ticket", "2 tickets". */
export const counted = (number, noun) => `${formatNumber(number)} ${noun}${number === 1 ? '' : 's'}`;

export const formatNumber = (number) => number.toLocaleString();

/** Texts, possibly from a PSA, as consecutive sentences: exactly one full stop ends each but the last. */
export const sentences = (...texts) =>
  texts
    .map((text) => (text || '').trim())
    .filter(Boolean)
    .map((text, i, all) => (i === all.length - 1 ? text : ended(text)))
    .join(' ');

const ended = (text) => (/[.!?:…]["')]*$/.test(text) ? text.replace(/([^.])\.\.$/, '$1.') : `${text.replace(/[,;]$/, '')}.`);

/** JSON with line breaks; a string that contains JSON is expanded too. */
export const prettyJson = (value) => JSON.stringify(value, (_, inner) => opened(inner), 2);

function opened(value) {
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
