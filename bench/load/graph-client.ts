import http, { type IncomingMessage } from 'node:http';
import { LoadError } from './tally.ts';

const ANSWER_LIMIT_MS = 20_000;

/** An expected failure of the platform: a member of a mutation's union that implements the schema's `Failure`. */
interface Refusal {
  readonly code: string;
  readonly message: string;
}

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
    { bodyStart }: Operation<V, A>,
    variables: V,
    token: string | undefined,
    limitMs = this.answerLimitMs,
  ): Promise<A> {
    const body = `${bodyStart}${JSON.stringify(variables)}}`;
    const { status, body: answer } = await this.post(body, token, limitMs);
    const parsed = parseAnswer<A>(answer, status);
    const [error] = parsed.errors ?? [];
    if (error) throw new LoadError(error.extensions?.code ?? 'GRAPHQL', error.message);
    if (!parsed.data) throw new LoadError(`HTTP_${status}`, answer.slice(0, 200));
    const { result } = parsed.data;
    if (isRefusal(result)) throw new LoadError(result.code, result.message);
    return result;
  }

  close(): void {
    this.agent.destroy();
  }

  private post(
    body: string,
    token: string | undefined,
    limitMs: number,
  ): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      };
      const request = http.request({ ...this.target, headers });
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
          resolve({ status: response.statusCode ?? 0, body: text });
        }, fail);
      });
      request.end(body);
    });
  }
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
