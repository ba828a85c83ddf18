export const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/avif'] as const;
export type ImageType = (typeof IMAGE_TYPES)[number];

/** Images of one event at most. */
export const MAX_IMAGES = 10;

/** A picture of an event. Its bytes are in the image store and never change; copies of an event share them. */
export interface EventImage {
  readonly id: string;
  /** What it shows, for those who cannot see it. */
  readonly alt: string;
  readonly contentType: ImageType;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}
