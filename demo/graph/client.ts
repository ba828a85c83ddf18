import { setTimeout as sleep } from 'node:timers/promises';
import type { Refusal } from './answers.ts';
import type { Operation } from './operations.ts';

const ANSWER_LIMIT_MS = 30_000;
/** Tries of a command that is answered with RETRY_LATER. */
const MAX_TRIES = 8;

/** The platform answered something that this story has no place for, or nothing in time. */
export class Unexpected extends Error {
  override readonly name = 'Unexpected';
}

/** A GraphQL client for one person: an address and, once signed in, a token. */
export class Client {
  constructor(
    readonly address: string,
    readonly token?: string,
  ) {}

  signedIn(token: string): Client {
    return new Client(this.address, token);
  }

  /** What the operation's root field answers. @throws Unexpected when there are GraphQL errors. */
  async ask<V extends object, A>(operation: Operation<V, A>, variables: V): Promise<A> {
    const { status, text } = await this.post(JSON.stringify({ query: operation.text, variables }));
    const { data, errors } = parseAnswer<A>(text, status);
    if (errors || !data)
      throw new Unexpected(errors?.map(({ message }) => message).join('; ') ?? `no data: ${text}`);
    return data.result;
  }

  /** The answer of a mutation, or why it was refused. Waits and repeats while the platform asks for it. */
  async command<V extends object, A extends object>(
    operation: Operation<V, A>,
    variables: V,
  ): Promise<A | Refusal> {
    for (let tries = 1; ; tries++) {
      const answer: A | Refusal = await this.ask<V, A | Refusal>(operation, variables);
      if (!isRefused(answer) || answer.retryAfterMs === undefined || tries >= MAX_TRIES) return answer;
      await sleep(answer.retryAfterMs);
    }
  }

  /** For a mutation that nothing should speak against. @throws Unexpected when it is refused. */
  async succeed<V extends object, A extends object>(operation: Operation<V, A>, variables: V): Promise<A> {
    const answer = await this.command(operation, variables);
    if (isRefused(answer)) throw unexpected(answer);
    return answer;
  }

  private async post(body: string): Promise<{ status: number; text: string }> {
    const authorization = this.token ? { authorization: `Bearer ${this.token}` } : {};
    try {
      const response = await fetch(`${this.address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...authorization },
        body,
        signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      throw new Unexpected(`${this.address} does not answer any more: ${reasonOf(error)}.`);
    }
  }
}

/** fetch() says only "fetch failed"; the cause behind it says why. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.message;
}

export function isRefused(answer: object | Refusal): answer is Refusal {
  return 'code' in answer;
}

export function unexpected({ code, message, field }: Refusal): Unexpected {
  return new Unexpected(`${code}${field === undefined ? '' : ` (${field})`}: ${message}`);
}

interface Body<A> {
  readonly data?: { readonly result: A } | null;
  readonly errors?: readonly { readonly message: string }[];
}

function parseAnswer<A>(text: string, status: number): Body<A> {
  try {
    return JSON.parse(text) as Body<A>;
  } catch {
    throw new Unexpected(`HTTP ${status} without GraphQL: ${text.slice(0, 200)}`);
  }
}
