import { reasonOf, Unexpected } from '../graph/client.ts';

const PAGE_LIMIT_MS = 30_000;

/** Opens the page at which a payment is to be approved and presses its button, as a browser would. */
export async function approveAt(url: string): Promise<void> {
  const page = await fetchPage(url);
  const [, action] = /<form method="post" action="([^"]+\/approve)">/.exec(page) ?? [];
  if (action === undefined) throw new Unexpected(`The page ${url} has no button to approve with.`);
  await fetchPage(new URL(action, url).href, 'POST');
}

async function fetchPage(url: string, method = 'GET'): Promise<string> {
  try {
    const response = await fetch(url, { method, signal: AbortSignal.timeout(PAGE_LIMIT_MS) });
    const text = await response.text();
    if (!response.ok) throw new Unexpected(`${method} ${url} answers ${response.status}.`);
    return text;
  } catch (error) {
    if (error instanceof Unexpected) throw error;
    throw new Unexpected(`${url} does not answer: ${reasonOf(error)}.`);
  }
}
