import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { VISITOR_HEADER } from '#security';
import { LoadError, type Refusal } from './tally.ts';

const ANSWER_LIMIT_MS = 20_000;

/** A document together with, for the compiler, what it is asked with and what its one root field `result` answers. */
export interface Operation<Variables, Answer> {
  readonly text: string;
  /** A request's body up to its variables: the text is the same each time, and long. */
  readonly bodyStart: string;
  /** Never set; ties the type parameters to the document. */
  readonly types?: (variables: Variables) => Answer;
}

export function operation<Variables, Answer>(text: string): Operation<Variables, Answer> {
  return { text, bodyStart: `{"query":${JSON.stringify(text)},"variables":` };
}

/** Whoever answers operations: the gateway, or the services straight. */
export interface Asker {
  /** What the root field answers; null is an answer too. @throws LoadError for everything else, refusals included. */
  ask<V extends object, A>(
    operation: Operation<V, A>,
    variables: V,
    token: string | undefined,
    limitMs?: number,
  ): Promise<A>;
  close(): void;
}

/**
 * One client of the load: one kept connection from a source address of its own. Not fetch(): the load shares the cores
 * with what it measures, and node:http costs a third of the CPU time.
 */
export class GraphClient implements Asker {
  private readonly agent: http.Agent;
  private readonly target: http.RequestOptions;

  constructor(
    url: string,
    localAddress: string | undefined,
    private readonly answerLimitMs = ANSWER_LIMIT_MS,
  ) {
    const { hostname, port } = new URL(url);
    this.agent = new http.Agent({ keepAlive: true, ...(localAddress === undefined ? {} : { localAddress }) });
    this.target = { agent: this.agent, method: 'POST', hostname, port, path: '/graphql' };
  }

  async ask<V extends object, A>(
    operation: Operation<V, A>,
    variables: V,
    token: string | undefined,
    limitMs = this.answerLimitMs,
  ): Promise<A> {
    return read<A>(await this.post(textOf(operation, variables), { token }, limitMs));
  }

  /** As somebody who is not signed in, or was not: the gateway gives a visitor's token with the first answer. */
  async askAsVisitor<V extends object, A>(
    operation: Operation<V, A>,
    variables: V,
    caller: Caller,
  ): Promise<{ readonly answer: A; readonly visitor: string | undefined }> {
    const reply = await this.post(textOf(operation, variables), caller, this.answerLimitMs);
    const given = reply.headers[VISITOR_HEADER];
    return { answer: read<A>(reply), visitor: typeof given === 'string' ? given : caller.visitor };
  }

  /** Sends an empty form, as a button on a page does; its path on the house that is asked. */
  async press(path: string): Promise<void> {
    const type = 'application/x-www-form-urlencoded';
    const { status } = await this.send('', { path, headers: { 'content-type': type } }, this.answerLimitMs);
    if (status >= 400) throw new LoadError(`HTTP_${status}`, `${path} cannot be pressed`);
  }

  close(): void {
    this.agent.destroy();
  }

  private post(body: string, { token, visitor }: Caller, limitMs: number): Promise<Reply> {
    const headers = {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(visitor === undefined ? {} : { [VISITOR_HEADER]: visitor }),
    };
    return this.send(body, { headers }, limitMs);
  }

  private send(body: string, { headers, ...options }: Sending, limitMs: number): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const length = { 'content-length': Buffer.byteLength(body) };
      const request = http.request({ ...this.target, ...options, headers: { ...headers, ...length } });
      const fail = (error: Error): void => {
        clearTimeout(timer);
        reject(error instanceof LoadError ? error : new LoadError(codeOf(error), error.message));
      };
      const timer = setTimeout(() => {
        request.destroy(new LoadError('TIMEOUT', `no answer within ${limitMs} ms`));
      }, limitMs);
      request.on('error', fail);
      request.on('response', (response) => {
        readText(response).then((text) => {
          clearTimeout(timer);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        }, fail);
      });
      request.end(body);
    });
  }
}

function textOf<V, A>({ bodyStart }: Operation<V, A>, variables: V): string {
  return `${bodyStart}${JSON.stringify(variables)}}`;
}

/** @throws LoadError for everything but an answer, refusals included. */
function read<A>({ status, body }: Reply): A {
  const parsed = parseAnswer<A>(body, status);
  const [error] = parsed.errors ?? [];
  if (error) throw new LoadError(error.extensions?.code ?? 'GRAPHQL', error.message);
  if (!parsed.data) throw new LoadError(`HTTP_${status}`, body.slice(0, 200));
  const { result } = parsed.data;
  if (isRefusal(result)) throw new LoadError(result.code, result.message, result);
  return result;
}

/**
 * Source addresses for so many clients, from 127.0.1.1 on: limits per address then see many visitors, not one. Only
 * Linux has all of 127.0.0.0/8 without asking; elsewhere everybody comes from the default address.
 */
export function sourceAddresses(count: number): (string | undefined)[] {
  return Array.from({ length: count }, (_, index) =>
    process.platform === 'linux' ? `127.0.${1 + Math.floor(index / 250)}.${1 + (index % 250)}` : undefined,
  );
}

interface Caller {
  readonly token?: string | undefined;
  readonly visitor?: string | undefined;
}

interface Sending {
  readonly headers: Readonly<Record<string, string>>;
  readonly path?: string;
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Body<A> {
  readonly data?: { readonly result: A } | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

function parseAnswer<A>(text: string, status: number): Body<A> {
  try {
    return JSON.parse(text) as Body<A>;
  } catch {
    throw new LoadError(`HTTP_${status}`, `no GraphQL: ${text.slice(0, 200)}`);
  }
}

function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === 'object' && answer !== null && 'code' in answer && 'message' in answer;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : 'NETWORK';
}

function readText(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => void chunks.push(chunk));
    response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    response.on('error', reject);
  });
}
