/**
 * Runs the checks that a declaration allows against a target.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import * as Ask from "./Ask.ts"
import type { Check } from "./Check.ts"
import * as Labs from "./Lab.ts"
import type { Plan, RunOptions, UnusableOptions } from "./Plan.ts"
import * as Plans from "./Plan.ts"
import { notObserved } from "./Point.ts"
import type { Probe } from "./Probe.ts"
import * as Probes from "./Probe.ts"
import type { Outcome, Property } from "./Property.ts"
import * as Recognition from "./Recognition.ts"
import * as Replays from "./Replay.ts"
import type { CheckFailure, CheckResult, Report } from "./Report.ts"
import * as Reports from "./Report.ts"
import * as Surveys from "./Survey.ts"
import type { ErrorFields, TaggedErrorClass } from "./TaggedError.ts"
import type { Target, TargetOptions } from "./Target.ts"
import * as Targets from "./Target.ts"

export type { Check, CheckInfo, CheckKind, Convention } from "./Check.ts"
export { catalogue, points, UnusableOptions } from "./Plan.ts"
export type { RunOptions } from "./Plan.ts"
export type { Point, Readings } from "./Point.ts"
export type { CheckFailure, CheckOutcome, CheckResult, Report } from "./Report.ts"
export type { CredentialOptions, Secret, TargetOptions } from "./Target.ts"

const CannotJudgeBase: TaggedErrorClass<"CannotJudge", CannotJudge> = Data.TaggedError(
  "CannotJudge"
)<ErrorFields<CannotJudge>>

/** A target that can't be judged by this declaration: its answers are only parts of lists, and nothing says how to go on. */
export class CannotJudge extends CannotJudgeBase {
  /** For `Effect.catchTag` and `Effect.catchTags`. */
  declare readonly _tag: "CannotJudge"
  /** What stands in the way, with its place in the answer, and what to add to the declaration. */
  declare readonly message: string
}

/** Why a run ends before its first check. */
export type RunError = UnusableOptions | Operations.UnusableOperation | CannotJudge

/** What is found once, for all checks. */
const look = Effect.fnUntraced(function*(
  target: Target,
  { operation, options, points }: Plan
): Effect.fn.Return<Labs.Lab, CannotJudge | Operations.UnusableOperation> {
  const probe = Probes.make(target, {
    timeout: options.timeout ?? 10_000,
    rate: options.rate ?? Infinity,
    maxBodyBytes: options.maxBodyBytes ?? 256 * 1024 * 1024,
    maxPages: options.maxPages ?? 100,
    patience: options.patience ?? 60_000
  })
  probe.allow(options.maxRequests ?? Infinity)
  const asks = Ask.make(operation)
  // At least two requests are allowed; where pages need more, there are no more.
  const survey = yield* Surveys.make(probe, asks).pipe(
    Effect.catchTag(
      "NotAsked",
      ({ message }) => new CannotJudge({ message: `Before everything was listed: ${message}.` })
    )
  )
  const more = operation.pages === undefined ? Probes.saysMore(operation, survey.answer) : undefined
  if (more !== undefined) {
    return yield* new CannotJudge({
      message: `The answer says that there is more: ${more}. Say in the declaration how to ask for it: pages.`
    })
  }
  const missing = Operations.missingFields(operation, survey.items)
  if (missing.length > 0) return yield* new Operations.UnusableOperation({ message: missing.join("\n") })
  const { may } = Labs.selection(operation, {})
  const scene = { operation, probe, asks, survey, singles: Surveys.singlesOf(operation, survey.items, may) }
  const readings = yield* Recognition.recognise(scene, points)
  const now = yield* Clock.currentTimeMillis
  return Labs.make(
    scene,
    readings,
    options.expected ?? {},
    (item) => (options.conventions ?? []).some(({ mayOmit }) => mayOmit?.(item, readings, now) === true)
  )
})

// FNV-1a: each property draws its own cases, the same whether it is run alone or after the others.
const seedOf = (seed: number, name: string): number => {
  let hash = 0x811c9dc5 ^ seed
  for (const char of name) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return hash | 0
}

/** A text without the credentials. */
const scrub = (text: string, { credential, other }: Target): string =>
  [credential, other].reduce(
    (text, known) => known === undefined ? text : text.replaceAll(Redacted.value(known.secret), `$${known.variable}`),
    text
  )

const toFailure = (
  check: Check,
  property: Property,
  { path, violation }: Outcome,
  seed: number,
  target: Target
): CheckFailure | undefined => {
  if (violation === undefined) return undefined
  const clean = (text: string): string => scrub(text, target)
  return {
    law: property.law,
    counterexample: JSON.parse(clean(JSON.stringify(violation.counterexample))),
    expected: clean(violation.expected),
    seen: clean(violation.seen),
    curl: clean(Ask.curl(violation.ask, target)),
    ...(path !== undefined && { replay: Replays.format({ check: check.name, property: property.id, seed, path }) })
  }
}

