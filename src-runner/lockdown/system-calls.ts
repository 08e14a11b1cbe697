/**
 * Numbers of system calls on [x86_64, aarch64]; null: that system has no such call. From asm/unistd_64.h and
 * asm-generic/unistd.h; a test compares them with the headers where those are installed.
 */
export type CallNumbers = Readonly<Record<string, readonly [number | null, number | null]>>;

/**
 * No call with a higher number is let through, because nobody has judged it (451 is cachestat, of Linux 6.5). Whoever
 * asks is told that there is no such call, which is what every older Linux says.
 */
export const LAST_JUDGED = 451;

/** New calls that hide their arguments in memory, where a filter cannot look: the C library then uses the old ones. */
export const UNSEEN: CallNumbers = {
  clone3: [435, 435],
};

/**
 * Refused: programs and processes, connections, other processes, whose files are whose, watching files, memory and
 * queues shared by name, who has the processor first (one call can mean all programs of a user), keys, corners of the kernel known for holes, and becoming somebody else. A driver or the C
 * library may try one and must go on without, so these are errors and not the end.
 */
export const REFUSED: CallNumbers = {
  execve: [59, 221],
  execveat: [322, 281],
  fork: [57, null],
  vfork: [58, null],
  connect: [42, 203],
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  process_madvise: [440, 440],
  process_mrelease: [448, 448],
  kcmp: [312, 272],
  pidfd_open: [434, 434],
  pidfd_getfd: [438, 438],
  pidfd_send_signal: [424, 424],
  tkill: [200, 130],
  setpgid: [109, 154],
  setsid: [112, 157],
  chmod: [90, null],
  fchmod: [91, 52],
  fchmodat: [268, 53],
  chown: [92, null],
  fchown: [93, 55],
  lchown: [94, null],
  fchownat: [260, 54],
  setxattr: [188, 5],
  lsetxattr: [189, 6],
  fsetxattr: [190, 7],
  removexattr: [197, 14],
  lremovexattr: [198, 15],
  fremovexattr: [199, 16],
  utime: [132, null],
  utimes: [235, null],
  utimensat: [280, 88],
  futimesat: [261, null],
  truncate: [76, 45],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  inotify_add_watch: [254, 27],
  fanotify_init: [300, 262],
  fanotify_mark: [301, 263],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  shmget: [29, 194],
  shmat: [30, 196],
  shmctl: [31, 195],
  semget: [64, 190],
  semctl: [66, 191],
  semop: [65, 193],
  semtimedop: [220, 192],
  msgget: [68, 186],
  msgctl: [71, 187],
  msgsnd: [69, 189],
  msgrcv: [70, 188],
  mq_open: [240, 180],
  mq_unlink: [241, 181],
  setpriority: [141, 140],
  ioprio_set: [251, 30],
  sched_setscheduler: [144, 119],
  sched_setparam: [142, 118],
  sched_setattr: [314, 274],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  modify_ldt: [154, null],
  setuid: [105, 146],
  setgid: [106, 144],
  setreuid: [113, 145],
  setregid: [114, 143],
  setresuid: [117, 147],
  setresgid: [119, 149],
  setfsuid: [122, 151],
  setfsgid: [123, 152],
  setgroups: [116, 159],
  capset: [126, 91],
  personality: [135, 92],
  syslog: [103, 116],
};

/**
 * The end of the process: loading code into the kernel, mounting, leaving namespaces, ports. All want an administrator,
 * so no driver in a user's program calls them; whoever does has broken out and should not have a second try.
 */
export const FATAL: CallNumbers = {
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  bpf: [321, 280],
  mount: [165, 40],
  umount2: [166, 39],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsmount: [432, 432],
  fsconfig: [431, 431],
  fspick: [433, 433],
  open_tree: [428, 428],
  mount_setattr: [442, 442],
  pivot_root: [155, 41],
  chroot: [161, 51],
  setns: [308, 268],
  unshare: [272, 97],
  reboot: [169, 142],
  swapon: [167, 224],
  swapoff: [168, 225],
  iopl: [172, null],
  ioperm: [173, null],
  acct: [163, 89],
};

/** Depends on the arguments; seccomp.ts says how. */
export const JUDGED = {
  clone: [56, 220],
  socket: [41, 198],
  socketpair: [53, 199],
  sendto: [44, 206],
  kill: [62, 129],
  tgkill: [234, 131],
  rt_sigqueueinfo: [129, 138],
  rt_tgsigqueueinfo: [297, 240],
  prlimit64: [302, 261],
  sched_setaffinity: [203, 122],
  migrate_pages: [256, 238],
  move_pages: [279, 239],
  fcntl: [72, 25],
  ioctl: [16, 29],
  prctl: [157, 167],
} as const satisfies CallNumbers;

/** What we call ourselves to get there; the last two are shut when we are. */
export const OURS = {
  seccomp: [317, 277],
  landlock_create_ruleset: [444, 444],
  landlock_add_rule: [445, 445],
  landlock_restrict_self: [446, 446],
  ioprio_set: [251, 30],
  capset: [126, 91],
} as const satisfies CallNumbers;
