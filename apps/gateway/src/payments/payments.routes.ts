import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Problem, rawBodies, sendProblem } from '#service';
import { ByteProxy, chosen, type Passage } from '../proxy/byte-proxy.ts';
import { NOT_THERE, unavailable } from '../proxy/problems.ts';
import { Refusals } from './refusals.ts';

/** Nest injection tokens of the way to `payments`, and of how long it may take to answer, in milliseconds. */
export const PAYMENTS_PROXY = Symbol('PaymentsProxy');
export const PAYMENTS_TIMEOUT_MS = Symbol('PaymentsTimeoutMs');

/** Largest webhook, in bytes; the payments service has the same limit. */
const MAX_WEBHOOK_BYTES = 64 * 1024;
/** Requests that are passed on at one time. Beyond it they are turned away: a provider sends its webhooks again. */
const MAX_AT_ONCE = 64;

/** What of a request the payments service gets: the type, and the providers' signatures. */
const REQUEST_HEADERS = ['content-type', 'stripe-signature', 'test-provider-signature'] as const;

const PASSAGE: Passage = {
  answerHeaders: [
    'content-type',
    'content-length',
    'cache-control',
    'content-security-policy',
    'referrer-policy',
  ],
  unavailable: unavailable('Payments cannot be reached at the moment: send it again.'),
};

const PROVIDER = /^[a-z]{1,20}$/;
const CHALLENGE = /^[\w.-]{1,150}$/;

const TOO_LARGE: Problem = {
  status: 413,
  code: 'WEBHOOK_TOO_LARGE',
  detail: `A webhook has at most ${MAX_WEBHOOK_BYTES} bytes.`,
};
const SHUT_OUT: Problem = {
  status: 429,
  code: 'TOO_MANY_REFUSED',
  detail: 'Too many webhooks from this address were refused: check the secret, and try again in a minute.',
};

type Passing = FastifyRequest<{
  Params: { provider?: string; token?: string; answer?: string };
  Body: Buffer | undefined;
}>;

/** The public side of payments beyond the graph: providers' webhooks, and the test provider's page for buyers. */
@Injectable()
export class PaymentsRoutes implements OnModuleInit {
  private readonly refusals = new Refusals();
  private underWay = 0;

  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(PAYMENTS_PROXY) private readonly proxy: ByteProxy,
    @Inject(PAYMENTS_TIMEOUT_MS) private readonly timeoutMs: number,
  ) {}

  onModuleInit(): void {
    const fastify: FastifyInstance = this.host.httpAdapter.getInstance();
    const routes = rawBodies({ maxBytes: MAX_WEBHOOK_BYTES, tooLarge: TOO_LARGE }, (scope) => {
      scope.post('/webhooks/:provider', (request: Passing, reply) => this.webhook(request, reply));
      scope.get('/test-provider/challenges/:token', (request: Passing, reply) =>
        this.challenge(request, reply),
      );
      scope.post('/test-provider/challenges/:token/:answer', (request: Passing, reply) =>
        this.challenge(request, reply),
      );
    });
    void fastify.register(routes);
  }

  private async webhook(request: Passing, reply: FastifyReply): Promise<FastifyReply> {
    const { provider = '' } = request.params;
    if (!PROVIDER.test(provider)) return answered(reply, NOT_THERE);
    if (this.refusals.isShutOut(request.ip)) return answered(reply.header('retry-after', '60'), SHUT_OUT);
    const status = await this.pass(request, reply, `/webhooks/${provider}`);
    if (status === 400 || status === 404) this.refusals.note(request.ip);
    return reply;
  }

  private async challenge(request: Passing, reply: FastifyReply): Promise<FastifyReply> {
    const { token = '', answer } = request.params;
    const isKnown = CHALLENGE.test(token) && (answer === undefined || /^[a-z]{1,10}$/.test(answer));
    if (!isKnown) return answered(reply, NOT_THERE);
    const path = `/test-provider/challenges/${token}`;
    await this.pass(request, reply, answer === undefined ? path : `${path}/${answer}`);
    return reply;
  }

  /** Gives the status that was answered. */
  private async pass({ method, headers, body }: Passing, reply: FastifyReply, path: string): Promise<number> {
    if (this.underWay >= MAX_AT_ONCE) return answered(reply, PASSAGE.unavailable).statusCode;
    const forwarded = {
      method: method === 'POST' ? 'POST' : 'GET',
      path,
      headers: chosen(headers, REQUEST_HEADERS),
      body,
      timeoutMs: this.timeoutMs,
    } as const;
    this.underWay += 1;
    try {
      return await this.proxy.pass(reply, forwarded, PASSAGE);
    } finally {
      this.underWay -= 1;
    }
  }
}

function answered(reply: FastifyReply, problem: Problem): FastifyReply {
  sendProblem(reply, problem);
  return reply;
}
