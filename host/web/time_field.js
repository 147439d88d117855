// Times in a form: shown and entered in the user's time zone, sent as UTC.

/** The value of a date-time input in the API's format; "" if it is empty. */
export const toUtc = (local) => (local ? new Date(local).toISOString() : '');

/** The reverse: "2026-11-24T18:00" for a date-time input; "" for an invalid time. */
export function toLocal(iso) {
  const time = new Date(iso ?? '');
  if (Number.isNaN(time.getTime())) return '';
  return new Date(time.getTime() - time.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}
