/**
 * Runs the checks that a declaration allows against a target.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Semaphore from "effect/Semaphore"
import * as Everywhere from "../laws/everywhere.ts"
import * as Items from "../operation/Item.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import * as Ask from "./Ask.ts"
import type { Check } from "./Check.ts"
import * as Labs from "./Lab.ts"
import type { Plan, RunOptions, UnusableOptions } from "./Plan.ts"
import * as Plans from "./Plan.ts"
import { notObserved } from "./Point.ts"
import type { Answer, Probe } from "./Probe.ts"
import * as Probes from "./Probe.ts"
import type { Outcome, Property, RunOptions as PropertyOptions, Violation } from "./Property.ts"
import * as Recognition from "./Recognition.ts"
import * as Replays from "./Replay.ts"
import type { CheckFailure, CheckResult, Report } from "./Report.ts"
import * as Reports from "./Report.ts"
import * as Surveys from "./Survey.ts"
import type { ErrorFields, TaggedErrorClass } from "./TaggedError.ts"
import type { Target, TargetOptions } from "./Target.ts"
import * as Targets from "./Target.ts"
import * as Watches from "./Watch.ts"

export type { Check, CheckInfo, CheckKind, Convention } from "./Check.ts"
export { catalogue, points, UnusableOptions } from "./Plan.ts"
export type { RunOptions } from "./Plan.ts"
export type { Point, Readings } from "./Point.ts"
export type { CheckFailure, CheckOutcome, CheckResult, Report } from "./Report.ts"
export type { CredentialOptions, Secret, TargetOptions } from "./Target.ts"

const CannotJudgeBase: TaggedErrorClass<"CannotJudge", CannotJudge> = Data.TaggedError(
  "CannotJudge"
)<ErrorFields<CannotJudge>>

/**
 * A target that can't be judged: nothing answers there, it refuses the credential or the question, it leads elsewhere or sends
 * a web page, or its answers are only parts of lists and nothing says how to go on.
 */
export class CannotJudge extends CannotJudgeBase {
  /** For `Effect.catchTag` and `Effect.catchTags`. */
  declare readonly _tag: "CannotJudge"
  /** What stands in the way, with its place in the answer, and what to add to the declaration. */
  declare readonly message: string
}

/** Why a run ends before its first check. */
export type RunError = UnusableOptions | Operations.UnusableOperation | CannotJudge

/** Where a redirect leads, without its query: that may hold anything. */
const destination = ({ headers }: Answer, target: Target): string => {
  const url = URL.parse(headers.get("location") ?? "", target.url)
  return url === null ? "nowhere" : `${url.origin}${url.pathname}`.slice(0, 200)
}

/** Why a target can't be judged by its answer to the question for everything; `undefined` where it can. */
const obstacle = (answer: Answer, target: Target): string | undefined => {
  const { items, mediaType, seen, status } = answer
  const { credentials, path } = target.operation
  if (items !== undefined) return undefined
  if (!Probes.isAnswer(answer)) return seen
  if (answer.isCut) return `${seen}; allow more of them: maxPages`
  if (status >= 300 && status < 400) {
    return `${status}, a redirect to ${destination(answer, target)}, which is not followed`
  }
  if (status === 401 || status === 403) {
    return target.credential === undefined
      ? `${seen}: it wants a credential, and ${
        credentials === undefined ? "the declaration has none" : "none was given"
      }`
      : `${seen}: it refuses the credential; check ${target.credential.variable}`
  }
  if (status === 404 || status === 410) {
    return `${seen}: there is nothing at ${path}; check the URL, and the declaration's path`
  }
  if (status === 405) return `${seen}: it doesn't take ${answer.ask.method} at ${path}; check the declaration's by`
  if (status >= 400 && status < 500) {
    return `${seen}: it refuses the question for everything; what has to be sent belongs in the declaration (always, required)`
  }
  return mediaType === "text/html"
    ? `${seen}, which is a web page; check the URL, and the declaration's path`
    : undefined
}

