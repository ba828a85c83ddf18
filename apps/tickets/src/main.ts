import { parseEnvironment } from '#config';
import { runService } from '#service';
import { environment } from './config.ts';
import { TicketsModule } from './tickets.module.ts';

await runService('tickets', () => {
  const config = parseEnvironment(environment);
  return { module: TicketsModule.forRoot(config), settings: config };
});
