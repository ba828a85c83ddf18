/** npm run rebuild: builds copies anew from the facts, shows that they are the same, and mends those that are not. */
import { findEngines } from '../house/engines.ts';
import { House } from '../house/house.ts';
import { terminal } from '../house/terminal.ts';
import { EXIT, runTool } from '../house/tool.ts';
import { HELP, readRebuildCommand } from './arguments.ts';
import { declaredCopies } from './declared-copies.ts';
import { rebuildCopy } from './rebuild-copy.ts';
import { asText } from './report.ts';

await runTool('rebuild', async () => {
  const command = readRebuildCommand(process.argv.slice(2));
  if (!command) {
    terminal.say(HELP);
    return EXIT.good;
  }
  const house = await House.open(findEngines(process.env));
  try {
    let left = 0;
    for (const service of command.services) {
      const place = { kafka: house.kafka, names: house.names, db: house.database(service) };
      const rebuilt = [];
      for (const declared of await declaredCopies(service))
        rebuilt.push(await rebuildCopy(place, declared, command));
      terminal.say(asText(service, rebuilt));
      left += rebuilt.reduce((sum, { different, mended }) => sum + different - mended, 0);
    }
    return left === 0 ? EXIT.good : EXIT.bad;
  } finally {
    await house.close();
  }
});
