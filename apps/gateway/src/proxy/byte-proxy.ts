import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { Readable, Transform } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { CORRELATION_HEADER, currentCorrelation, type Logger } from '#observability';
import { type Problem, sendProblem } from '#service';

/** Connections to the service that may be taken at once; what is beyond them waits, inside its own time limit. */
const MAX_SOCKETS = 64;

/** The service cannot be reached, or does not answer in time. */
class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** More bytes came than one body may have. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

export interface Forwarded {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Readable | Buffer;
  /** Of a body that is a stream. */
  readonly maxBytes?: number;
  /** Until the answer begins, the sending of the body included. */
  readonly timeoutMs: number;
}

interface StreamedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** To be read to its end or destroyed. It breaks off when the service is silent for `timeoutMs`. */
  readonly body: IncomingMessage;
}

/** What a client gets of a service's answer, and what instead of none. */
export interface Passage {
  /** In lower case. */
  readonly answerHeaders: readonly string[];
  readonly unavailable: Problem;
}

/** Of headers those that are named, as far as they have one value. */
export function chosen(headers: IncomingHttpHeaders, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

/** Carries bodies to and from a service, byte by byte as they come: nothing is held in memory. */
export class ByteProxy {
  private readonly protocol: typeof http | typeof https;
  private readonly agent: http.Agent;

  constructor(
    private readonly base: URL,
    private readonly logger: Logger,
  ) {
    this.protocol = base.protocol === 'https:' ? https : http;
    this.agent = new this.protocol.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  }

  /**
   * Passes a request on, under its correlation, and what is answered to it back. Gives the status that the client gets.
   * @throws BodyTooLarge, with nothing sent to the client
   */
  async pass(
    reply: FastifyReply,
    forwarded: Forwarded,
    { answerHeaders, unavailable }: Passage,
  ): Promise<number> {
    const correlationId = currentCorrelation()?.correlationId ?? '';
    const headers = { ...forwarded.headers, [CORRELATION_HEADER]: correlationId };
    try {
      const { status, headers: told, body } = await this.forward({ ...forwarded, headers });
      void reply.status(status).headers(chosen(told, answerHeaders)).send(body);
      return status;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.logger.warn(
        { err: error, service: this.base.host },
        'a service does not answer what is passed on',
      );
      sendProblem(reply, unavailable);
      return unavailable.status;
    }
  }

  close(): void {
    this.agent.destroy();
  }

  /** @throws NoAnswer, BodyTooLarge */
  private async forward({
    method,
    path,
    headers,
    body,
    maxBytes,
    timeoutMs,
  }: Forwarded): Promise<StreamedAnswer> {
    const request = this.protocol.request({
      agent: this.agent,
      hostname: this.base.hostname.replace(/^\[|\]$/g, ''),
      port: this.base.port || undefined,
      path: `${this.base.pathname.replace(/\/$/, '')}${path}`,
      method,
      headers,
    });
    const answer = answerTo(request, timeoutMs);
    if (body instanceof Readable) send(body, request, maxBytes ?? Number.POSITIVE_INFINITY);
    else request.end(body);
    return answer;
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
