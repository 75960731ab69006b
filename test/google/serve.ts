// `npm run google [-- --port N --dir D]`: the local Google for hand work, until Ctrl-C.
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { testClientId, testClientSecret } from './options.ts';
import { startGoogle } from './start-google.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8085' },
    dir: { type: 'string', default: path.join(tmpdir(), 'pgkeep-local-google') },
    consent: { type: 'string', default: 'page' },
  },
});
const { consent } = values;
const port = Number(values.port);
if (!Number.isInteger(port) || (consent !== 'page' && consent !== 'allow' && consent !== 'deny')) {
  console.error('usage: npm run google [-- --port N] [--dir FOLDER] [--consent page|allow|deny]');
  process.exit(2);
}

const google = await startGoogle({ dir: path.resolve(values.dir), port, switches: { consent } });
console.log(`The local Google listens on ${google.origin}
  files      ${google.dir}
  state      ${google.origin}/_ctl/state
  requests   ${google.origin}/_ctl/journal
  a service account's key: curl -X POST ${google.origin}/_ctl/service-account-key

config.json for PgKeep's data folder:
${JSON.stringify({ google: google.endpoints }, null, 2)}

OAuth client of PgKeep's settings:
  id         ${testClientId}
  secret     ${testClientSecret}

Ctrl-C ends it.`);

const end = (): void => {
  void google.stop();
};
process.once('SIGINT', end);
process.once('SIGTERM', end);
