/**
 * What a run of the contract checks found, and the forms in which it is told.
 *
 * @module
 */
import * as Redacted from "effect/Redacted"
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

/** The parts of a failure that may hold other people's values. */
export interface FailureValues {
  /** The smallest case found that breaks the law. */
  readonly counterexample: unknown
  /** What the law asks for in this case. */
  readonly expected: string
  /** What the target did. */
  readonly seen: string
  /** A command that makes the request, with a variable in place of the secret. */
  readonly curl?: string
}

/**
 * Why a check failed. It holds no credential, and no value of other people's data: in their place it says what they are, as in
 * "a user_identifier_key, lower case". {@link withValues} shows them.
 */
export interface CheckFailure extends FailureValues {
  /** The law, in words. */
  readonly law: string
  /** The names of the filters that were asked with. */
  readonly filters?: ReadonlyArray<string>
  /** The near miss: what was done to a value that exists, as in "lower case". */
  readonly nearMiss?: string
  /** What kind of value that was, as in "mail address". */
  readonly nearMissOf?: string
  /** How the target reads an open point, where another reading is expected: `point=reading`. */
  readonly reading?: string
  /** The same parts with the values, for who may see them. */
  readonly values?: Redacted.Redacted<FailureValues>
  /** What has to come before it, where it was not seen again alone. */
  readonly needs?: string
  /** Names the case: given back to a run, it is asked again and nothing else. */
  readonly replay?: string
}

/** A failure that is known, and why it is accepted. */
export interface AcceptedFailure {
  /** Why, as the entry that agrees with it says. */
  readonly reason: string
  /** The first failure that agrees with the entry. */
  readonly failure: CheckFailure
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
  /** Requests made for it. */
  readonly requests?: number
  /** How long it took, in seconds. */
  readonly seconds?: number
  /** Failures that are accepted: they don't count. */
  readonly accepted?: ReadonlyArray<AcceptedFailure>
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
  /** When it began: a date and time of ISO 8601 in UTC. */
  readonly startedAt: string
  /** How long it took, in seconds. */
  readonly seconds: number
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

const failureWithValues = ({ values, ...failure }: CheckFailure): CheckFailure =>
  values === undefined ? failure : { ...failure, ...Redacted.value(values) }

/** A check with the values of other people's data in its failures, for who may see them. */
export const checkWithValues = (check: CheckResult): CheckResult => ({
  ...check,
  ...(check.failure !== undefined && { failure: failureWithValues(check.failure) }),
  ...(check.accepted !== undefined && {
    accepted: check.accepted.map(({ failure, reason }) => ({ reason, failure: failureWithValues(failure) }))
  })
})

/** The report with the values of other people's data in its failures, for who may see them. */
export const withValues = (report: Report): Report => ({ ...report, checks: report.checks.map(checkWithValues) })

const show = (value: unknown): string => typeof value === "string" ? value : JSON.stringify(value)

// A terminal obeys control characters, and turns text around for the bidirectional ones.
const plain = (text: string): string =>
  text.replace(/[\p{Cc}\p{Bidi_C}]/gu, (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`)

/** A failure in words, a line for each part. */
export const failureLines = (
  { counterexample, curl, expected, law, nearMiss, nearMissOf, needs, replay, seen }: CheckFailure
): ReadonlyArray<string> =>
  [
    `law       ${law}`,
    `case      ${show(counterexample)}`,
    ...(nearMiss === undefined ? [] : [`nearly    the ${nearMiss} of a value (${nearMissOf ?? "of any kind"})`]),
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
  ...(check.accepted ?? []).flatMap(({ failure, reason }) => [
    `         accepted  ${plain(reason)}`,
    `         case      ${plain(show(failure.counterexample))}`
  ]),
  ...(check.failure === undefined ? [] : failureLines(check.failure).map((line) => `         ${line}`))
]

/** The whole report, a line for each check and each reading. */
export const lines = (report: Report, allowVacuous = false): ReadonlyArray<string> => {
  const bad = report.checks.filter((check) => !isGood(check, allowVacuous)).length
  const accepted = report.checks.reduce((sum, { accepted = [] }) => sum + accepted.length, 0)
  const cells = (which: "covered" | "exist"): number =>
    report.checks.reduce((sum, { cells }) => sum + (cells?.[which] ?? 0), 0)
  return [
    ...report.checks.flatMap(checkLines),
    "",
    ...report.readings.map(({ point, reading }) => `reads    ${point.padEnd(28)} ${plain(reading)}`),
    "",
    `${bad === 0 ? "Every check held" : `${bad} of ${report.checks.length} checks did not hold`}: ${
      plain(report.target)
    }, seed ${report.seed}; ${
      accepted > 0 ? `${accepted} accepted; ` : ""
    }${report.requests.made} requests, ${report.requests.distinct} of them different; ${cells("covered")} of ${
      cells("exist")
    } kinds of cases`
  ]
}

// Characters that XML 1.0 can't hold at all (section 2.2), and those that a viewer's terminal would obey.
const xml = (text: string): string =>
  text.split("\n").map(plain).join("\n").replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\"", "&quot;")

/** XML's `token`: one line, single spaces. */
const token = (text: string): string => xml(text).replace(/\s+/g, " ").trim() || "contract"

/**
 * The report as JUnit XML, for build servers: valid by the schema of Jenkins' xUnit plug-in and by that of Ant's JUnit task.
 * What failed is a failure; what is vacuous, unanswered, not asked or not reproduced, and doesn't count as good, an error.
 */
export const junit = (report: Report, allowVacuous = false): string => {
  const elementOf = (check: CheckResult): "failure" | "error" | "skipped" | undefined =>
    check.outcome === "failed"
      ? "failure"
      : !isGood(check, allowVacuous)
      ? "error"
      : check.outcome === "skipped"
      ? "skipped"
      : undefined
  const cases = report.checks.map((check) => {
    const { failure, kind, name, outcome, seconds = 0, why } = check
    const element = elementOf(check)
    const message = xml(
      failure?.law ?? (element === "error" ? `${outcome}: ${why ?? "no case could have failed"}` : why ?? "")
    )
    const type = element === "skipped" ? "" : ` type="${element === "failure" ? name : outcome}"`
    const body = failure === undefined
      ? ""
      : `\n${xml([...failureLines(failure), `seed      ${report.seed}`].join("\n"))}\n`
    const inside = element === undefined ? "" : `<${element} message="${message}"${type}>${body}</${element}>`
    return `    <testcase classname="contract.${kind}" name="${token(name)}" time="${
      seconds.toFixed(3)
    }">${inside}</testcase>`
  })
  const count = (element: string): number => report.checks.filter((check) => elementOf(check) === element).length
  const properties = {
    seed: report.seed,
    "requests.made": report.requests.made,
    "requests.distinct": report.requests.distinct,
    ...Object.fromEntries(report.readings.map(({ point, reading }) => [`reading.${point}`, reading]))
  }
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites>`,
    `  <testsuite name="${token(report.target)}" package="contract" id="0" timestamp="${
      report.startedAt.slice(0, 19)
    }" hostname="localhost" tests="${report.checks.length}" failures="${count("failure")}" errors="${
      count("error")
    }" skipped="${count("skipped")}" time="${report.seconds.toFixed(3)}">`,
    `    <properties>`,
    ...Object.entries(properties).map(([name, value]) =>
      `      <property name="${token(name)}" value="${xml(`${value}`)}"/>`
    ),
    `    </properties>`,
    ...cases,
    `    <system-out></system-out>`,
    `    <system-err></system-err>`,
    `  </testsuite>`,
    `</testsuites>`,
    ""
  ].join("\n")
}
