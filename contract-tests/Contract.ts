/**
 * Runs the catalogue against a target.
 *
 * @module
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Ask from "./Ask.ts"
import type { Check } from "./Catalogue.ts"
import * as Catalogue from "./Catalogue.ts"
import * as Lab from "./Lab.ts"
import type { Readings } from "./Points.ts"
import * as Points from "./Points.ts"
import type { Probe } from "./Probe.ts"
import * as Probes from "./Probe.ts"
import type { Outcome, Property } from "./Property.ts"
import * as Recognition from "./Recognition.ts"
import type { CheckResult, Failure, Report } from "./Report.ts"
import * as Reports from "./Report.ts"
import * as Survey from "./Survey.ts"
import type { ErrorFields, TaggedErrorClass } from "./TaggedError.ts"
import type { Target, TargetOptions } from "./Target.ts"
import * as Targets from "./Target.ts"

/** How to run the Catalogue.checks. */
export interface RunOptions {
  /** Decides every case. A random one by default; the report says which. */
  readonly seed?: number
  /** Cases of each law, at most. 100 by default. */
  readonly runs?: number
  /** The names of the checks to run. All by default. */
  readonly checks?: ReadonlyArray<string>
  /** The one case to run, as a failure's `replay` names it; its check and seed come with it. */
  readonly replay?: string
  /** Requests in all, at most, shared out among the checks. Unbounded by default. */
  readonly maxRequests?: number
  /** Requests a second, at most. Unbounded by default. */
  readonly rate?: number
  /** Milliseconds for one request, its body included. 10,000 by default. */
  readonly timeout?: number
  /** Bytes of one answer, at most. 256 MiB by default. */
  readonly maxBodyBytes?: number
  /** Milliseconds in all to spend on waiting as `Retry-After` says. 60,000 by default. */
  readonly patience?: number
  /** Whether a check that found nothing to bite on counts as good. `false` by default. */
  readonly allowVacuous?: boolean
  /** The readings of the open points that the target is held to. None by default: they are only reported. */
  readonly expected?: Partial<Readings>
  /** Told of every check as it ends. */
  readonly onCheck?: (check: CheckResult) => Effect.Effect<void>
}

const UnusableOptionsBase: TaggedErrorClass<"UnusableOptions", UnusableOptions> = Data.TaggedError(
  "UnusableOptions"
)<ErrorFields<UnusableOptions>>

/** A run that can't be: there is no such check, or the replay id is none. */
export class UnusableOptions extends UnusableOptionsBase {
  /** For `Effect.catchTag` and `Effect.catchTags`. */
  declare readonly _tag: "UnusableOptions"
  /** What can't be used, and what could. */
  declare readonly message: string
}

interface Replay {
  readonly check: string
  readonly property: string
  readonly seed: number
  readonly path: string
}

const replayForm = /^([a-z_]+)\/([a-z_-]+)\/(-?\d+)\/([\d:]+)$/

const formatReplay = ({ check, path, property, seed }: Replay): string => `${check}/${property}/${seed}/${path}`

const parseReplay = (text: string): Replay | undefined => {
  const [, check, property, seed, path] = replayForm.exec(text) ?? []
  return check === undefined || property === undefined || seed === undefined || path === undefined
    ? undefined
    : { check, property, seed: Number(seed), path }
}

interface Plan {
  readonly seed: number
  readonly runs: number
  readonly checks: ReadonlyArray<Check>
  readonly replay: Replay | undefined
  readonly options: RunOptions
}

// Looking around takes two requests; a rate or a time may be as small as one likes, but not nothing.
const minimum = { runs: 1, maxRequests: 2, rate: 0.001, timeout: 1, maxBodyBytes: 1 }

const plan = Effect.fnUntraced(function*(options: RunOptions): Effect.fn.Return<Plan, UnusableOptions> {
  for (const name of ["runs", "maxRequests", "rate", "timeout", "maxBodyBytes"] as const) {
    const value = options[name]
    if (value !== undefined && !(value >= minimum[name])) {
      return yield* new UnusableOptions({ message: `${name} must be at least ${minimum[name]}` })
    }
  }
  const replay = options.replay === undefined ? undefined : parseReplay(options.replay)
  if (options.replay !== undefined && replay === undefined) {
    return yield* new UnusableOptions({ message: `"${options.replay}" is not a replay id` })
  }
  const wanted = replay === undefined ? options.checks : [replay.check]
  const unknown = wanted?.find((name) => !Catalogue.checks.some((check) => check.name === name))
  if (unknown !== undefined) {
    return yield* new UnusableOptions({
      message: `There is no check "${unknown}". There are: ${Catalogue.checks.map((check) => check.name).join(", ")}`
    })
  }
  return {
    seed: replay?.seed ?? options.seed ?? (yield* Random.nextIntBetween(0, 0x7fffffff)),
    runs: options.runs ?? 100,
    checks: Catalogue.checks.filter((check) => wanted?.includes(check.name) ?? true),
    replay,
    options
  }
})

