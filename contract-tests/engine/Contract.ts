/**
 * Runs the checks that a declaration allows against a target.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import * as Everywhere from "../laws/everywhere.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import type { AcceptedDeviation } from "./Accepted.ts"
import * as Accepted from "./Accepted.ts"
import * as Ask from "./Ask.ts"
import type { Check } from "./Check.ts"
import { gone, scrub, toFailure, withoutList } from "./Failure.ts"
import * as Labs from "./Lab.ts"
import type { Plan, RunOptions } from "./Plan.ts"
import * as Plans from "./Plan.ts"
import { UnusableOptions } from "./Plan.ts"
import { notObserved } from "./Point.ts"
import type { Answer, Probe } from "./Probe.ts"
import * as Probes from "./Probe.ts"
import type { Outcome, Property, RunOptions as PropertyOptions, Violation } from "./Property.ts"
import * as Recognition from "./Recognition.ts"
import type * as Replays from "./Replay.ts"
import type { AcceptedFailure, CheckResult, Report } from "./Report.ts"
import * as Reports from "./Report.ts"
import * as Surveys from "./Survey.ts"
import type { ErrorFields, TaggedErrorClass } from "./TaggedError.ts"
import type { Target, TargetOptions } from "./Target.ts"
import * as Targets from "./Target.ts"
import * as Watches from "./Watch.ts"

export type { AcceptedDeviation } from "./Accepted.ts"
export type { Check, CheckInfo, CheckKind, Convention } from "./Check.ts"
export { catalogue, points, selected, UnusableOptions } from "./Plan.ts"
export type { Progress, RunOptions } from "./Plan.ts"
export type { Point, Readings } from "./Point.ts"
export type { AcceptedFailure, CheckFailure, CheckOutcome, CheckResult, FailureValues, Report } from "./Report.ts"
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
  /** Requests made until then, and how many of them were different. */
  declare readonly requests: Report["requests"]
}

/** Why a run ends before its first check. */
export type RunError = UnusableOptions | Operations.UnusableOperation | CannotJudge

/** Where a redirect leads, in words of our own: a server may write anything there. */
const destination = ({ ask, headers }: Answer, target: Target): string => {
  const from = new URL(Ask.requestUrl(ask, target))
  const to = URL.parse(headers.get("location") ?? "", from)
  if (to === null) return "nowhere"
  if (to.hostname !== from.hostname) return "another server"
  if (to.origin !== from.origin) return to.origin
  return to.pathname === from.pathname ? "itself" : "another path of this server"
}

