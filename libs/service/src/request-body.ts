import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';

/**
 * The body of a request as a stream of its own: whoever gives it up with `destroy` can still answer, while destroying the
 * request itself would take the connection away. It fails when the client breaks off.
 */
export function bodyOf(request: IncomingMessage): Readable {
  const body = new PassThrough();
  request.on('close', () => {
    if (!request.complete) body.destroy(new BodyBrokeOff('the client broke off'));
  });
  body.on('close', () => {
    request.unpipe(body);
    // What nobody wants is read all the same: the connection's next request stands behind it.
    request.resume();
  });
  request.pipe(body);
  return body;
}

/** The body of a request did not arrive whole. */
export class BodyBrokeOff extends Error {
  override readonly name = 'BodyBrokeOff';
}
