import { fail, NotFound, type NotPermitted, type NotSignedIn, ok, type Result } from '#kernel';
import { mayDo, requireTask, requireViewer, type Viewer } from '#security';
import type { Order } from '../domain/order.ts';

/** The buyer sees an order, and who watches the sales of its event's organization. */
export function maySeeOrder(viewer: Viewer | undefined, order: Order): boolean {
  return (
    viewer !== undefined &&
    (viewer.userId === order.buyerId || mayDo(viewer, 'WATCH_SALES', order.organizationId))
  );
}

/** The order, for a member who may refund it. To strangers there is no such order. */
export function requireRefundable(
  viewer: Viewer | undefined,
  orderId: string,
  order: Order | undefined,
): Result<Order, NotSignedIn | NotPermitted | NotFound> {
  const signedIn = requireViewer(viewer);
  if (!signedIn.ok) return signedIn;
  if (!order || !maySeeOrder(viewer, order)) return fail(new NotFound('order', orderId));
  const allowed = requireTask(viewer, 'REFUND', order.organizationId);
  return allowed.ok ? ok(order) : allowed;
}
