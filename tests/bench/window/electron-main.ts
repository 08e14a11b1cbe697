import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { ElectronWords } from './starts.ts';

/** The main process of a running Electron app, reached by Node's inspector, so that its windows are not watched by anybody. */
export type ElectronMain = {
  /** Runs a function of the test in the main process; what it returns must be JSON. */
  readonly run: <T>(
    act: (electron: typeof Electron, argument: string) => T | Promise<T>,
    argument?: string,
  ) => Promise<T>;
  /** Runs a script in the first window and returns its value. */
  readonly inWindow: <T>(script: string) => Promise<T>;
  readonly close: () => Promise<void>;
};

const Evaluated = z.object({
  id: z.int(),
  result: z.object({
    result: z.object({ value: z.unknown().optional() }),
    exceptionDetails: z
      .object({
        text: z.string(),
        exception: z.object({ description: z.string().optional() }).optional(),
      })
      .optional(),
  }),
});

/** Whether the app's own code is being read; the inspector is open before that, and before there is a `process`. */
const LOADED = "typeof process !== 'undefined' && process.mainModule !== undefined";

/** Starts an app with Node's inspector open on a port of the system's choice. */
export async function openElectronMain(
  { executable, switches }: ElectronWords,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<ElectronMain> {
  const child = spawn(executable, [...switches, '--inspect=0', folder], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const gone = once(child, 'exit');
  const socket = new WebSocket(await inspectorOf(child));
  await once(socket, 'open');
  let last = 0;
  const evaluate = async <T>(expression: string): Promise<T> => {
    last += 1;
    const id = last;
    const heard = new Promise<z.infer<typeof Evaluated>>((resolve) => {
      const listen = (data: unknown) => {
        const answer = Evaluated.safeParse(JSON.parse(String(data)));
        if (answer.data?.id !== id) return;
        socket.off('message', listen);
        resolve(answer.data);
      };
      socket.on('message', listen);
    });
    const params = { expression, awaitPromise: true, returnByValue: true };
    socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }));
    const { result } = await heard;
    const { exceptionDetails } = result;
    if (exceptionDetails)
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.result.value as T; // What the caller wrote into the expression.
  };
  const run: ElectronMain['run'] = (act, argument = '') =>
    evaluate(`(${act})(process.mainModule.require('electron'), ${JSON.stringify(argument)})`);
  while (!(await evaluate<boolean>(LOADED))) await wait(20);
  return {
    run,
    inWindow: (script) =>
      run(async ({ app, BrowserWindow }, script) => {
        const next = () =>
          new Promise<Electron.BrowserWindow>((resolve) =>
            app.once('browser-window-created', (_event, window) => resolve(window)),
          );
        const window = BrowserWindow.getAllWindows()[0] ?? (await next());
        // Waits until the page is loaded: a frame that is about to go never answers.
        return window.webContents.executeJavaScript(script);
      }, script),
    close: async () => {
      socket.terminate();
      child.kill('SIGTERM');
      await gone;
    },
  };
}

const inspectorOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (text: Buffer) => {
      said += text.toString('utf8');
      const url = /Debugger listening on (ws:\/\/\S+)/.exec(said)?.[1];
      if (url) resolve(url);
    });
    child.once('exit', () => reject(new Error(`the app ended before it was up: ${said}`)));
  });
