/**
 * What a run of the contract checks found, and the forms in which it is told.
 *
 * @module
 */
import type { CheckKind } from "./Check.ts"

/**
 * What came of a check.
 *
 * - `vacuous`: it held, but no case could have failed
 * - `unanswered`: a question of it got no answer, though it was asked several times
 * - `not asked`: no requests were left for it; or the question of a replay can't be put any more
 * - `not reproduced`: the question of a replay was asked, and its answer was right
 * - `skipped`: it needs what the declaration or the target doesn't have
 */
export type CheckOutcome =
  | "passed"
  | "failed"
  | "vacuous"
  | "unanswered"
  | "not asked"
  | "not reproduced"
  | "skipped"

/** Why a check failed. Names items by their ids; holds no credential. */
export interface CheckFailure {
  /** The law, in words. */
  readonly law: string
  /** The smallest case found that breaks it. */
  readonly counterexample: unknown
  /** What the law asks for in this case. */
  readonly expected: string
  /** What the target did. */
  readonly seen: string
  /** What has to come before it, where it was not seen again alone. */
  readonly needs?: string
  /** A command that makes the request, with a variable in place of the secret. */
  readonly curl?: string
  /** Names the case: given back to a run, it is asked again and nothing else. */
  readonly replay?: string
}

/** One check of a report. */
export interface CheckResult {
  /** The check's name, as in the catalogue. */
  readonly name: string
  /** What kind of thing it is about. */
  readonly kind: CheckKind
  /** What came of it. */
  readonly outcome: CheckOutcome
  /** How many cases were run. */
  readonly cases: number
  /** How many of them could have failed. */
  readonly bites: number
  /** The kinds of its cases (near miss and kind of value, pair of filters and method, …): how many were tried of those there are. */
  readonly cells?: { readonly covered: number; readonly exist: number }
  /** Why it came to this, where it neither passed nor failed, or wasn't asked in full. */
  readonly why?: string
  /** Whether it was asked for by its name: then it isn't good if it was skipped. */
  readonly chosen?: true
  /** What it says nothing about, though it stands in the document: keywords and formats that aren't supported. */
  readonly unchecked?: ReadonlyArray<string>
  /** Why, when it failed. */
  readonly failure?: CheckFailure
}

/** How the target reads one open point. */
export interface ObservedReading {
  /** The open point. */
  readonly point: string
  /** One of its known readings, `not observed`, or `something else`. */
  readonly reading: string
}

/** What a run found. */
export interface Report {
  /** What was checked: its name or its URL. */
  readonly target: string
  /** What every case was drawn from. */
  readonly seed: number
  /** Requests made, and how many of them were different. */
  readonly requests: { readonly made: number; readonly distinct: number }
  /** Each check that was run, in the order of the catalogue. */
  readonly checks: ReadonlyArray<CheckResult>
  /** How the target reads each open point. */
  readonly readings: ReadonlyArray<ObservedReading>
}

/**
 * Whether a check counts as good. A skipped one has nothing to say, unless it was asked for by its name; a vacuous one counts only
 * where that is allowed.
 */
export const isGood = ({ chosen, outcome }: CheckResult, allowVacuous = false): boolean =>
  outcome === "passed" || (outcome === "skipped" && chosen !== true) || (outcome === "vacuous" && allowVacuous)

/**
 * The exit code that a report means: 0 where every check held, 1 where one failed, 3 where none failed but something was
 * vacuous, unanswered, not asked or not reproduced.
 */
export const exitCode = (report: Report, allowVacuous = false): 0 | 1 | 3 =>
  report.checks.some(({ outcome }) => outcome === "failed") ? 1 : isHeld(report, allowVacuous) ? 0 : 3

/** Whether every check held. */
export const isHeld = (report: Report, allowVacuous = false): boolean =>
  report.checks.length > 0 && report.checks.every((check) => isGood(check, allowVacuous))

const show = (value: unknown): string => typeof value === "string" ? value : JSON.stringify(value)

// A terminal obeys control characters, and turns text around for the bidirectional ones.
const plain = (text: string): string =>
  text.replace(/[\p{Cc}\p{Bidi_C}]/gu, (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`)

/** A failure in words, a line for each part. */
export const failureLines = (
  { counterexample, curl, expected, law, needs, replay, seen }: CheckFailure
): ReadonlyArray<string> =>
  [
    `law       ${law}`,
    `case      ${show(counterexample)}`,
    `expected  ${expected}`,
    `seen      ${seen}`,
    ...(needs === undefined ? [] : [`needs     ${needs}`]),
    ...(curl === undefined ? [] : [`curl      ${curl}`]),
    ...(replay === undefined ? [] : [`replay    --replay '${replay}'`])
  ].map(plain)

/** The check in one line, and its failure under it. */
export const checkLines = (check: CheckResult): ReadonlyArray<string> => [
  `${check.outcome.padEnd(7)}  ${check.name.padEnd(28)} ${`${check.cases}`.padStart(5)} cases ${
    `${check.bites}`.padStart(5)
  } bites${check.cells === undefined ? "" : ` ${`${check.cells.covered}/${check.cells.exist}`.padStart(9)} kinds`}`,
  ...(check.why === undefined ? [] : [`         ${plain(check.why)}`]),
  ...(check.unchecked ?? []).map((what) => `         unchecked ${plain(what)}`),
  ...(check.failure === undefined ? [] : failureLines(check.failure).map((line) => `         ${line}`))
]

/** The whole report, a line for each check and each reading. */
export const lines = (report: Report, allowVacuous = false): ReadonlyArray<string> => {
  const bad = report.checks.filter((check) => !isGood(check, allowVacuous)).length
  const cells = (which: "covered" | "exist"): number =>
    report.checks.reduce((sum, { cells }) => sum + (cells?.[which] ?? 0), 0)
  return [
    ...report.checks.flatMap(checkLines),
    "",
    ...report.readings.map(({ point, reading }) => `reads    ${point.padEnd(28)} ${plain(reading)}`),
    "",
    `${bad === 0 ? "Every check held" : `${bad} of ${report.checks.length} checks did not hold`}: ${
      plain(report.target)
    }, seed ${report.seed}; ${report.requests.made} requests, ${report.requests.distinct} of them different; ${
      cells("covered")
    } of ${cells("exist")} kinds of cases`
  ]
}

const xml = (text: string): string =>
  // Characters that XML 1.0 can't hold at all, section 2.2.
  plain(text).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\"", "&quot;")

/** The report as JUnit XML, for build servers. */
export const junit = (report: Report, allowVacuous = false): string => {
  const cases = report.checks.map((check) => {
    const good = isGood(check, allowVacuous)
    const inside = check.outcome === "skipped" && good
      ? `<skipped message="${xml(check.why ?? "")}"/>`
      : good
      ? ""
      : `<failure message="${
        xml(check.failure?.law ?? `${check.outcome}: ${check.why ?? "no case could have failed"}`)
      }">${xml(check.failure === undefined ? "" : failureLines(check.failure).join("\n"))}</failure>`
    return `    <testcase classname="contract.${check.kind}" name="${check.name}">${inside}</testcase>`
  })
  const count = (is: (check: CheckResult) => boolean): number => report.checks.filter(is).length
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites>`,
    `  <testsuite name="${xml(report.target)}" tests="${report.checks.length}" failures="${
      count((check) => !isGood(check, allowVacuous))
    }" skipped="${count((check) => check.outcome === "skipped" && isGood(check))}">`,
    ...cases,
    `  </testsuite>`,
    `</testsuites>`,
    ""
  ].join("\n")
}
