/**
 * The problems that errors carry: where, and what was expected; never the value.
 *
 * @module
 */

/** One thing that is wrong with a filter or an answer: where, and what was expected there. Values are never shown. */
export interface SeamProblem {
  /** Where, as a path such as `client_sessions[2].created_at`; empty for the whole. */
  readonly path: string
  /** What was expected there. */
  readonly expected: string
}

/** How many problems an error lists. The rest are counted, not listed. */
export const maxProblems = 20

/** How to read a text that an error hides, for its message. Nothing for an empty one. */
export const hint = (field: string, text: string | undefined): string =>
  text ? ` See Redacted.value(error.${field}).` : ""

/** The message without its hint, for whoever has no program to read a field with. */
export const withoutHint = (message: string): string => message.replace(/ See Redacted\.value\(error\.\w+\)\.$/, "")

/** The first problems in words, for a message. */
export const describe = (problems: ReadonlyArray<SeamProblem>, total: number = problems.length): string => {
  const shown = problems.slice(0, 3).map(({ path, expected }) =>
    `${path === "" ? "" : `${path}: `}expected ${expected}`
  )
  const rest = total - shown.length
  return `${shown.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}`
}