/** What is found once, for all checks. */
const look = Effect.fnUntraced(function*(
  target: Target,
  { operation, options, points }: Plan
): Effect.fn.Return<Labs.Lab, CannotJudge | Operations.UnusableOperation> {
  const cannot = (why: string): CannotJudge =>
    new CannotJudge({ message: scrub(`${target.name} can't be judged: ${why}.`, target) })
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
  const noAnswer = ({ message }: Probes.NoAnswer) => cannot(`before everything was listed: ${message}`)
  const answer = yield* probe.attempt(asks.list({})).pipe(Effect.catchTag("NoAnswer", noAnswer))
  const why = obstacle(answer, target)
  if (why !== undefined) return yield* cannot(why)
  const survey = yield* Surveys.make(probe, asks, answer).pipe(Effect.catchTag("NoAnswer", noAnswer))
  const more = operation.pages === undefined ? Probes.saysMore(operation, survey.answer) : undefined
  if (more !== undefined) {
    return yield* cannot(`the answer says that there is more: ${more}. Say in the declaration how to ask for it: pages`)
  }
  const missing = Operations.missingFields(operation, survey.items)
  if (missing.length > 0) return yield* new Operations.UnusableOperation({ message: missing.join("\n") })
  const { may } = Labs.selection(operation, {})
  const scene = { operation, probe, asks, survey, singles: Surveys.singlesOf(operation, survey.index, may) }
  const watch = Watches.make(Everywhere.invariants(scene))
  probe.watch(watch.onAnswer)
  for (const answer of [survey.answer, survey.repeated]) watch.onAnswer(answer)
  const readings = yield* Recognition.recognise(scene, points)
  const now = yield* Clock.currentTimeMillis
  return Labs.make(
    scene,
    readings,
    options.expected ?? {},
    (item) => (options.conventions ?? []).some(({ mayOmit }) => mayOmit?.(item, readings, now) === true),
    watch
  )
})

/** A text without the credentials. */
const scrub = (text: string, { credential, other }: Target): string =>
  [credential, other].reduce((text, known) => {
    const secret = known === undefined ? "" : Redacted.value(known.secret)
    // In whatever case: a media type is told in lower case.
    return secret === ""
      ? text
      : text.replaceAll(new RegExp(secret.replace(/[.*+?^${}()|[\]\\\/-]/g, "\\$&"), "gi"), () => `$${known?.variable}`)
  }, text)

/** The same in every text of a value. */
const scrubAll = (value: unknown, target: Target): unknown =>
  typeof value === "string"
    ? scrub(value, target)
    : Array.isArray(value)
    ? value.map((one) => scrubAll(one, target))
    : Items.isItem(value)
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [scrub(name, target), scrubAll(inner, target)]))
    : value

/** How a failure is seen again: alone, after some cases, after all of them; or not at all. */
interface Again {
  readonly needs?: string
  readonly before?: Replays.Replay["before"]
}

// The cases that a failure may need before it, by their number. Beyond, all are run again.
const histories = [1, 2, 4, 8, 16]

/** Finds out what a failure needs, with nothing remembered of earlier answers. */
const again = Effect.fnUntraced(function*(
  property: Property,
  failed: NonNullable<Outcome["failed"]>,
  earlier: ReadonlyArray<string>,
  lab: Labs.Lab,
  options: PropertyOptions
): Effect.fn.Return<Again> {
  let isUnanswered = false
  const fails = Effect.fnUntraced(function*(before: ReadonlyArray<string>) {
    lab.probe.forget()
    for (const key of before) yield* property.run({ ...options, shrink: false, only: { key } })
    const { unanswered, violation } = yield* property.run({ ...options, shrink: false, only: failed })
    isUnanswered ||= unanswered !== undefined
    return violation !== undefined
  })
  if (yield* fails([])) return {}
  if (isUnanswered) return { needs: "perhaps what came before it: it could not be asked again" }
  for (const [at, count] of histories.entries()) {
    if (earlier.length <= (histories[at - 1] ?? 0)) break
    const before = earlier.slice(-count)
    if (yield* fails(before)) {
      return {
        before,
        needs: `the ${before.length === 1 ? "case" : `${before.length} cases`} before it, which the replay asks first`
      }
    }
  }
  lab.probe.forget()
  return (yield* property.run({ ...options, shrink: false })).violation === undefined
    ? { before: "all", needs: "something that can't be repeated: it was seen once, and not again when asked again" }
    : { before: "all", needs: "the cases before it, all of which the replay asks again" }
})

