import type { RewriteRule } from '../ir.js'

/** Lets TypeScript infer what a rule's `matches` hands to its `rewrites`; lists of rules don't care. */
export function defineRule<Match> (rule: RewriteRule<Match>): RewriteRule {
  return rule as RewriteRule
}
