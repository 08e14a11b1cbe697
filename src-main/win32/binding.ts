import koffi from 'koffi';

/**
 * Calls into Windows' own libraries, for 64-bit Windows. Names and layouts are from Microsoft's API reference
 * (https://learn.microsoft.com/windows/win32/api/). Handles travel as numbers: they are small, and -1 is an invalid one.
 */
export type WindowsCall = (...args: readonly unknown[]) => number;

export const POINTER = 'void *';
export const HANDLE = 'intptr_t';
export const DWORD = 'uint32_t';
export const BOOL = 'int';

type Native = ReturnType<typeof koffi.load>;

/** By full path, so that no DLL lying about is loaded in its place. Null where there is none, as on other systems. */
export function systemDll(name: string): Native | null {
  if (process.platform !== 'win32') return null;
  try {
    return koffi.load(`${process.env.SystemRoot ?? 'C:\\Windows'}\\System32\\${name}`);
  } catch {
    return null;
  }
}

/** Where one member of a structure lies in our buffers, in bytes. */
export type Layout = { readonly size: number } & Readonly<Record<string, number>>;

/**
 * A buffer of another size than the system's structure would be overrun by it, so the layout that the buffers are cut for
 * is compared with the one that the C rules of this machine give.
 */
export function insistOnLayout(
  name: string,
  members: Readonly<Record<string, string | ReturnType<typeof koffi.array>>>,
  { size, ...offsets }: Layout,
): void {
  const type = koffi.struct(members);
  const wrong = Object.entries(offsets).filter(
    ([member, offset]) => koffi.offsetof(type, member) !== offset,
  );
  if (koffi.sizeof(type) === size && wrong.length === 0) return;
  throw new Error(
    `${name} is ${koffi.sizeof(type)} bytes here, not ${size}; misplaced: ${wrong.map(([member]) => member).join(', ')}`,
  );
}
