/** The work was not done in time; it may be done yet. */
export class TookTooLong extends Error {
  override readonly name = 'TookTooLong';
}

/** What the work gives, or TookTooLong after `limitMs`. The work is not stopped, only waited for no longer. */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TookTooLong(`no answer within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
