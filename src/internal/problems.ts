/**
 * From schema issues to the problems that errors carry: where, and what was expected; never the value.
 *
 * @module
 */
import * as SchemaIssue from "effect/SchemaIssue"

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

/** A path in the notation of JavaScript; keys that don't look like field names are shown as `?`. */
export const formatPath = (path: ReadonlyArray<PropertyKey>): string =>
  path.reduce<string>((text, key) =>
    typeof key === "number"
      ? `${text}[${key}]`
      : `${text}${text === "" ? "" : "."}${typeof key === "string" && speakable.test(key) ? key : "?"}`, "")

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** The problems of an issue, with paths that start at `prefix`. */
export const fromIssue = (issue: SchemaIssue.Issue, prefix: ReadonlyArray<PropertyKey> = []): ReadonlyArray<Problem> =>
  format(issue).issues.map(({ message, path = [] }) => ({
    path: formatPath([...prefix, ...path.map((segment) => typeof segment === "object" ? segment.key : segment)]),
    expected: message === "Missing key" ? "a value (it is missing)" : message.replace(/^Expected /, "")
  }))

/** The first problems in words, for a message. */
export const describe = (problems: ReadonlyArray<Problem>, total: number = problems.length): string => {
  const shown = problems.slice(0, 3).map(({ path, expected }) =>
    `${path === "" ? "" : `${path}: `}expected ${expected}`
  )
  const rest = total - shown.length
  return `${shown.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}`
}
