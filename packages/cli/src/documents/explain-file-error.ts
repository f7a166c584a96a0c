const REASONS: Readonly<Record<string, readonly [string, string]>> = {
  EACCES: ["permission denied", "Check its owner and permissions (ls -l)."],
  EPERM: ["not permitted", "Check its owner and permissions (ls -l)."],
  EROFS: ["the disk is read-only", "Name another place."],
  ENOENT: ["it does not exist", "Check the path; it is relative to the current folder."],
  ENOTDIR: ["a part of the path is a file", "Check the path."],
  EISDIR: ["it is a folder", "Give the path of a file."],
  EEXIST: ["it exists already", "Move it away, or name another place."],
  ELOOP: ["its symbolic links form a loop", "Check the path."],
  ENAMETOOLONG: ["the name is too long", "Check the path."],
  ENOSPC: ["the disk is full", "Free some space, and try again."],
  EMFILE: ["too many files are open", "Raise the limit (ulimit -n), and try again."],
};

/** What a failed call of the file system means, and what to do about it; `undefined` for every other error. */
export function reasonOf(error: unknown): { readonly reason: string; readonly advice: string } | undefined {
  const { code, syscall } = error as Partial<NodeJS.ErrnoException>;
  if (!(error instanceof Error) || code === undefined || syscall === undefined) return undefined;
  const [reason, advice] = (Object.hasOwn(REASONS, code) && REASONS[code]) || [code, "Try again."];
  return { reason, advice };
}

/** What a failed call of the file system means, with the path; `undefined` for every other error. */
export function explainFileError(error: Error): string | undefined {
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || !Object.hasOwn(REASONS, code)) return undefined;
  const [reason, advice] = REASONS[code] ?? [];
  return `${path === undefined ? syscall : path}: ${reason}. ${advice}`;
}
