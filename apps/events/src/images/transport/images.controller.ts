import { Readable } from 'node:stream';
import { Controller, Get, Inject, Param, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LOGGER, type Logger } from '#observability';
import { BodyBrokeOff, bodyOf, sendProblem } from '#service';
import { EventsRepository } from '../../events/infrastructure/events.repository.ts';
import { IMAGE_STORE, type ImageStore } from '../application/image-store.ts';
import { StoreImage } from '../application/store-image.ts';
import { BROKEN_OFF, NO_SUCH_IMAGE, problemOf } from './image-problems.ts';

/** Longest time that one image may take to arrive. */
const UPLOAD_LIMIT_MS = 60_000;

/** The bytes of images: in by an address that `requestImageUpload` gave, out by the image's id. */
@Controller()
export class ImagesController {
  constructor(
    private readonly storeImage: StoreImage,
    private readonly events: EventsRepository,
    @Inject(IMAGE_STORE) private readonly store: ImageStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The token is longer than Fastify lets a parameter be, hence the wildcard. */
  @Put('uploads/*')
  async upload(
    @Param('*') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const body = bodyOf(request.raw);
    const timer = setTimeout(
      () => body.destroy(new BodyBrokeOff(`not whole within ${UPLOAD_LIMIT_MS} ms`)),
      UPLOAD_LIMIT_MS,
    );
    try {
      const stored = await this.storeImage.execute(token, body);
      if (stored.ok) void reply.status(201).send({ ...stored.value, url: imagePath(stored.value.id) });
      else sendProblem(reply, problemOf(stored.failure));
    } catch (error) {
      if (!(error instanceof BodyBrokeOff)) throw error;
      this.logger.info({ err: error }, 'an image did not arrive');
      sendProblem(reply, BROKEN_OFF);
    } finally {
      clearTimeout(timer);
      body.destroy();
    }
  }

  /** Bytes never change under an id, so a client may keep them for good. HEAD is answered by Fastify from this. */
  @Get('images/:id')
  async image(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const image = await this.events.findImage(id);
    if (!image) return sendProblem(reply, NO_SUCH_IMAGE);
    const etag = `"${image.id}"`;
    void reply.headers({
      etag,
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'",
    });
    if (request.headers['if-none-match']?.includes(etag)) return void reply.status(304).send();
    const stored = await this.store.open(image.id);
    if (!stored) {
      this.logger.error({ imageId: image.id }, 'an event shows an image whose file is missing');
      return sendProblem(reply, NO_SUCH_IMAGE);
    }
    void reply.headers({ 'content-type': image.contentType, 'content-length': stored.bytes });
    void reply.send(bodyFor(request, stored.stream));
  }
}

/** Where the gateway serves an image. */
export function imagePath(imageId: string): string {
  return `/images/${imageId}`;
}

/** To HEAD an empty stream: without any body Fastify would state a length of 0. */
function bodyFor({ method }: FastifyRequest, stream: Readable): Readable {
  if (method !== 'HEAD') return stream;
  stream.destroy();
  return Readable.from([]);
}
