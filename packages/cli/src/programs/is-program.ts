/** Whether a file is for `specdrop run`, going by its name. */
export function isProgram(path: string): boolean {
  return /\.[cm]?[jt]s$/i.test(path);
}
