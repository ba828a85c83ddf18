import type { ApolloServerPlugin } from '@apollo/server';
import { welcomePage } from './welcome-page.ts';

/** Who opens the graph's own address in a browser is welcomed too. */
export function welcomePlugin(origin: string): ApolloServerPlugin {
  return {
    serverWillStart: async () => ({ renderLandingPage: async () => ({ html: welcomePage(origin) }) }),
  };
}
