/**
 * The outcome of one spec check, in the form of the contract report.
 *
 * @module
 */

/** Why a spec check failed. Nothing in it is a secret: all values come from the recorded contract. */
export interface SpecCheckFailure {
  /** What must hold. */
  readonly law: string
  /** Each field for which it doesn't, with what was done to it. */
  readonly counterexample: string
  /** What the recorded contract, or a listed deviation, says. */
  readonly expected: string
  /** What the client did. */
  readonly seen: string
}

/** The outcome of one spec check. */
export interface SpecCheckResult {
  /** The check's name. */
  readonly name: string
  /** What it guards, in one sentence. */
  readonly sentence: string
  /** Spec checks hold a client against the recorded contract, not a server. */
  readonly kind: "spec"
  /** `vacuous`: there was nothing to check; `skipped`: the client doesn't say what the check asks about. */
  readonly outcome: "passed" | "failed" | "vacuous" | "skipped"
  /** How many times the client was asked. */
  readonly cases: number
  /** How many of these could have failed. */
  readonly bites: number
  /** The first of what is wrong, when the outcome is `failed`. */
  readonly failure?: SpecCheckFailure
}
