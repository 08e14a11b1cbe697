import { readFileSync } from 'node:fs';
import { protocol, type Session } from 'electron';
import { pageFile } from '../window/page-files.ts';

/** Our own pages come from `offpeak://<page>/`, a secure origin without a file system behind it. */
const SCHEME = 'offpeak';

type Page = 'window' | 'webgpu';

/** Where a page is loaded from. */
export const pageUrl = (page: Page) => `${SCHEME}://${page}/index.html`;

/** Before `app` is ready: a scheme gets its rights only then. */
export function declarePages(): void {
  protocol.registerSchemesAsPrivileged([
    // Compiled code is kept between windows, by an Electron that can.
    { scheme: SCHEME, privileges: { standard: true, secure: true, codeCache: true } },
  ]);
}

/** Serves built folders to one session, refuses that session every other address and every permission. */
export function servePages(session: Session, folders: Partial<Record<Page, string>>): void {
  session.protocol.handle(SCHEME, (request) => {
    const { host, pathname } = new URL(request.url);
    const folder = host === 'window' || host === 'webgpu' ? folders[host] : null;
    const file = folder ? pageFile(folder, pathname) : null;
    if (!file) return new Response('not found', { status: 404 });
    try {
      // At once: a window that opens asks for half a megabyte, which the system has in memory.
      return new Response(readFileSync(file.path), {
        headers: { 'content-type': file.type, 'x-content-type-options': 'nosniff' },
      });
    } catch {
      return new Response('not found', { status: 404 });
    }
  });
  session.webRequest.onBeforeRequest(({ url }, decide) =>
    decide({ cancel: !url.startsWith(`${SCHEME}://`) && !url.startsWith('devtools://') }),
  );
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.setPermissionCheckHandler(() => false);
}
