import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { IMAGE_TYPES } from '../domain/event-image.ts';

/** Hands images to their handler as a stream: no parser of bodies collects them in memory. */
@Injectable()
export class RawImages implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const fastify: FastifyInstance = this.host.httpAdapter.getInstance();
    fastify.addContentTypeParser([...IMAGE_TYPES], (_request, payload, done) => done(null, payload));
  }
}