/** What is found once, for all checks. */
const look = Effect.fnUntraced(function*(target: Target, { options }: Plan) {
  const probe = Probes.make(target, {
    timeout: options.timeout ?? 10_000,
    rate: options.rate ?? Infinity,
    maxBodyBytes: options.maxBodyBytes ?? 256 * 1024 * 1024,
    patience: options.patience ?? 60_000
  })
  probe.allow(options.maxRequests ?? Infinity)
  // At least two requests are allowed, and it makes no more.
  const survey = yield* Effect.orDie(Survey.make(probe))
  const readings = yield* Recognition.recognise(probe, survey).pipe(
    Effect.catchTag("NotAsked", () => Effect.succeed(Recognition.unobserved))
  )
  return Lab.make(probe, survey, readings, options.expected ?? {})
})

// FNV-1a: each property draws its own cases, the same whether it is run alone or after the others.
const seedOf = (seed: number, name: string): number => {
  let hash = 0x811c9dc5 ^ seed
  for (const char of name) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return hash | 0
}

const secretForm = /seam_(?:cst|at|pk)\w+|eyJ[\w-]+\.[\w-]+\.[\w-]+/g

/** A text without the credentials, and without anything that looks like a token of the vendor's. */
const scrub = (text: string, { credential, other }: Target): string =>
  [credential, other].reduce(
    (text, known) => known === undefined ? text : text.replaceAll(Redacted.value(known.secret), `$${known.variable}`),
    text
  ).replace(secretForm, "<redacted>")

const toFailure = (
  check: Check,
  property: Property,
  { path, violation }: Outcome,
  seed: number,
  target: Target
): Failure | undefined => {
  if (violation === undefined) return undefined
  const clean = (text: string): string => scrub(text, target)
  return {
    law: property.law,
    counterexample: JSON.parse(clean(JSON.stringify(violation.counterexample))),
    expected: clean(violation.expected),
    seen: clean(violation.seen),
    curl: clean(Ask.curl(violation.ask, target)),
    ...(path !== undefined && { replay: formatReplay({ check: check.name, property: property.id, seed, path }) })
  }
}

const runCheck = Effect.fnUntraced(function*(check: Check, lab: Lab.Lab, { replay, runs, seed }: Plan) {
  const { kind, name } = check
  const nothing: CheckResult = { name, kind, outcome: "skipped", cases: 0, bites: 0 }
  if (check.applies?.(lab) === false) return nothing
  let cases = 0
  let bites = 0
  for (const property of check.properties(lab)) {
    if (replay !== undefined && property.id !== replay.property) continue
    const outcome = yield* property.run({
      seed: seedOf(seed, `${name}/${property.id}`),
      runs,
      ...(replay !== undefined && { path: replay.path })
    })
    cases += outcome.cases
    bites += outcome.bites
    const failure = toFailure(check, property, outcome, seed, lab.probe.target)
    if (failure !== undefined) return { ...nothing, outcome: "failed", cases, bites, failure } satisfies CheckResult
    if (outcome.halted === "the target has stopped answering") return { ...nothing, cases, bites } satisfies CheckResult
  }
  return { ...nothing, outcome: bites === 0 ? "vacuous" : "passed", cases, bites } satisfies CheckResult
})

/** Lets a check make its share of the requests that are left: none of them can starve the others. */
const share = (probe: Probe, { maxRequests = Infinity }: RunOptions, checksLeft: number): void =>
  probe.allow(probe.asked() + Math.floor((maxRequests - probe.asked()) / checksLeft))

/**
 * Runs the catalogue, or a part of it, against a target.
 *
 * Whatever the target does is a result: the effect fails only with {@link UnusableOptions}, before anything is asked.
 * Only the one operation is called, which changes nothing.
 *
 * ```ts
 * import * as Contract from "@seam-effect/client-sessions/contract"
 * import * as Effect from "effect/Effect"
 *
 * const report = await Effect.runPromise(Contract.run({
 *   url: "http://127.0.0.1:3020",
 *   fetch: () => new Response("down for maintenance", { status: 503 }),
 *   credential: { apiKey: "seam_example" }
 * }))
 * console.log(report.checks.find((check) => check.name === "not_a_server_error")?.outcome) // failed
 * ```
 */
export const run: (
  target: TargetOptions,
  options?: RunOptions
) => Effect.Effect<Report, UnusableOptions> = Effect.fn("Contract.run")(
  function*(target, options = {}) {
    const planned = yield* plan(options)
    const made = Targets.make(target)
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
      readings: Points.names.map((point) => ({ point, reading: lab.readings[point] }))
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
 * The catalogue as test cases, for any test runner. The target is looked at once, when the first of them runs.
 *
 * ```ts
 * import * as Contract from "@seam-effect/client-sessions/contract"
 *
 * const target = { url: "http://127.0.0.1:3020", credential: { apiKey: "seam_example" } }
 * for (const { name, run } of Contract.checks(target)) {
 *   // Deno.test(name, run), or test(name, run) from node:test
 *   console.log(name, typeof run)
 * }
 * ```
 *
 * Throws {@link UnusableOptions} at once, and not as a test.
 */
export const checks = (target: TargetOptions, options: RunOptions = {}): ReadonlyArray<TestCase> => {
  const planned = Effect.runSync(plan(options))
  let looking: Promise<Lab.Lab> | undefined
  return planned.checks.map((check): TestCase => ({
    name: check.name,
    run: async () => {
      looking ??= Effect.runPromise(look(Targets.make(target), planned))
      const lab = await looking
      const result = await Effect.runPromise(runCheck(check, lab, planned))
      if (!Reports.isGood(result, options.allowVacuous)) {
        throw new Error([check.sentence, ...Reports.checkLines(result)].join("\n"))
      }
    }
  }))
}
