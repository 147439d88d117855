// What monitoring sends to a source, as a real sender would.
import assert from 'node:assert/strict';

let groups = 0;

/** A notification of Alertmanager about a group of its own. `labels`: of its only alert. */
export function notification(labels, { status = 'firing', group, annotations = {}, startsAt = new Date().toISOString() } = {}) {
  const all = { alertname: 'Test', ...labels };
  return {
    version: '4',
    receiver: 'psa-host',
    status,
    groupKey: `{}:{alertname="${all.alertname}", run="${group ?? ++groups}"}`,
    truncatedAlerts: 0,
    groupLabels: { alertname: all.alertname },
    commonLabels: all,
    commonAnnotations: annotations,
    externalURL: 'https://alertmanager.example',
    alerts: [
      {
        status,
        labels: all,
        annotations,
        startsAt,
        endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : new Date().toISOString(),
        generatorURL: 'https://prometheus.example/graph',
        fingerprint: 'a1b2c3d4e5f60718',
      },
    ],
  };
}

/** Posts `body` to the URL of a source, and gives what it answers. */
export async function send(url, body, { token, expected = 200, headers = {} } = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}), ...headers },
  });
  const text = await answer.text();
  assert.equal(answer.status, expected, `${url}: ${text}`);
  return text ? JSON.parse(text) : null;
}
