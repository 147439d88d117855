// The permissions of a token.

export const scopes = [
  { value: 'submit', label: 'submit', help: 'submit tickets: for tools' },
  { value: 'read', label: 'read', help: 'read everything except secrets: for monitoring and read-only users' },
  {
    value: 'operate',
    label: 'operate',
    help: 'settle and update tickets: retry, link, discard, notes, values, resolve, reopen: for technicians, with read',
  },
  { value: 'admin', label: 'admin', help: 'everything: for administrators' },
];
