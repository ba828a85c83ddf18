import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { type Readable, Transform } from 'node:stream';

/** Connections to the service that may be taken at once; what is beyond them waits, inside its own time limit. */
const MAX_SOCKETS = 64;

/** The service cannot be reached, or does not answer in time. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** More bytes came than one body may have. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

export interface Forwarded {
  readonly method: 'GET' | 'HEAD' | 'PUT';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Readable;
  readonly maxBytes?: number;
  /** Until the answer begins, the sending of the body included. */
  readonly timeoutMs: number;
}

export interface StreamedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** To be read to its end or destroyed. It breaks off when the service is silent for `timeoutMs`. */
  readonly body: IncomingMessage;
}

/** Carries bodies to and from a service, byte by byte as they come: nothing is held in memory. */
export class ByteProxy {
  private readonly protocol: typeof http | typeof https;
  private readonly agent: http.Agent;

  constructor(private readonly base: URL) {
    this.protocol = base.protocol === 'https:' ? https : http;
    this.agent = new this.protocol.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  }

  /** @throws NoAnswer, BodyTooLarge */
  async forward({ method, path, headers, body, maxBytes, timeoutMs }: Forwarded): Promise<StreamedAnswer> {
    const request = this.protocol.request({
      agent: this.agent,
      hostname: this.base.hostname.replace(/^\[|\]$/g, ''),
      port: this.base.port || undefined,
      path: `${this.base.pathname.replace(/\/$/, '')}${path}`,
      method,
      headers,
    });
    const answer = answerTo(request, timeoutMs);
    if (body) send(body, request, maxBytes ?? Number.POSITIVE_INFINITY);
    else request.end();
    return answer;
  }

  close(): void {
    this.agent.destroy();
  }
}

/** By hand rather than by `pipeline`, which would end the request without saying why. */
function send(body: Readable, request: http.ClientRequest, maxBytes: number): void {
  const ceiling = new Ceiling(maxBytes);
  const giveUp = (error: Error): void => {
    request.destroy(error);
    body.destroy();
  };
  body.on('error', giveUp);
  ceiling.on('error', giveUp);
  request.on('close', () => body.destroy());
  body.pipe(ceiling).pipe(request);
}

function answerTo(request: http.ClientRequest, timeoutMs: number): Promise<StreamedAnswer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => request.destroy(new NoAnswer(`no answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    request.on('response', (body) => {
      clearTimeout(timer);
      body.setTimeout(timeoutMs, () => body.destroy(new NoAnswer(`silent for ${timeoutMs} ms`)));
      resolve({ status: body.statusCode ?? 502, headers: body.headers, body });
    });
    request.on('error', (error) => {
      clearTimeout(timer);
      const isKnown = error instanceof NoAnswer || error instanceof BodyTooLarge;
      reject(isKnown ? error : new NoAnswer(error.message, { cause: error }));
    });
  });
}

/** Lets bytes pass up to a limit. */
class Ceiling extends Transform {
  private passed = 0;

  constructor(private readonly maxBytes: number) {
    super();
  }

  override _transform(
    chunk: Buffer,
    _: BufferEncoding,
    done: (error: Error | null, chunk?: Buffer) => void,
  ): void {
    this.passed += chunk.length;
    if (this.passed > this.maxBytes) done(new BodyTooLarge(`more than ${this.maxBytes} bytes`));
    else done(null, chunk);
  }
}
