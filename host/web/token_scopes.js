// What a token can be good for.

export const scopes = [
  { value: 'submit', label: 'submit', help: 'hand in tickets and alerts: for tools' },
  { value: 'read', label: 'read', help: 'see everything but secrets: for monitoring, and for who only looks' },
  { value: 'admin', label: 'admin', help: 'everything: for people who set up connections' },
];
