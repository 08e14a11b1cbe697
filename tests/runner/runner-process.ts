import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Child } from '../../src-main/children/child.ts';
import { converse, startPiped } from '../../src-main/children/pipe-child.ts';
import { RunnerEvent } from '../../src-shared/runner-protocol.ts';

type Kind = RunnerEvent['kind'];
type Of<K extends Kind> = Extract<RunnerEvent, { kind: K }>;

/** A real runner in a process of its own, and everything it said. */
export class RunnerProcess {
  readonly events: RunnerEvent[] = [];
  readonly gone: Promise<void>;
  complaints = '';
  readonly #child: ChildProcess;
  readonly #post: Child['post'];
  #wake: () => void = () => undefined;

  constructor(file: string, env: Readonly<Record<string, string>>, args: readonly string[] = []) {
    this.#child = startPiped(file, { env: { ...process.env, ...env }, args });
    this.#post = converse(this.#child, (message) => {
      this.events.push(RunnerEvent.parse(message));
      this.#wake();
    });
    this.#child.stderr?.on('data', (text) => {
      this.complaints += text;
    });
    // Once all that it said is read.
    this.gone = once(this.#child, 'close').then(() => this.#wake());
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  send(command: object): void {
    this.#post(command);
  }

  /** The first event from number `from` on that is one of `kinds`; throws where the process ends without one. */
  async heard<K extends Kind>(from: number, ...kinds: readonly K[]): Promise<Of<K>> {
    const isWanted = (event: RunnerEvent): event is Of<K> =>
      kinds.some((kind) => kind === event.kind);
    let over = false;
    void this.gone.then(() => {
      over = true;
    });
    for (let next = from; ; next += 1) {
      while (next >= this.events.length) {
        if (over) throw new Error(`the runner is gone: ${this.complaints || 'without a word'}`);
        await new Promise<void>((wake) => {
          this.#wake = wake;
        });
      }
      const event = this.events[next];
      if (event && isWanted(event)) return event;
    }
  }

  /** Sends a start command and waits for the end of that job. */
  async run(start: object): Promise<Of<'done' | 'failed' | 'yielded'>> {
    const from = this.events.length;
    this.send(start);
    return this.heard(from, 'done', 'failed', 'yielded');
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.gone;
  }
}
