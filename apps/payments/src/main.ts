import { parseEnvironment } from '#config';
import { runService } from '#service';
import { environment } from './config.ts';
import { PaymentsModule } from './payments.module.ts';

await runService('payments', () => {
  const config = parseEnvironment(environment);
  return { module: PaymentsModule.forRoot(config), settings: config };
});
