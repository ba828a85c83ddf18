import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isEngineDown } from '#messaging';
import { LOGGER, type Logger } from '#observability';
import { type Problem, rawBodies, sendProblem } from '#service';
import { TakeWebhook } from '../application/take-webhook.ts';

/** Largest webhook, in bytes; a provider's events have some kilobytes. The gateway has the same limit. */
const MAX_WEBHOOK_BYTES = 64 * 1024;

const TOO_LARGE: Problem = {
  status: 413,
  code: 'WEBHOOK_TOO_LARGE',
  detail: `A webhook has at most ${MAX_WEBHOOK_BYTES} bytes.`,
};
const UNAVAILABLE: Problem = {
  status: 503,
  code: 'UNAVAILABLE',
  detail: 'The webhook was not taken: send it again.',
};

type WebhookRequest = FastifyRequest<{ Params: { provider: string }; Body: Buffer | undefined }>;

/** `POST /webhooks/<provider>`. 200 says that the provider need not send it again, also when nothing came of it. */
@Injectable()
export class WebhooksRoutes implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly takeWebhook: TakeWebhook,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    const fastify: FastifyInstance = this.host.httpAdapter.getInstance();
    const routes = rawBodies({ maxBytes: MAX_WEBHOOK_BYTES, tooLarge: TOO_LARGE }, (scope) => {
      scope.post('/webhooks/:provider', (request: WebhookRequest, reply) => this.take(request, reply));
    });
    void fastify.register(routes);
  }

  private async take({ params, headers, body }: WebhookRequest, reply: FastifyReply): Promise<FastifyReply> {
    try {
      const taken = await this.takeWebhook.execute(params.provider, {
        headers,
        body: body ?? Buffer.alloc(0),
      });
      if (taken.ok) return await reply.status(200).send({ received: true });
      const { code, message } = taken.failure;
      sendProblem(reply, { status: code === 'UNKNOWN_PROVIDER' ? 404 : 400, code, detail: message });
    } catch (error) {
      if (!isEngineDown(error)) throw error;
      this.logger.warn({ err: error }, 'an engine is down; the provider sends the webhook again');
      sendProblem(reply, UNAVAILABLE);
    }
    return reply;
  }
}
