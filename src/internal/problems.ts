/**
 * The problems that errors carry: where, and what was expected; never the value.
 *
 * @module
 */

/** One thing that is wrong with an input: where, and what was expected there. Values are never shown. */
export interface Problem {
  /** Where, as a path such as `client_sessions[2].created_at`; empty for the whole input. */
  readonly path: string
  /** What was expected there. */
  readonly expected: string
}

/** How many problems an error lists. The rest are counted, not listed. */
export const maxProblems = 20

// A key is shown only if it can't be a secret or somebody's name: the caller may have put a value where a key belongs.
const speakable = /^[A-Za-z_]{1,40}$/

/** A key as an error may show it; `?` for one that doesn't look like the name of a field. */
export const showKey = (key: PropertyKey): string => typeof key === "string" && speakable.test(key) ? key : "?"

/** The first problems in words, for a message. */
export const describe = (problems: ReadonlyArray<Problem>, total: number = problems.length): string => {
  const shown = problems.slice(0, 3).map(({ path, expected }) =>
    `${path === "" ? "" : `${path}: `}expected ${expected}`
  )
  const rest = total - shown.length
  return `${shown.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}`
}