const toFailure = (
  check: Check,
  property: Property,
  violation: Violation,
  { needs }: Again,
  replay: Replays.Replay,
  target: Target
): CheckFailure => {
  const clean = (text: string): string => scrub(text, target)
  return {
    law: property.law,
    counterexample: scrubAll(JSON.parse(JSON.stringify(violation.counterexample)), target),
    expected: clean(violation.expected),
    seen: clean(violation.seen),
    ...(needs !== undefined && { needs }),
    curl: clean(Ask.curl(violation.ask, target)),
    replay: Replays.format({ ...replay, check: check.name })
  }
}

/** A check of meaning needs a list to begin with; where there is none, that is what is wrong. */
const withoutList = ({ operation, probe: { target }, survey: { answer } }: Labs.Lab): CheckFailure => ({
  law: "The question for everything gets a list of items.",
  counterexample: {},
  expected: `200 with a list of items${operation.items === "" ? "" : ` at ${operation.items}`}`,
  seen: answer.seen,
  curl: scrub(Ask.curl(answer.ask, target), target)
})

const runCheck = Effect.fnUntraced(
  function*(check: Check, lab: Labs.Lab, plan: Plan): Effect.fn.Return<CheckResult> {
    const { options: { checks: chosen, shrink = true }, runs, seed } = plan
    const { kind, name } = check
    const unchecked = check.unchecked?.(lab.operation) ?? []
    const nothing = {
      name,
      kind,
      cases: 0,
      bites: 0,
      ...(chosen?.includes(name) === true && { chosen: true as const }),
      ...(unchecked.length > 0 && { unchecked })
    }
    if (kind === "meaning" && lab.survey.answer.items === undefined) {
      return { ...nothing, outcome: "failed", failure: withoutList(lab) }
    }
    const lacks = check.lacks?.(lab)
    if (lacks !== undefined) return { ...nothing, outcome: "skipped", why: lacks }
    const options: PropertyOptions = { seed, shrink, ...(runs !== undefined && { runs }) }
    const properties = check.properties(lab)
    if (plan.replay !== undefined) return yield* replayed(check, plan, plan.replay, lab, options, nothing)
    let [cases, bites, covered, exist] = [0, 0, 0, 0]
    let unanswered: Outcome["unanswered"]
    for (const property of properties) {
      const keys: Array<string> = []
      const outcome = yield* property.run({
        ...options,
        onCase: (key) => {
          keys.push(key)
          lab.watch.during({ check: name, property: property.id, key })
        }
      })
      lab.watch.during(undefined)
      cases += outcome.cases
      bites += outcome.bites
      covered += outcome.cells.covered
      exist += outcome.cells.exist
      if (outcome.violation !== undefined && outcome.failed !== undefined) {
        const { failed, violation } = outcome
        const earlier = keys.slice(0, Math.max(0, keys.indexOf(failed.key)))
        const found = failed.origin === undefined ? yield* again(property, failed, earlier, lab, options) : {}
        const replay = {
          ...failed,
          check: name,
          property: failed.origin === undefined
            ? property.id
            : [property.id, failed.origin.check, failed.origin.property].join("^"),
          seed,
          ...(found.before !== undefined && { before: found.before })
        }
        return {
          ...nothing,
          outcome: "failed",
          cases,
          bites,
          failure: toFailure(check, property, violation, found, replay, lab.probe.target)
        }
      }
      unanswered ??= outcome.unanswered
      if (unanswered?.reason === "gone") break
    }
    const { message: why, reason } = unanswered ?? {}
    return {
      ...nothing,
      outcome: reason === "gone" || reason === "once"
        ? "unanswered"
        : bites > 0
        ? "passed"
        : reason === undefined
        ? "vacuous"
        : "not asked",
      cases,
      bites,
      ...(exist > 0 && { cells: { covered, exist } }),
      ...(why !== undefined && { why: scrub(why, lab.probe.target) })
    }
  }
)

