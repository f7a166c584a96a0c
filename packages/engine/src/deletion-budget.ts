/** Deletions that need no permission, and the share of what is owned that does not either. */
const FREE_DELETIONS = 10;
const FREE_SHARE = 0.5;

/**
 * Whether so many deletions are more likely a mistake than a wish: more than 10 and more than half of the `owned` responses,
 * unless `allowed` covers them.
 */
export function isOverBudget(deletions: number, owned: number, allowed = 0): boolean {
  return deletions > FREE_DELETIONS && deletions > owned * FREE_SHARE && deletions > allowed;
}
