import dbus from 'dbus-next';

const WATCHER = 'org.kde.StatusNotifierWatcher';

/** Takes the place of a desktop's panel on the session bus, and notes the moment each icon comes. */
class Watcher extends dbus.interface.Interface {
  readonly IsStatusNotifierHostRegistered = true;
  readonly ProtocolVersion = 0;
  readonly RegisteredStatusNotifierItems: string[] = [];
  came: (at: number) => void = () => undefined;

  RegisterStatusNotifierItem(_service: string): void {
    this.came(performance.now());
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

export type TrayWatch = {
  /** The moment (performance.now()) at which the next icon comes. */
  readonly nextIcon: () => Promise<number>;
  readonly close: () => void;
};

/** Needs a session bus without a panel: run under dbus-run-session. */
export async function watchTray(): Promise<TrayWatch> {
  const bus = dbus.sessionBus();
  const watcher = new Watcher(WATCHER);
  bus.export('/StatusNotifierWatcher', watcher);
  const answer = await bus.requestName(WATCHER, dbus.NameFlag.DO_NOT_QUEUE);
  if (answer !== dbus.RequestNameReply.PRIMARY_OWNER)
    throw new Error('This session bus has a panel already; run under dbus-run-session.');
  return {
    nextIcon: () =>
      new Promise((resolve) => {
        watcher.came = resolve;
      }),
    close: () => bus.disconnect(),
  };
}
