// Times in a form: shown and entered in the user's time zone, sent as UTC.

/** What a date-time input holds, as the API takes it; "" if there is nothing. */
export const toUtc = (local) => (local ? new Date(local).toISOString() : '');

/** The other way round: "2026-11-24T18:00" for a date-time input; "" for what is no time. */
export function toLocal(iso) {
  const time = new Date(iso ?? '');
  if (Number.isNaN(time.getTime())) return '';
  return new Date(time.getTime() - time.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}
