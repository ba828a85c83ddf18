import { Controller, Get, Inject, Param, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CORRELATION_HEADER, currentCorrelation, LOGGER, type Logger } from '#observability';
import { bodyOf, type Problem, sendProblem } from '#service';
import { BodyTooLarge, ByteProxy, type Forwarded, NoAnswer } from '../proxy/byte-proxy.ts';

/** Largest image, in bytes; the service that keeps images has the same limit. */
const MAX_IMAGE_BYTES = 5 * 1024 * 1024;
/** Longest time that one image may take to arrive. */
const UPLOAD_LIMIT_MS = 60_000;

/** Nest injection token of the longest time that the service may take to begin an answer, in milliseconds. */
export const IMAGE_TIMEOUT_MS = Symbol('ImageTimeoutMs');

/** As `requestImageUpload` gives them, and as `Event.images` has them. Nothing else is passed on. */
const UPLOAD_TOKEN = /^[\w-]+(\.[\w-]+){2}$/;
const MAX_TOKEN_LENGTH = 3_000;
const IMAGE_ID = /^[\w-]{1,100}$/;

/** What of the service's answer reaches the client. */
const ANSWER_HEADERS = [
  'content-type',
  'content-length',
  'cache-control',
  'etag',
  'content-security-policy',
  'x-content-type-options',
] as const;

const NOT_THERE: Problem = { status: 404, code: 'NOT_FOUND', detail: 'There is nothing at this address.' };
const TOO_LARGE: Problem = {
  status: 413,
  code: 'IMAGE_TOO_LARGE',
  detail: `An image has at most ${MAX_IMAGE_BYTES} bytes.`,
};
const UNAVAILABLE: Problem = {
  status: 503,
  code: 'UNAVAILABLE',
  detail: 'Images cannot be had at the moment: try again.',
};

/** The public side of images: the bytes pass through to and from the events service. */
@Controller()
export class ImagesController {
  constructor(
    private readonly proxy: ByteProxy,
    @Inject(IMAGE_TIMEOUT_MS) private readonly timeoutMs: number,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The token is longer than Fastify lets a parameter be, hence the wildcard. */
  @Put('uploads/*')
  async upload(
    @Param('*') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (token.length > MAX_TOKEN_LENGTH || !UPLOAD_TOKEN.test(token)) return sendProblem(reply, NOT_THERE);
    const { 'content-type': type, 'content-length': length } = request.headers;
    if (Number(length ?? 0) > MAX_IMAGE_BYTES) return refuseTheRest(reply);
    await this.pass(reply, {
      method: 'PUT',
      path: `/uploads/${token}`,
      headers: { 'content-type': type ?? '', ...(length === undefined ? {} : { 'content-length': length }) },
      body: bodyOf(request.raw),
      maxBytes: MAX_IMAGE_BYTES,
      timeoutMs: UPLOAD_LIMIT_MS,
    });
  }

  /** HEAD comes here too: Fastify makes its route from this one. */
  @Get('images/:id')
  async image(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!IMAGE_ID.test(id)) return sendProblem(reply, NOT_THERE);
    const known = request.headers['if-none-match'];
    await this.pass(reply, {
      method: request.method === 'HEAD' ? 'HEAD' : 'GET',
      path: `/images/${id}`,
      headers: known === undefined ? {} : { 'if-none-match': known },
      timeoutMs: this.timeoutMs,
    });
  }

  private async pass(reply: FastifyReply, forwarded: Forwarded): Promise<void> {
    const correlationId = currentCorrelation()?.correlationId ?? '';
    try {
      const headers = { ...forwarded.headers, [CORRELATION_HEADER]: correlationId };
      const answer = await this.proxy.forward({ ...forwarded, headers });
      void reply.status(answer.status);
      for (const name of ANSWER_HEADERS) {
        const value = answer.headers[name];
        if (value !== undefined) void reply.header(name, value);
      }
      void reply.send(answer.body);
    } catch (error) {
      if (error instanceof BodyTooLarge) return refuseTheRest(reply);
      if (!(error instanceof NoAnswer)) throw error;
      this.logger.warn({ err: error }, 'events does not answer about an image');
      sendProblem(reply, UNAVAILABLE);
    }
  }
}

/** Closes the connection with the answer: what is still coming could be endless. */
function refuseTheRest(reply: FastifyReply): void {
  void reply.header('connection', 'close');
  sendProblem(reply, TOO_LARGE);
}
