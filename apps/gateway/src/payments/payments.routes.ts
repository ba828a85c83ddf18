import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CORRELATION_HEADER, currentCorrelation, LOGGER, type Logger } from '#observability';
import { type Problem, rawBodies, sendProblem } from '#service';
import { NoPaymentsAnswer, PaymentsService } from './payments-service.ts';
import { Refusals } from './refusals.ts';

/** Largest webhook, in bytes; the payments service has the same limit. */
const MAX_WEBHOOK_BYTES = 64 * 1024;
/** Requests that are passed on at one time. Beyond it they are turned away: a provider sends its webhooks again. */
const MAX_AT_ONCE = 64;

/** What of a request the payments service gets: the type, and the providers' signatures. */
const REQUEST_HEADERS = ['content-type', 'stripe-signature', 'test-provider-signature'] as const;
/** What of its answer reaches the client. */
const ANSWER_HEADERS = [
  'content-type',
  'cache-control',
  'content-security-policy',
  'referrer-policy',
] as const;

const PROVIDER = /^[a-z]{1,20}$/;
const CHALLENGE = /^[\w.-]{1,150}$/;

const NOT_THERE: Problem = { status: 404, code: 'NOT_FOUND', detail: 'There is nothing at this address.' };
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
const UNAVAILABLE: Problem = {
  status: 503,
  code: 'UNAVAILABLE',
  detail: 'Payments cannot be reached at the moment: send it again.',
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
    private readonly service: PaymentsService,
    @Inject(LOGGER) private readonly logger: Logger,
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
  private async pass(
    { method, headers: given, body }: Passing,
    reply: FastifyReply,
    path: string,
  ): Promise<number> {
    if (this.underWay >= MAX_AT_ONCE) return answered(reply, UNAVAILABLE).statusCode;
    const headers: Record<string, string> = {
      [CORRELATION_HEADER]: currentCorrelation()?.correlationId ?? '',
    };
    for (const name of REQUEST_HEADERS) {
      const value = given[name];
      if (typeof value === 'string') headers[name] = value;
    }
    this.underWay += 1;
    try {
      const passed = await this.service.pass({
        method,
        path,
        headers,
        body: body?.length ? body : undefined,
      });
      for (const name of ANSWER_HEADERS) {
        const value = passed.response.headers.get(name);
        if (value !== null) void reply.header(name, value);
      }
      return reply.status(passed.response.status).send(passed.body).statusCode;
    } catch (error) {
      if (!(error instanceof NoPaymentsAnswer)) throw error;
      this.logger.warn({ err: error }, 'payments does not answer about a webhook or a challenge');
      return answered(reply, UNAVAILABLE).statusCode;
    } finally {
      this.underWay -= 1;
    }
  }
}

function answered(reply: FastifyReply, problem: Problem): FastifyReply {
  sendProblem(reply, problem);
  return reply;
}