const runCheck = Effect.fnUntraced(
  function*(check: Check, lab: Labs.Lab, { options: { shrink = true }, replay, runs, seed }: Plan) {
    const { kind, name } = check
    const unchecked = check.unchecked?.(lab.operation) ?? []
    const nothing: CheckResult = {
      name,
      kind,
      outcome: "skipped",
      cases: 0,
      bites: 0,
      ...(unchecked.length > 0 && { unchecked })
    }
    if (check.applies?.(lab) === false) return nothing
    let cases = 0
    let bites = 0
    let halted: Outcome["halted"]
    for (const property of check.properties(lab)) {
      if (replay !== undefined && property.id !== replay.property) continue
      const outcome = yield* property.run({
        seed: seedOf(seed, `${name}/${property.id}`),
        shrink,
        ...(runs !== undefined && { runs }),
        ...(replay !== undefined && { path: replay.path })
      })
      cases += outcome.cases
      bites += outcome.bites
      const failure = toFailure(check, property, outcome, seed, lab.probe.target)
      if (failure !== undefined) return { ...nothing, outcome: "failed", cases, bites, failure } satisfies CheckResult
      halted ??= outcome.halted
      if (halted === "the target has stopped answering") {
        return { ...nothing, outcome: "unanswered", cases, bites } satisfies CheckResult
      }
    }
    const outcome = bites > 0 ? "passed" : halted === undefined ? "vacuous" : "not asked"
    return { ...nothing, outcome, cases, bites } satisfies CheckResult
  }
)

/** Lets a check make its share of the requests that are left: none of them can starve the others. */
const share = (probe: Probe, { maxRequests = Infinity }: RunOptions, checksLeft: number): void =>
  probe.allow(probe.asked() + Math.floor((maxRequests - probe.asked()) / checksLeft))

/**
 * Runs every check that a declaration allows, or some of them, against a target.
 *
 * Whatever the target does is a result, but for two things: answers that say that there is more where the declaration
 * doesn't say how to ask for it ({@link CannotJudge}), and items that none has a field of the declaration
 * (`UnusableOperation`). Only the one operation is called, with methods that change nothing: its own, GET, and those that
 * the declaration says do no harm.
 *
 * ```ts
 * import { Contract, Filter, Operation, Report } from "@seam-effect/contract-tests"
 * import * as Effect from "effect/Effect"
 *
 * const todos = Operation.make({
 *   path: "/todos",
 *   by: "query",
 *   items: "",
 *   id: "id",
 *   filters: { done: Filter.equals("done") }
 * })
 * const report = await Effect.runPromise(Contract.run(todos, {
 *   url: "http://127.0.0.1:3000",
 *   // A server that lists everything, whatever is asked.
 *   fetch: () => Response.json([{ id: 1, done: true }, { id: 2, done: false }])
 * }))
 * console.log(Report.isHeld(report)) // false
 * console.log(report.checks.find(({ name }) => name === "filter_soundness")?.outcome) // failed
 * ```
 */
export const run: (
  operation: Operation,
  target: TargetOptions,
  options?: RunOptions
) => Effect.Effect<Report, RunError> = Effect.fn("Contract.run")(
  function*(operation, target, options = {}) {
    const planned = yield* Plans.make(operation, options)
    const made = Targets.make(operation, target)
    const lab = yield* look(made, planned)
    const checks: Array<CheckResult> = []
    for (const [index, check] of planned.checks.entries()) {
      share(lab.probe, options, planned.checks.length - index)
      const result = yield* runCheck(check, lab, planned)
      checks.push(result)
      if (options.onCheck !== undefined) yield* options.onCheck(result)
    }
    return {
      target: scrub(made.name, made),
      seed: planned.seed,
      checks,
      readings: planned.points.map(({ name }) => ({ point: name, reading: lab.readings[name] ?? notObserved }))
    }
  }
)

/** One check, for any test runner. */
export interface TestCase {
  /** The check's name. */
  readonly name: string
  /** Rejects with an `Error` whose message is the failure in words. */
  readonly run: () => Promise<void>
}

/**
 * The checks as test cases, for any test runner. The target is looked at once, when the first of them runs.
 *
 * ```ts
 * import { Contract, Filter, Operation } from "@seam-effect/contract-tests"
 *
 * const todos = Operation.make({
 *   path: "/todos",
 *   by: "query",
 *   items: "",
 *   id: "id",
 *   filters: { done: Filter.equals("done") }
 * })
 * for (const { name, run } of Contract.checks(todos, { url: "http://127.0.0.1:3000" })) {
 *   // Deno.test(name, run), or test(name, run) from node:test
 *   console.log(name, typeof run)
 * }
 * ```
 *
 * Throws {@link UnusableOptions} or `UnusableOperation` at once, and not as a test.
 */
export const checks = (
  operation: Operation,
  target: TargetOptions,
  options: RunOptions = {}
): ReadonlyArray<TestCase> => {
  const planned = Effect.runSync(Plans.make(operation, options))
  let looking: Promise<Labs.Lab> | undefined
  return planned.checks.map((check): TestCase => ({
    name: check.name,
    run: async () => {
      looking ??= Effect.runPromise(look(Targets.make(operation, target), planned))
      const lab = await looking
      const result = await Effect.runPromise(runCheck(check, lab, planned))
      if (!Reports.isGood(result, options.allowVacuous)) {
        throw new Error([check.sentence, ...Reports.checkLines(result)].join("\n"))
      }
    }
  }))
}
