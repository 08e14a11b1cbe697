// Who may import whom: the house on one page. tests/house/house.test.ts holds the code to it, both ways: an arrow that is not
// drawn here is refused, and one that nobody uses any more has to be rubbed out.

/** What a room may let in. A folder that is not named under `folders` may import nothing of its own room. */
export type Room = {
  /** Other rooms any file here may import; with `under`, only files in those folders may. */
  readonly rooms: Readonly<Record<string, { readonly under?: readonly string[] }>>;
  readonly packages: readonly Package[];
  /** For each folder, the folders of the same room it may import. The floor (files beside the folders) is '.'. */
  readonly folders: Readonly<Record<string, readonly string[]>>;
};

export type Package = { readonly name: RegExp; readonly under?: string };

const anywhere = {};
const NODE = /^node:[a-z_/]+$/;

export const floorPlan: Readonly<Record<string, Room>> = {
  'src-shared': {
    rooms: {},
    packages: [{ name: /^(?:zod|intl-messageformat)$/ }],
    folders: {
      '.': ['language', 'words'],
      language: [],
      words: ['language'],
      moment: ['.', 'language', 'words'],
    },
  },
  'src-disk': {
    rooms: { 'src-shared': anywhere },
    packages: [{ name: NODE }, { name: /^(?:zod|libsql)$/ }],
    folders: { '.': [] },
  },
  'src-network': {
    rooms: { 'src-shared': anywhere },
    packages: [{ name: NODE }, { name: /^(?:ws|zod|viem(?:\/.+)?)$/ }],
    folders: { '.': [] },
  },
  'src-runner': {
    rooms: { 'src-shared': anywhere },
    packages: [{ name: NODE }, { name: /^(?:zod|koffi|node-llama-cpp|webgpu)$/ }],
    folders: {
      '.': ['work', 'cuda', 'webgpu', 'llm', 'lockdown'],
      work: [],
      cuda: ['work'],
      webgpu: ['work'],
      'webgpu/page': ['.', 'webgpu', 'work'],
      llm: ['work'],
      lockdown: ['work'],
      kernels: [],
    },
  },
  'src-buyer': {
    rooms: { 'src-shared': anywhere, 'src-disk': anywhere },
    packages: [{ name: NODE }, { name: /^(?:zod|pngjs|csv-parse(?:\/.+)?)$/ }],
    folders: { '.': [], checkers: [] },
  },
  'src-exchange': {
    rooms: { 'src-shared': anywhere, 'src-disk': anywhere },
    packages: [
      { name: NODE },
      { name: /^(?:ws|zod|hono(?:\/.+)?|@hono\/node-server(?:\/.+)?|viem(?:\/.+)?)$/ },
    ],
    folders: {
      '.': ['access', 'agents', 'blobs', 'http', 'models', 'queue', 'receipts'],
      access: [],
      queue: [],
      blobs: ['queue'],
      models: [],
      receipts: ['queue'],
      agents: ['access', 'blobs', 'queue', 'receipts'],
      http: ['access', 'blobs', 'models', 'queue'],
    },
  },
  'src-main': {
    rooms: {
      'src-shared': anywhere,
      'src-disk': anywhere,
      'src-network': anywhere,
      // The built-in network, and what this machine asks of it as its own buyer.
      'src-exchange': { under: ['network'] },
      'src-buyer': { under: ['own-jobs'] },
    },
    packages: [
      { name: NODE },
      { name: /^(?:ws|zod|koffi|systeminformation)$/ },
      { name: /^(?:electron|electron-store|electron-log(?:\/.+)?)$/, under: 'shell' },
    ],
    folders: {
      // The floor puts the rooms together.
      '.': [
        'activity/owner',
        'agent',
        'books',
        'children',
        'host',
        'models',
        'network',
        'start-up',
        'own-jobs',
        'owner',
        'policy',
        'runner',
        'senses',
        'settings',
        'window',
      ],
      shell: [
        '.',
        'activity/owner',
        'children',
        'host',
        'owner',
        'runner',
        'settings',
        'words',
        'window',
      ],
      // The heart: pure.
      policy: [],
      agent: ['policy', 'words'],
      // What the heart's decisions reach.
      books: ['agent'],
      network: ['agent', 'books', 'host'],
      models: [],
      children: ['activity/programs'],
      runner: ['books', 'children', 'models', 'network', 'win32'],
      'own-jobs': ['agent'],
      // The owner and their window.
      settings: [],
      owner: ['activity/programs', 'agent', 'own-jobs', 'senses', 'settings', 'words'],
      window: ['activity/libraries', 'agent', 'books', 'policy', 'words'],
      'start-up': ['books', 'host', 'network', 'owner', 'settings', 'window'],
      host: ['activity/owner', 'children', 'settings'],
      words: [],
      // What the machine tells.
      senses: [
        'activity/games',
        'activity/owner',
        'activity/programs',
        'activity/screen',
        'agent',
        'books',
        'host',
        'policy',
        'telemetry',
      ],
      activity: [],
      'activity/bus': [],
      'activity/programs': ['activity', 'win32'],
      'activity/libraries': ['activity', 'activity/programs'],
      'activity/games': ['activity/libraries', 'activity/programs', 'policy'],
      'activity/owner': ['activity', 'activity/bus', 'win32'],
      'activity/screen': ['activity/games', 'activity/programs', 'children', 'policy', 'win32'],
      telemetry: [
        'activity/programs',
        'children',
        'telemetry/card',
        'telemetry/linux',
        'telemetry/mac',
        'telemetry/nvml',
        'telemetry/windows',
      ],
      'telemetry/card': [],
      'telemetry/linux': ['telemetry/card'],
      'telemetry/mac': ['telemetry/card'],
      'telemetry/nvml': ['telemetry/card'],
      'telemetry/windows': ['telemetry/card', 'win32'],
      win32: [],
    },
  },
  'src-renderer': {
    rooms: { 'src-shared': anywhere },
    packages: [
      // zod: the window has a border of its own, where snapshots come in.
      { name: /^(?:zod|(?:react|react-dom|recharts)(?:\/.+)?)$/ },
      { name: /^@(?:mantine|tabler|fontsource-variable)\/.+$/ },
    ],
    folders: {
      '.': ['agent-link', 'frame'],
      frame: [
        'agent-link',
        'parts',
        'words',
        'home',
        'earnings',
        'jobs',
        'limits',
        'networks',
        'settings',
        'onboarding',
        'popover',
      ],
      home: ['agent-link', 'parts', 'words'],
      earnings: ['agent-link', 'parts', 'words'],
      jobs: ['agent-link', 'parts', 'words'],
      limits: ['agent-link', 'parts', 'words'],
      networks: ['agent-link', 'parts', 'words'],
      settings: ['agent-link', 'parts', 'words'],
      onboarding: ['agent-link', 'parts', 'settings', 'words'],
      popover: ['agent-link', 'home', 'parts', 'words'],
      parts: ['agent-link', 'words'],
      'agent-link': ['words'],
      words: [],
    },
  },
};
