// The admin page in a real browser. One file, because all tests share one psa-host: they run in sequence, and the later
// ones use connections created by the guide's tests.
import { after, before } from 'node:test';
import { launch, quit } from './support.mjs';

before(launch);
after(() => quit(['signIn 200', 'listTickets 200', 'testConnection 200', 'submitTicket 202', 'getPageFile 200']));

await import('./sign_in_tests.mjs');
await import('./guide_tests.mjs');
await import('./stream_tests.mjs');
await import('./error_tests.mjs');
await import('./state_tests.mjs');
await import('./view_tests.mjs');
await import('./source_tests.mjs');
await import('./rule_tests.mjs');
await import('./window_tests.mjs');
await import('./customer_tests.mjs');
await import('./event_tests.mjs');
await import('./new_user_tests.mjs');
await import('./correction_tests.mjs');
await import('./token_tests.mjs');
await import('./upkeep_tests.mjs');
await import('./ticket_tests.mjs');
await import('./update_tests.mjs');
await import('./list_tests.mjs');