/** Asks the question of a replay, with what it needs before it. */
const replayed = Effect.fnUntraced(function*(
  check: Check,
  { known }: Plan,
  { before = [], key, path, property: id, seed }: Replays.Replay,
  lab: Labs.Lab,
  options: PropertyOptions,
  nothing: Omit<CheckResult, "outcome">
): Effect.fn.Return<CheckResult> {
  const [own = "", otherCheck, otherProperty] = id.split("^")
  const find = (check: Check | undefined, id: string | undefined): Property | undefined =>
    check?.properties(lab).find((property) => property.id === id)
  const property = find(check, own)
  const origin = otherCheck === undefined
    ? property
    : find(known.find(({ name }) => name === otherCheck), otherProperty)
  const gone: CheckResult = {
    ...nothing,
    outcome: "not asked",
    why: "the target no longer has what the question was made from: it can't be put again"
  }
  if (property === undefined || origin === undefined) return gone
  for (const key of before === "all" ? [] : before) yield* origin.run({ ...options, shrink: false, only: { key } })
  const only = { key, ...(path !== undefined && { path }) }
  const asked = yield* origin.run({ ...options, shrink: false, ...(before !== "all" && { only }) })
  const outcome = origin === property ? asked : yield* property.run(options)
  const { bites, cases } = asked
  if (outcome.violation !== undefined) {
    const again = { check: check.name, property: id, seed, ...only, before }
    const failure = toFailure(check, property, outcome.violation, {}, again, lab.probe.target)
    return { ...nothing, outcome: "failed", cases, bites, failure }
  }
  const unanswered = asked.unanswered ?? outcome.unanswered
  if (unanswered !== undefined) {
    return { ...nothing, outcome: "unanswered", cases, bites, why: scrub(unanswered.message, lab.probe.target) }
  }
  return cases === 0
    ? gone
    : {
      ...nothing,
      outcome: "not reproduced",
      cases,
      bites,
      why:
        `the question was asked again, and the answer was right; if it takes what was asked before: --seed ${seed} --check ${check.name}`
    }
})

/** Lets a check make its share of the requests that are left: none of them can starve the others. */
const share = (probe: Probe, { maxRequests = Infinity }: RunOptions, checksLeft: number): void => {
  const { made } = probe.tally()
  probe.allow(made + Math.floor((maxRequests - made) / Math.max(1, checksLeft)))
}

/**
 * Runs every check that a declaration allows, or some of them, against a target.
 *
 * Whatever the target does is a result, but for two things: there is nothing to judge ({@link CannotJudge}), or none of the
 * items has a field of the declaration (`UnusableOperation`). Only the one operation is called, with methods that change nothing: its own, GET, and those that
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
      requests: lab.probe.tally(),
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
  const looking = Effect.runSync(Effect.cached(Effect.suspend(() => look(Targets.make(operation, target), planned))))
  // A runner may start them together: the requests that are left are shared among those that haven't run yet.
  const turn = Semaphore.makeUnsafe(1)
  const left = new Set(planned.checks)
  const result = Effect.fnUntraced(function*(check: Check) {
    const lab = yield* looking
    share(lab.probe, options, left.size)
    left.delete(check)
    return yield* runCheck(check, lab, planned)
  })
  return planned.checks.map((check): TestCase => ({
    name: check.name,
    run: async () => {
      const found = await Effect.runPromise(turn.withPermits(1)(result(check)))
      if (!Reports.isGood(found, options.allowVacuous)) {
        throw new Error([check.sentence, ...Reports.checkLines(found)].join("\n"))
      }
    }
  }))
}
