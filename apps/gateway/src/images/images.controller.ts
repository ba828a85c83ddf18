import { Controller, Get, Inject, Param, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bodyOf, type Problem, sendProblem } from '#service';
import { BodyTooLarge, ByteProxy, chosen, type Passage } from '../proxy/byte-proxy.ts';
import { NOT_THERE, unavailable } from '../proxy/problems.ts';

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

const PASSAGE: Passage = {
  answerHeaders: [
    'content-type',
    'content-length',
    'cache-control',
    'etag',
    'content-security-policy',
    'x-content-type-options',
  ],
  unavailable: unavailable('Images cannot be had at the moment: try again.'),
};

const TOO_LARGE: Problem = {
  status: 413,
  code: 'IMAGE_TOO_LARGE',
  detail: `An image has at most ${MAX_IMAGE_BYTES} bytes.`,
};

/** The public side of images: the bytes pass through to and from the events service. */
@Controller()
export class ImagesController {
  constructor(
    private readonly proxy: ByteProxy,
    @Inject(IMAGE_TIMEOUT_MS) private readonly timeoutMs: number,
  ) {}

  /** The token is longer than Fastify lets a parameter be, hence the wildcard. */
  @Put('uploads/*')
  async upload(
    @Param('*') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (token.length > MAX_TOKEN_LENGTH || !UPLOAD_TOKEN.test(token)) return sendProblem(reply, NOT_THERE);
    if (Number(request.headers['content-length'] ?? 0) > MAX_IMAGE_BYTES) return refuseTheRest(reply);
    const forwarded = {
      method: 'PUT',
      path: `/uploads/${token}`,
      headers: chosen(request.headers, ['content-type', 'content-length']),
      body: bodyOf(request.raw),
      maxBytes: MAX_IMAGE_BYTES,
      timeoutMs: UPLOAD_LIMIT_MS,
    } as const;
    try {
      await this.proxy.pass(reply, forwarded, PASSAGE);
    } catch (error) {
      if (!(error instanceof BodyTooLarge)) throw error;
      refuseTheRest(reply);
    }
  }

  /** HEAD comes here too: Fastify makes its route from this one. */
  @Get('images/:id')
  async image(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!IMAGE_ID.test(id)) return sendProblem(reply, NOT_THERE);
    const forwarded = {
      method: request.method === 'HEAD' ? 'HEAD' : 'GET',
      path: `/images/${id}`,
      headers: chosen(request.headers, ['if-none-match']),
      timeoutMs: this.timeoutMs,
    } as const;
    await this.proxy.pass(reply, forwarded, PASSAGE);
  }
}

/** Closes the connection with the answer: what is still coming could be endless. */
function refuseTheRest(reply: FastifyReply): void {
  void reply.header('connection', 'close');
  sendProblem(reply, TOO_LARGE);
}
