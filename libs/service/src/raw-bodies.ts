import type { FastifyError, FastifyInstance, FastifyPluginCallback } from 'fastify';
import { type Problem, sendProblem } from './problem.ts';

/**
 * Routes whose handlers get the body's bytes as they came, whatever type they are said to be: what is signed must not be
 * parsed and written anew. They live in a scope of their own, so that all other routes go on parsing JSON.
 */
export function rawBodies(
  { maxBytes, tooLarge }: { maxBytes: number; tooLarge: Problem },
  routes: (scope: FastifyInstance) => void,
): FastifyPluginCallback {
  return (scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxBytes }, (_request, body, parsed) =>
      parsed(null, body),
    );
    scope.setErrorHandler((error: FastifyError, _request, reply) => {
      if (error.statusCode !== 413) throw error;
      // What is still coming could be endless.
      void reply.header('connection', 'close');
      sendProblem(reply, tooLarge);
    });
    routes(scope);
    done();
  };
}
