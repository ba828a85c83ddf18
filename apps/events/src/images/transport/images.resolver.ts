import { Args, Context, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { answer, type Answer, type GraphContext } from '#graphql';
import type { Event } from '../../events/domain/event.ts';
import { RemoveEventImage } from '../application/remove-event-image.ts';
import { type OpenUpload, RequestImageUpload } from '../application/request-image-upload.ts';
import type { EventImage } from '../domain/event-image.ts';
import { imagePath } from './images.controller.ts';

@Resolver('Event')
export class ImagesResolver {
  constructor(
    private readonly requestUpload: RequestImageUpload,
    private readonly removeImage: RemoveEventImage,
  ) {}

  @ResolveField()
  images(@Parent() { images }: Event): (EventImage & { url: string })[] {
    return images.map((image) => ({ ...image, url: imagePath(image.id) }));
  }

  @Mutation()
  async requestImageUpload(
    @Args('eventId') eventId: string,
    @Args() { contentType, bytes, alt }: { contentType: unknown; bytes: unknown; alt: unknown },
    @Context() { viewer }: GraphContext,
  ): Promise<Answer> {
    const upload = await this.requestUpload.execute(viewer, eventId, { contentType, bytes, alt });
    return answer('ImageUpload', upload, uploadToGraph);
  }

  @Mutation()
  async removeEventImage(
    @Args('eventId') eventId: string,
    @Args('imageId') imageId: string,
    @Context() { viewer }: GraphContext,
  ): Promise<Answer> {
    return answer('Event', await this.removeImage.execute(viewer, eventId, imageId), (event) => event);
  }
}

function uploadToGraph({ token, order }: OpenUpload): object {
  const { imageId, contentType, expiresAt } = order;
  return { url: `/uploads/${token}`, imageId, contentType, expiresAt };
}
