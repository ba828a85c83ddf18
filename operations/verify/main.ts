/** npm run verify: whether everything that must always be true of a house is true. */
import { findEngines } from '../house/engines.ts';
import { House } from '../house/house.ts';
import { terminal } from '../house/terminal.ts';
import { EXIT, runTool } from '../house/tool.ts';
import { HELP, readVerifyCommand } from './arguments.ts';
import { INVARIANTS } from './invariants/index.ts';
import { asJson, asText } from './report.ts';
import { isClean, verify } from './verify.ts';

await runTool('verify', async () => {
  const command = readVerifyCommand(process.argv.slice(2));
  if (!command) {
    terminal.say(HELP);
    return EXIT.good;
  }
  const house = await House.open(findEngines(process.env));
  try {
    const wanted = INVARIANTS.filter(({ name }) => command.names.includes(name));
    const verification = await verify(house, wanted, command);
    terminal.say(command.json ? asJson(verification) : asText(verification));
    return isClean(verification) ? EXIT.good : EXIT.bad;
  } finally {
    await house.close();
  }
});
