import { createHash } from 'node:crypto';
import { connect } from 'node:net';

/** Ends every message of BOINC's GUI RPC (https://github.com/BOINC/boinc/wiki/GuiRpcProtocol), both ways. */
const END = '\u0003';
/** SUSPEND_REASON_EXCLUSIVE_APP_RUNNING of BOINC's common_defs.h. */
const EXCLUSIVE_APP = 512;

export type BoincClient = {
  /** Whether it says that it computes nothing because of a program on its list. */
  readonly noticed: () => Promise<boolean>;
  readonly close: () => void;
};

/** Connects to a BOINC client on this machine. Rejects where none listens, or it does not know the password. */
export async function openBoinc(port: number, password: string): Promise<BoincClient> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  const waiting: { readonly hear: (text: string) => void; readonly fail: (e: Error) => void }[] =
    [];
  let heard = '';
  socket.on('data', (text: string) => {
    const messages = (heard + text).split(END);
    heard = messages.pop() ?? '';
    for (const message of messages) waiting.shift()?.hear(message);
  });
  const broken = (error: Error) => {
    for (const { fail } of waiting.splice(0)) fail(error);
  };
  socket.on('error', broken);
  socket.on('close', () => broken(new Error('BOINC closed the connection')));
  const ask = (words: string) =>
    new Promise<string>((hear, fail) => {
      waiting.push({ hear, fail });
      socket.write(`<boinc_gui_rpc_request>\n${words}\n</boinc_gui_rpc_request>\n${END}`);
    });

  const nonce = textOf(await ask('<auth1/>'), 'nonce');
  const proof = createHash('md5').update(`${nonce}${password}`).digest('hex');
  const answer = await ask(`<auth2>\n<nonce_hash>${proof}</nonce_hash>\n</auth2>`);
  if (!answer.includes('<authorized/>')) throw new Error('BOINC does not know the password');
  return {
    noticed: async () => {
      const reason = textOf(await ask('<get_cc_status/>'), 'task_suspend_reason');
      return (Number(reason) & EXCLUSIVE_APP) !== 0;
    },
    close: () => void socket.destroy(),
  };
}

function textOf(xml: string, name: string): string {
  const value = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  if (value === undefined) throw new Error(`BOINC did not say ${name}: ${xml.slice(0, 200)}`);
  return value;
}
