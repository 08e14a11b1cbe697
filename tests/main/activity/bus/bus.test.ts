import dbus from 'dbus-next';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { openBus } from '../../../../src-main/activity/bus/link.ts';
import { encodeCall, takeMessage } from '../../../../src-main/activity/bus/message.ts';
import { hasBus, startBus } from '../../../worlds/computer/private-bus.ts';
import { NO_BUS, notTriedHere } from '../../../worlds/not-tried.ts';
import { tempFolder } from '../../../worlds/temp-folder.ts';

const { Interface } = dbus.interface;

/** A service whose answer has every type there is. */
class Everything extends Interface {
  Tell(_first: string, _second: string): unknown {
    return [
      [7, true, -300, 60_000, -70_000, 4_000_000_000, -(2n ** 40n), 2n ** 52n, 0.5],
      ['Grüße', '/a/b', 'a{sv}'],
      { one: new dbus.Variant('s', 'eins'), two: new dbus.Variant('(ub)', [2, false]) },
      [['a'], []],
      [[1n, 'x']],
    ];
  }
  Refuse(): void {
    throw new dbus.DBusError('org.example.No', 'no');
  }
}
Everything.configureMembers({
  methods: {
    Tell: { inSignature: 'ss', outSignature: '(ybnqiuxtd)(sog)a{sv}aasa(ts)' },
    Refuse: {},
  },
});
const NAME = 'org.example.Everything';
const call = (member: string, args: readonly string[] = []) => ({
  destination: NAME,
  path: '/thing',
  interface: NAME,
  member,
  args,
});

function link(address: string) {
  const life = new AbortController();
  onTestFinished(() => life.abort());
  return openBus(address, life.signal);
}

test.runIf(hasBus || notTriedHere(NO_BUS))(
  'whatever a service answers is read as it was said',
  async () => {
    const bus = await startBus(tempFolder());
    await bus.offer(NAME, [['/thing', new Everything(NAME)]]);
    const { call: ask } = link(bus.address);
    expect(await ask(call('Tell', ['a', 'longer than a word']))).toEqual([
      [7, true, -300, 60_000, -70_000, 4_000_000_000, -(2 ** 40), 2 ** 52, 0.5],
      ['Grüße', '/a/b', 'a{sv}'],
      { one: 'eins', two: [2, false] },
      [['a'], []],
      [[1, 'x']],
    ]);
    expect(await ask(call('Refuse'))).toBeNull();
    expect(await ask({ ...call('Tell'), destination: 'org.example.Nobody' })).toBeNull();
  },
);

test.runIf(hasBus || notTriedHere(NO_BUS))(
  'a bus that is not there, or that we do not speak, answers nothing',
  async () => {
    for (const address of [`unix:path=${tempFolder()}/no`, 'tcp:host=localhost,port=1', ''])
      expect(await link(address).call(call('Tell'))).toBeNull();
  },
);

test('bytes that are no message never do more than end the link', () => {
  const good = encodeCall(call('Tell', ['one', 'two']), 1);
  expect(takeMessage(good)).toMatchObject({
    kind: 'message',
    length: good.length,
    message: { kind: 'call', member: 'Tell', path: '/thing', values: ['one', 'two'] },
  });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), {
        maxLength: 6,
      }),
      fc.nat(good.length),
      (changes, length) => {
        const bytes = Buffer.from(good);
        for (const [at, value] of changes) bytes[at] = value;
        expect(['message', 'incomplete', 'broken']).toContain(
          takeMessage(bytes.subarray(0, length)).kind,
        );
      },
    ),
    { numRuns: 2000 },
  );
});
