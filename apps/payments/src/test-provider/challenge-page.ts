import { formatMoney } from '#kernel';
import type { IntentDocument } from './intent-book.ts';

const page = (content: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Test provider</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 30rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }
  form { display: inline }
  button { font: inherit; padding: .5rem 1rem; margin-right: .5rem }
</style>
<h1>Test provider</h1>
${content}
</html>
`;

/** What a bank would ask. `address`: of the page itself. No part of it is text that a stranger has written. */
export function challengePage({ amount }: Pick<IntentDocument, 'amount'>, address: string): string {
  return page(`<p>Do you approve a payment of <strong>${formatMoney(amount)}</strong>? No money is moved.</p>
<form method="post" action="${address}/approve"><button>Approve</button></form>
<form method="post" action="${address}/deny"><button>Deny</button></form>`);
}

export function answeredPage(isApproved: boolean): string {
  return page(`<p>The payment is ${isApproved ? 'approved' : 'denied'}. You can close this page.</p>`);
}

export const OVER_PAGE = page('<p>This payment does not wait for an answer (any more).</p>');
