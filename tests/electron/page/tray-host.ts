import dbus from 'dbus-next';
import { z } from 'zod';

const { Interface } = dbus.interface;

const WATCHER = 'org.kde.StatusNotifierWatcher';
const ITEM = 'org.kde.StatusNotifierItem';
const MENU = 'com.canonical.dbusmenu';
const PROPERTIES = 'org.freedesktop.DBus.Properties';

/** No flag of D-Bus is set. */
const NEED_REPLY = 0;

/** A value and its type, as D-Bus carries it. */
const variant = <T extends z.ZodType>(value: T) => z.object({ value });

/** [icon name, icon pixels, title, text], from the StatusNotifierItem specification. */
const ToolTip = z.tuple([z.string(), z.unknown(), z.string(), z.string()]);
const Look = z.object({
  label: variant(z.string()).optional(),
  enabled: variant(z.boolean()).optional(),
  'toggle-state': variant(z.number()).optional(),
  type: variant(z.string()).optional(),
});
/** [id, properties, the lines of its own menu] */
type Line = [number, z.infer<typeof Look>, { value: Line }[]];
const Line: z.ZodType<Line> = z.tuple([z.number(), Look, z.array(z.lazy(() => variant(Line)))]);
/** [revision, [id, properties, lines]], from com.canonical.dbusmenu. */
const Layout = z.tuple([z.number(), z.tuple([z.number(), z.unknown(), z.array(variant(Line))])]);

/** A line of the menu that can be read. */
export type MenuLine = {
  readonly id: number;
  readonly label: string;
  readonly enabled: boolean;
  readonly checked: boolean;
  /** What opens beside it; empty where nothing does. */
  readonly menu: readonly MenuLine[];
};

const readable = (lines: readonly { value: Line }[]): MenuLine[] =>
  lines.flatMap(({ value: [id, look, menu] }) =>
    look.type?.value === 'separator'
      ? []
      : [
          {
            id,
            label: look.label?.value ?? '',
            enabled: look.enabled?.value ?? true,
            checked: look['toggle-state']?.value === 1,
            menu: readable(menu),
          },
        ],
  );

/** The tray of a desktop: any icon that registers is in it, to be read and clicked as a panel does. */
export type TrayHost = {
  /** How many icons have come. */
  readonly icons: () => number;
  readonly tooltip: () => Promise<string>;
  readonly menu: () => Promise<readonly MenuLine[]>;
  /** Clicks the line with this label, there or in a menu beside it. Throws where there is none, or it cannot be clicked. */
  readonly click: (label: string) => Promise<void>;
  /** Clicks the icon itself. */
  readonly activate: () => Promise<void>;
  readonly close: () => void;
};

class Watcher extends Interface {
  readonly registered: string[] = [];
  readonly IsStatusNotifierHostRegistered = true;
  readonly ProtocolVersion = 0;
  readonly RegisteredStatusNotifierItems: string[] = [];

  RegisterStatusNotifierItem(service: string): void {
    this.registered.push(service);
  }
  RegisterStatusNotifierHost(_service: string): void {}
}
Watcher.configureMembers({
  properties: {
    IsStatusNotifierHostRegistered: { signature: 'b', access: 'read' },
    ProtocolVersion: { signature: 'i', access: 'read' },
    RegisteredStatusNotifierItems: { signature: 'as', access: 'read' },
  },
  methods: {
    RegisterStatusNotifierItem: { inSignature: 's', outSignature: '' },
    RegisterStatusNotifierHost: { inSignature: 's', outSignature: '' },
  },
});

/** Puts a tray on the session bus. Throws where there is no bus (run under dbus-run-session), or a tray already. */
export async function openTrayHost(): Promise<TrayHost> {
  if (!process.env.DBUS_SESSION_BUS_ADDRESS)
    throw new Error('There is no session bus; run the tests under dbus-run-session.');
  const bus = dbus.sessionBus();
  const watcher = new Watcher(WATCHER);
  bus.export('/StatusNotifierWatcher', watcher);
  const answer = await bus.requestName(WATCHER, dbus.NameFlag.DO_NOT_QUEUE);
  if (answer !== dbus.RequestNameReply.PRIMARY_OWNER)
    throw new Error('This session bus has a tray already; run the tests under dbus-run-session.');

  /** Calls the icon that came last. */
  async function call(
    place: { readonly path: string; readonly interface: string; readonly member: string },
    signature: string,
    body: unknown[],
    flags = NEED_REPLY,
  ): Promise<unknown[]> {
    const destination = watcher.registered.at(-1);
    if (destination === undefined) throw new Error('no icon has come to the tray');
    const reply = await bus.call(
      new dbus.Message({ destination, ...place, signature, body, flags }),
    );
    return reply?.body ?? [];
  }
  async function property(name: string): Promise<unknown> {
    const place = { path: '/StatusNotifierItem', interface: PROPERTIES, member: 'Get' };
    const [found] = await call(place, 'ss', [ITEM, name]);
    return variant(z.unknown()).parse(found).value;
  }
  const menuPath = async () => z.string().parse(await property('Menu'));
  async function menu(): Promise<MenuLine[]> {
    const place = { path: await menuPath(), interface: MENU, member: 'GetLayout' };
    const [, [, , lines]] = Layout.parse(await call(place, 'iias', [0, -1, []]));
    return readable(lines);
  }

  return {
    icons: () => watcher.registered.length,
    tooltip: async () => ToolTip.parse(await property('ToolTip'))[2],
    menu,
    async click(label) {
      const lines = await menu();
      const line = lines.flatMap((one) => [one, ...one.menu]).find((one) => one.label === label);
      if (!line?.enabled) throw new Error(`${label} cannot be clicked in ${JSON.stringify(lines)}`);
      const place = { path: await menuPath(), interface: MENU, member: 'Event' };
      const click = [line.id, 'clicked', new dbus.Variant('s', ''), 0];
      // Nobody answers a click on Quit.
      await call(place, 'isvu', click, dbus.MessageFlag.NO_REPLY_EXPECTED);
    },
    async activate() {
      const place = { path: '/StatusNotifierItem', interface: ITEM, member: 'Activate' };
      await call(place, 'ii', [0, 0]);
    },
    close: () => bus.disconnect(),
  };
}
