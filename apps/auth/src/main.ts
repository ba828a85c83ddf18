import { parseEnvironment } from '#config';
import { runService } from '#service';
import { AuthModule } from './auth.module.ts';
import { environment } from './config.ts';

await runService('auth', () => {
  const config = parseEnvironment(environment);
  return { module: AuthModule.forRoot(config), settings: config };
});
