// Tables as files: RFC 4180, safe to open in a spreadsheet.

/** @param {any[][]} rows  undefined and null are empty */
export const toCsv = (rows) => rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');

/** A spreadsheet would carry out a text that begins like a formula: a quote before it makes it a text. */
const formula = /^[=+\-@\t\r]/;

function cell(value) {
  const text = String(value ?? '');
  const safe = typeof value === 'string' && formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** Offers `text` as a file called `name`. */
export function download(name, text, type = 'text/csv;charset=utf-8') {
  const url = URL.createObjectURL(new Blob(['\ufeff', text], { type })); // the mark tells spreadsheets that it is UTF-8
  const link = document.createElement('a');
  Object.assign(link, { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