/** Why a target can't be judged by its answer to the question for everything; `undefined` where it can. */
const obstacle = (answer: Answer, target: Target): string | undefined => {
  const { items, mediaType, seen, status } = answer
  const { credentials, path } = target.operation
  if (items !== undefined) return undefined
  if (!Probes.isAnswer(answer)) return seen
  if (answer.isTooLong) return `${seen}, which is more than the checks can hold; use a credential that sees fewer`
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

const targetOf = (operation: Operation, options: TargetOptions): Effect.Effect<Target, UnusableOptions> =>
  Effect.try({
    try: () => Targets.make(operation, options),
    catch: (cause) => new UnusableOptions({ message: cause instanceof TypeError ? cause.message : "url can't be used" })
  })

/** What is found once, for all checks. */
const look = Effect.fnUntraced(function*(
  target: Target,
  { operation, options, points }: Plan
): Effect.fn.Return<Labs.Lab, CannotJudge | Operations.UnusableOperation> {
  const probe = Probes.make(target, {
    timeout: options.timeout ?? 10_000,
    rate: options.rate ?? Infinity,
    maxBodyBytes: options.maxBodyBytes ?? 64 * 1024 * 1024,
    maxPages: options.maxPages ?? 100,
    patience: options.patience ?? 60_000,
    concurrency: options.concurrency ?? 1
  })
  const cannot = (why: string): CannotJudge =>
    new CannotJudge({ message: scrub(`${target.name} can't be judged: ${why}.`, target), requests: probe.tally() })
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
  probe.watch((answer) => watch.onAnswers([answer]))
  watch.onAnswers([survey.answer, survey.repeated])
  const readings = yield* Recognition.recognise(scene, points, options.concurrency)
  const now = yield* Clock.currentTimeMillis
  return Labs.make(
    scene,
    readings,
    options.expected ?? {},
    (item) => (options.conventions ?? []).some(({ mayOmit }) => mayOmit?.(item, readings, now) === true),
    watch
  )
})

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

const runCheck = Effect.fnUntraced(
  function*(check: Check, lab: Labs.Lab, plan: Plan): Effect.fn.Return<CheckResult> {
    const { accepted, chosen, concurrency, options: { shrink = true }, runs, seed } = plan
    const { kind, name } = check
    const now = yield* Clock.currentTimeMillis
    const unchecked = check.unchecked?.(lab.operation) ?? []
    const nothing = {
      name,
      kind,
      cases: 0,
      bites: 0,
      ...(chosen.includes(name) && { chosen: true as const }),
      ...(unchecked.length > 0 && { unchecked })
    }
    if (kind === "meaning" && lab.survey.answer.items === undefined) {
      return { ...nothing, outcome: "failed", failure: withoutList(lab) }
    }
    const lacks = check.needs?.({ target: lab.probe.target, expected: lab.expected }) ?? check.lacks?.(lab)
    if (lacks !== undefined) return { ...nothing, outcome: "skipped", why: lacks }
    const known = accepted.filter((entry) => entry.check === name)
    /** The first failure that agrees with each of them. */
    const met = new Map<AcceptedDeviation, AcceptedFailure>()
    const accepts = (property: Property) => (violation: Violation): boolean => {
      const signature = Accepted.signatureOf(violation)
      const entry = known.find((entry) => Accepted.isInForce(entry, now) && Accepted.agrees(entry, signature))
      if (entry !== undefined && !met.has(entry)) {
        met.set(entry, { reason: entry.reason, failure: toFailure(property, violation, lab) })
      }
      return entry !== undefined
    }
    const options: PropertyOptions = { seed, shrink, concurrency, ...(runs !== undefined && { runs }) }
    const properties = check.properties(lab)
    if (plan.replay !== undefined) return yield* replayed(check, plan, plan.replay, lab, options, nothing)
    let [cases, bites, covered, exist] = [0, 0, 0, 0]
    let unanswered: Outcome["unanswered"]
    for (const property of properties) {
      const keys: Array<string> = []
      const outcome = yield* property.run({
        ...options,
        accepts: accepts(property),
        onCase: (key, answers) => {
          keys.push(key)
          lab.watch.onAnswers(answers, { check: name, property: property.id, key })
        }
      })
      cases += outcome.cases
      bites += outcome.bites
      covered += outcome.cells.covered
      exist += outcome.cells.exist
      if (outcome.violation !== undefined && outcome.failed !== undefined) {
        const { failed, violation } = outcome
        const earlier = keys.slice(0, Math.max(0, keys.indexOf(failed.key)))
        const found = failed.origin === undefined
          ? yield* again(property, failed, earlier, lab, { ...options, accepts: accepts(property) })
          : {}
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
          ...(met.size > 0 && { accepted: [...met.values()] }),
          failure: toFailure(property, violation, lab, found.needs, replay)
        }
      }
      unanswered ??= outcome.unanswered
      if (unanswered?.reason === "gone") break
    }
    const { message: why, reason } = unanswered ?? {}
    const left = known.find((entry) => !met.has(entry))
    // Where not every kind of case was tried, it may be among the others.
    if (left !== undefined && unanswered === undefined && covered === exist) {
      return { ...nothing, outcome: "failed", cases, bites, accepted: [...met.values()], failure: gone(left) }
    }
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
      ...(met.size > 0 && { accepted: [...met.values()] }),
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
  const notThere: CheckResult = {
    ...nothing,
    outcome: "not asked",
    why: "the target no longer has what the question was made from: it can't be put again"
  }
  if (property === undefined || origin === undefined) return notThere
  const onCase: PropertyOptions["onCase"] = (_, answers) => lab.watch.onAnswers(answers)
  const again = { ...options, shrink: false, onCase }
  for (const key of before === "all" ? [] : before) yield* origin.run({ ...again, only: { key } })
  const only = { key, ...(path !== undefined && { path }) }
  const asked = yield* origin.run({ ...again, ...(before !== "all" && { only }) })
  const outcome = origin === property ? asked : yield* property.run(options)
  const { bites, cases } = asked
  if (outcome.violation !== undefined) {
    const replay = { check: check.name, property: id, seed, ...only, before }
    const failure = toFailure(property, outcome.violation, lab, undefined, replay)
    return { ...nothing, outcome: "failed", cases, bites, failure }
  }
  const unanswered = asked.unanswered ?? outcome.unanswered
  if (unanswered !== undefined) {
    return { ...nothing, outcome: "unanswered", cases, bites, why: scrub(unanswered.message, lab.probe.target) }
  }
  return cases === 0
    ? notThere
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

/** A check with what it cost. */
const counted = (check: Effect.Effect<CheckResult>, probe: Probe): Effect.Effect<CheckResult> =>
  Effect.gen(function*() {
    const { made } = probe.tally()
    const started = yield* Clock.currentTimeMillis
    const result = yield* check
    return {
      ...result,
      requests: probe.tally().made - made,
      seconds: ((yield* Clock.currentTimeMillis) - started) / 1000
    }
  })

/** What an effect comes to, or something else where the run is stopped before. */
const untilStopped = <A, E, B, F>(
  effect: Effect.Effect<A, E>,
  { stop }: RunOptions,
  otherwise: Effect.Effect<B, F>
): Effect.Effect<A | B, E | F> =>
  stop === undefined ? effect : Effect.raceFirst(effect, Effect.andThen(stop, otherwise))

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
    const startedAt = yield* Clock.currentTimeMillis
    const made = yield* targetOf(operation, target)
    const { checks: all, points } = planned
    const lab = yield* untilStopped(
      look(made, planned),
      options,
      Effect.fail(
        new CannotJudge({
          message: "The run was stopped before everything was listed.",
          requests: { made: 0, distinct: 0 }
        })
      )
    )
    const checks: Array<CheckResult> = []
    let isStopped = false
    for (const [index, check] of all.entries()) {
      share(lab.probe, options, all.length - index)
      const stopped: CheckResult = {
        name: check.name,
        kind: check.kind,
        outcome: "not asked",
        cases: 0,
        bites: 0,
        why: "the run was stopped before its end"
      }
      const result: CheckResult = isStopped
        ? stopped
        : yield* untilStopped(counted(runCheck(check, lab, planned), lab.probe), options, Effect.succeed(stopped))
      isStopped ||= result === stopped
      checks.push(result)
      const progress = { done: index + 1, total: all.length, requests: lab.probe.tally().made }
      if (options.onCheck !== undefined && !isStopped) yield* options.onCheck(result, progress)
    }
    return {
      target: scrub(made.name, made),
      seed: planned.seed,
      startedAt: new Date(startedAt).toISOString(),
      seconds: ((yield* Clock.currentTimeMillis) - startedAt) / 1000,
      requests: lab.probe.tally(),
      checks,
      readings: points.map(({ name }) => ({ point: name, reading: lab.readings[name] ?? notObserved }))
    }
  }
)

