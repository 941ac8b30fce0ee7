// node run.mjs PAGES_FOLDER [PARTS]: makes the pages there and tests them in headless Chromium (scripts/page).
import {make_pages, start, finish} from './harness.mjs';

make_pages();
await start();
for (const part of (process.argv[3] || 'special,step,why,touch,exercise,find,arrays,boxes,cases,look,large,inner,states,real').split(','))
  await import(`./${part}.mjs`);
await finish();
