import type { Dispute } from './dispute.ts';
import type { Payment } from './payment.ts';

/**
 * The payment with its disputes; undefined when they stand there already. It is no fact: a dispute is settled between the
 * provider, the bank and people, and changes no order.
 */
export function noteDisputes(payment: Payment, told: readonly Dispute[]): Payment | undefined {
  const disputes = new Map(payment.disputes?.map((dispute) => [dispute.disputeId, dispute]));
  const news = told.filter(({ disputeId, isReinstated }) => {
    const known = disputes.get(disputeId);
    return !known || (isReinstated && !known.isReinstated);
  });
  if (news.length === 0) return undefined;
  for (const dispute of news) disputes.set(dispute.disputeId, dispute);
  return { ...payment, disputes: [...disputes.values()], revision: payment.revision + 1 };
}
