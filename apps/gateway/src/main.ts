import { parseEnvironment } from '#config';
import { runService } from '#service';
import { environment } from './config.ts';
import { GatewayModule } from './gateway.module.ts';

await runService('gateway', () => {
  const config = parseEnvironment(environment);
  return { module: GatewayModule.forRoot(config), settings: config, isEdge: true };
});
