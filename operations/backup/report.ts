import type { Manifest } from './manifest.ts';

const MEGABYTE = 1_000_000;

/** What a backup holds, in two lines. */
export function contentsInWords({ collections, topics, secrets }: Manifest): string {
  const documents = collections.reduce((sum, one) => sum + one.documents, 0);
  const partitions = topics.flatMap((topic) => topic.partitions);
  const facts = partitions.reduce((sum, { messages }) => sum + messages, 0);
  const files = [...collections.map(({ file }) => file), ...partitions.flatMap(({ file }) => file ?? [])];
  const megabytes = files.reduce((sum, { bytes }) => sum + bytes, 0) / MEGABYTE;
  return (
    `${documents} documents of ${collections.length} collections, ${facts} messages of ${topics.length} topics ` +
    `(${megabytes.toFixed(1)} MB)\n` +
    (secrets
      ? 'with the keys of the house'
      : 'without keys: this house does not keep them in a file; keep a copy of them with the backup')
  );
}
