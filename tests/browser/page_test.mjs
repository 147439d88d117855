// The admin page in a real browser. One file, since all tests share one psa-host: they run one after the other.
import { after, before } from 'node:test';
import { launch, quit } from './support.mjs';

before(launch);
after(quit);

await import('./guide_tests.mjs');
