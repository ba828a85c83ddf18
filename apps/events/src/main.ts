import { parseEnvironment } from '#config';
import { runService } from '#service';
import { environment } from './config.ts';
import { EventsModule } from './events.module.ts';

await runService('events', () => {
  const config = parseEnvironment(environment);
  return { module: EventsModule.forRoot(config), settings: config };
});
