// Breaks a tier of three nodes in every way that its promises speak of, while clients follow and writers write, and checks
// each client's complete history against the log.
//   npm run faults -- [--runs 10] [--seed S] [--only kind,…] [--seconds 12] [--kept]; --help says more
// Everything runs on this machine, in processes of its own that it ends: nodes, PostgreSQL, Redis.

import { runCampaign } from './campaign.mjs';
import { endChildrenWithUs } from './child-process.mjs';
import { readOptions } from './options.mjs';

const options = readOptions();
endChildrenWithUs();
const passed = await runCampaign(options);
process.exit(passed ? 0 : 1);