/** One check, for any test runner. */
export interface TestCase {
  /** The check's name. */
  readonly name: string
  /**
   * Why the check has nothing to say of the target: skip it. {@link checks} knows what was not given; {@link prepare} also what
   * the target doesn't have.
   */
  readonly skip?: string
  /**
   * Rejects with an `Error` whose message is the failure in words. Takes what the runner gives: where that can skip (`node:test`,
   * vitest), a check that has nothing to say is skipped.
   */
  readonly run: (...context: ReadonlyArray<unknown>) => Promise<void>
}

/** What is common to the test cases of a target: it is looked at once. */
const suite = (operation: Operation, target: TargetOptions, options: RunOptions) => {
  const planned = Effect.runSync(Plans.make(operation, options))
  const made = Effect.runSync(targetOf(operation, target))
  const looking = Effect.runSync(Effect.cached(Effect.suspend(() => look(made, planned))))
  // A runner may start them together: the requests that are left are shared among those that haven't run yet.
  const turn = Semaphore.makeUnsafe(1)
  const left = new Set(planned.checks)
  const result = Effect.fnUntraced(function*(check: Check) {
    const lab = yield* looking
    share(lab.probe, options, left.size)
    left.delete(check)
    const result = yield* counted(runCheck(check, lab, planned), lab.probe)
    const total = planned.checks.length
    const progress = { done: total - left.size, total, requests: lab.probe.tally().made }
    if (options.onCheck !== undefined) yield* options.onCheck(result, progress)
    return result
  })
  const isGood = (result: CheckResult): boolean => Reports.isGood(result, options.allowVacuous)
  // Who asks for a check by its name wants to know that it has nothing to say.
  const skipOf = (check: Check, why: string | undefined): Pick<TestCase, "skip"> =>
    why === undefined || planned.chosen.includes(check.name) ? {} : { skip: why }
  const testCase = (check: Check): TestCase => ({
    name: check.name,
    ...skipOf(check, check.needs?.({ target: made, expected: options.expected ?? {} })),
    // Without a parameter of its own: some runners take one for a callback that they wait for.
    run: async (...[context]) => {
      const found = await Effect.runPromise(turn.withPermits(1)(result(check)))
      if (!isGood(found)) {
        const told = options.showValues === true ? Reports.checkWithValues(found) : found
        throw new Error([check.sentence, ...Reports.checkLines(told)].join("\n"))
      }
      const skip: unknown = found.outcome === "skipped" ? Reflect.get(Object(context), "skip") : undefined
      if (typeof skip === "function") skip.call(context, found.why)
    }
  })
  return { checks: planned.checks, looking, skipOf, testCase }
}

