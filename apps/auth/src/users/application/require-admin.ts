import { fail, NotPermitted, type NotSignedIn, type Result } from '#kernel';
import { isAdmin, requireViewer, type Viewer } from '#security';

export function requireAdmin(viewer: Viewer | undefined): Result<Viewer, NotSignedIn | NotPermitted> {
  const signedIn = requireViewer(viewer);
  if (!signedIn.ok || isAdmin(signedIn.value)) return signedIn;
  return fail(new NotPermitted('This is for admins.'));
}
