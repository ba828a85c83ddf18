import { parseEnvironment } from '#config';
import { runService } from '#service';
import { CheckinModule } from './checkin.module.ts';
import { environment } from './config.ts';

await runService('checkin', () => {
  const config = parseEnvironment(environment);
  return { module: CheckinModule.forRoot(config), settings: config };
});
