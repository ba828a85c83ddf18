import { parseEnvironment } from '#config';
import { runService } from '#service';
import { environment } from './config.ts';
import { PricingModule } from './pricing.module.ts';

await runService('pricing', () => {
  const config = parseEnvironment(environment);
  return { module: PricingModule.forRoot(config), settings: config };
});