/**
 * The checks as test cases, for any test runner. The target is looked at once, when the first of them runs. One that needs what was
 * not given has `skip`, with the reason. What the target itself doesn't have shows only as a test runs: `node:test` and vitest then
 * skip it; for runners whose tests can't skip themselves (Deno, Bun) there is {@link prepare}.
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
 * for (const { name, run, skip } of Contract.checks(todos, { url: "http://127.0.0.1:3000" })) {
 *   // test(name, run), with `test` from node:test or vitest; Deno.test({ name, ignore: skip !== undefined, fn: run })
 *   console.log(name, typeof run, skip ?? "")
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
  const { checks, testCase } = suite(operation, target, options)
  return checks.map(testCase)
}

/**
 * The same, once the target has been looked at: a check that has nothing to say of it has `skip`, with the reason. Fails where
 * the target can't be judged, so that it is said once and not by every test.
 *
 * ```ts
 * import { Contract, Filter, Operation } from "@seam-effect/contract-tests"
 * import * as Effect from "effect/Effect"
 *
 * const todos = Operation.make({
 *   path: "/todos",
 *   by: "query",
 *   items: "",
 *   id: "id",
 *   filters: { done: Filter.equals("done") }
 * })
 * const target = { url: "http://127.0.0.1:3000", fetch: () => Response.json([{ id: 1, done: true }]) }
 * for (const { name, run, skip } of await Effect.runPromise(Contract.prepare(todos, target))) {
 *   // Deno.test({ name, ignore: skip !== undefined, fn: run }), or test.skipIf(skip !== undefined)(name, run) in Bun
 *   console.log(name, typeof run, skip ?? "")
 * }
 * ```
 */
export const prepare = (
  operation: Operation,
  target: TargetOptions,
  options: RunOptions = {}
): Effect.Effect<ReadonlyArray<TestCase>, RunError> =>
  Effect.gen(function*() {
    yield* Plans.make(operation, options)
    yield* targetOf(operation, target)
    const { checks, looking, skipOf, testCase } = suite(operation, target, options)
    const lab = yield* looking
    const hasList = lab.survey.answer.items !== undefined
    return checks.map((check): TestCase => ({
      ...skipOf(check, hasList ? check.lacks?.(lab) : undefined),
      ...testCase(check)
    }))
  })
