/** A module of fauxqs that its package does not export, by its path. fauxqs is pinned, and tests cover each use. */
export function internal<Module>(path: string): Promise<Module> {
  return import(new URL(path, import.meta.resolve("fauxqs")).href) as Promise<Module>;
}
