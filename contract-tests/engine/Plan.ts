/**
 * What a run is to do, decided before anything is asked: its options, its checks, its open points.
 *
 * @module
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Catalogue from "../laws/catalogue.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import type { AcceptedDeviation } from "./Accepted.ts"
import * as Accepted from "./Accepted.ts"
import type { Check, CheckInfo, Convention } from "./Check.ts"
import { kinds } from "./Check.ts"
import * as OpenPoints from "./OpenPoints.ts"
import type { Point, Readings } from "./Point.ts"
import * as Replays from "./Replay.ts"
import type { CheckResult } from "./Report.ts"
import type { ErrorFields, TaggedErrorClass } from "./TaggedError.ts"

/** How far a run has come. */
export interface Progress {
  /** Checks that have ended. */
  readonly done: number
  /** Checks in all. */
  readonly total: number
  /** Requests made. */
  readonly requests: number
}

/** How to run the checks. */
export interface RunOptions {
  /** Decides every case. A random one by default; the report says which. */
  readonly seed?: number
  /** Cases of each law, at most. By default 100, or one of every kind of case where that is more. */
  readonly runs?: number
  /** Whether a failing case is made smaller, which takes up to a hundred more cases. `true` by default. */
  readonly shrink?: boolean
  /** The names of the checks to run, or their kinds. All by default. */
  readonly checks?: ReadonlyArray<string>
  /** The names of checks not to run, or their kinds. None by default. */
  readonly skip?: ReadonlyArray<string>
  /** Known deviations: a failure that agrees with one is reported, and doesn't count. One that no longer deviates fails its check. */
  readonly accepted?: ReadonlyArray<AcceptedDeviation>
  /** Cases of a law that are asked at the same time, at most. 1 by default. They are judged in their order: the result is the same. */
  readonly concurrency?: number
  /** The one case to run, as a failure's `replay` names it; its check and seed come with it. */
  readonly replay?: string
  /** Requests in all, at most, shared out among the checks. Unbounded by default. */
  readonly maxRequests?: number
  /** Requests a second, at most. Unbounded by default, until the target says that there are too many (429). */
  readonly rate?: number
  /** Milliseconds for one request, its body included. 10,000 by default. */
  readonly timeout?: number
  /** Bytes of one answer, at most. 64 MiB by default. */
  readonly maxBodyBytes?: number
  /** Pages of one answer, at most. 100 by default. */
  readonly maxPages?: number
  /** Milliseconds in all to spend on waiting before something is asked again that got no answer. 60,000 by default. */
  readonly patience?: number
  /** Whether a check in which no case could have failed counts as good. `false` by default. */
  readonly allowVacuous?: boolean
  /** Whether the messages of test cases show the values of the target's data, where those are nobody's. `false` by default. */
  readonly showValues?: boolean
  /** What the target is known to do beyond the contract of the operation. Nothing by default. */
  readonly conventions?: ReadonlyArray<Convention>
  /** The readings of open points that the target is held to, by their names. None by default: they are only reported. */
  readonly expected?: Readings
  /** Ends the run before its end: as soon as this is done, what is being asked is broken off, and nothing more is asked. Never by default. Once done it stays done, as `Deferred.await` does. */
  readonly stop?: Effect.Effect<unknown>
  /** Told of every check as it ends, with how far the run has come. */
  readonly onCheck?: (check: CheckResult, progress: Progress) => Effect.Effect<void>
}

const UnusableOptionsBase: TaggedErrorClass<"UnusableOptions", UnusableOptions> = Data.TaggedError(
  "UnusableOptions"
)<ErrorFields<UnusableOptions>>

/** A run that can't be: there is no such check or reading, or the replay id is none. */
export class UnusableOptions extends UnusableOptionsBase {
  /** For `Effect.catchTag` and `Effect.catchTags`. */
  declare readonly _tag: "UnusableOptions"
  /** What can't be used, and what could. */
  declare readonly message: string
}

/** A run, before anything is asked. */
export interface Plan {
  readonly operation: Operation
  readonly points: ReadonlyArray<Point>
  readonly seed: number
  readonly runs: number | undefined
  readonly checks: ReadonlyArray<Check>
  /** All that there are: the question of a replay may come from another one. */
  readonly known: ReadonlyArray<Check>
  readonly replay: Replays.Replay | undefined
  /** How many cases of a law are asked at the same time. */
  readonly concurrency: number
  /** The names of the checks that were asked for by them. */
  readonly chosen: ReadonlyArray<string>
  readonly accepted: ReadonlyArray<AcceptedDeviation>
  readonly options: RunOptions
}

// Looking around takes two requests; a rate or a time may be as small as one likes, but not nothing.
const minimum = {
  runs: 1,
  concurrency: 1,
  maxRequests: 2,
  rate: 0.001,
  timeout: 1,
  maxBodyBytes: 1,
  maxPages: 1,
  patience: 0
}

/** Every check of an operation, in the order in which they run, with those of some conventions. */
export const catalogue = (
  operation: Operation,
  conventions: ReadonlyArray<Convention> = []
): ReadonlyArray<CheckInfo> =>
  checksOf(operation, conventions).map(({ kind, name, sentence }) => ({ name, kind, sentence }))

/** The checks of an operation that some options ask for. */
export const selected = (operation: Operation, options: RunOptions): ReadonlyArray<CheckInfo> =>
  catalogue(operation, options.conventions).filter(isWanted(options.checks, options.skip))

const isCalled = (name: string) => (check: CheckInfo): boolean => check.name === name || check.kind === name

const isWanted = (wanted: ReadonlyArray<string> | undefined, skip: ReadonlyArray<string> = []) => (check: CheckInfo) =>
  (wanted?.some((name) => isCalled(name)(check)) ?? true) && !skip.some((name) => isCalled(name)(check))

const checksOf = (operation: Operation, conventions: ReadonlyArray<Convention>): ReadonlyArray<Check> => {
  const all = [...conventions.flatMap(({ checks }) => checks), ...Catalogue.checks]
    .filter(({ allowedBy }) => allowedBy?.(operation) ?? true)
  const rank = ({ kind, last }: Check): number => last === true ? 2 : kind === "shape" ? 0 : 1
  return all.toSorted((a, b) => rank(a) - rank(b))
}

const pointsOf = (operation: Operation, conventions: ReadonlyArray<Convention>): ReadonlyArray<Point> => [
  ...conventions.flatMap(({ points }) => points),
  ...OpenPoints.pointsOf(operation)
]

/** The open points of an operation, each with its known readings, the usual one first. */
export const points = (
  operation: Operation,
  conventions: ReadonlyArray<Convention> = []
): ReadonlyArray<Pick<Point, "name" | "readings">> =>
  pointsOf(operation, conventions).map(({ name, readings }) => ({ name, readings }))

/** Makes a plan, or says what can't be used. */
export const make: (
  operation: Operation,
  options: RunOptions
) => Effect.Effect<Plan, UnusableOptions | Operations.UnusableOperation> = Effect.fnUntraced(
  function*(operation, options) {
    if (operation.problems.length > 0) {
      return yield* new Operations.UnusableOperation({ message: operation.problems.join("\n") })
    }
    const known = checksOf(operation, options.conventions ?? [])
    const points = pointsOf(operation, options.conventions ?? [])
    for (const [name, reading] of Object.entries(options.expected ?? {})) {
      const point = points.find((point) => point.name === name)
      if (point === undefined || !point.readings.includes(reading)) {
        const choices = point?.readings ?? points.map(({ name }) => name)
        return yield* new UnusableOptions({
          message: `There is no ${point === undefined ? "open point" : `reading of ${name}`} "${
            point === undefined ? name : reading
          }". There are: ${choices.join("; ")}`
        })
      }
    }
    for (
      const name of [
        "runs",
        "concurrency",
        "maxRequests",
        "rate",
        "timeout",
        "maxBodyBytes",
        "maxPages",
        "patience"
      ] as const
    ) {
      const value = options[name]
      if (value !== undefined && !(value >= minimum[name])) {
        return yield* new UnusableOptions({ message: `${name} must be at least ${minimum[name]}` })
      }
    }
    if (options.seed !== undefined && !Number.isSafeInteger(options.seed)) {
      return yield* new UnusableOptions({ message: "seed must be a whole number" })
    }
    const replay = options.replay === undefined ? undefined : Replays.parse(options.replay)
    if (options.replay !== undefined && replay === undefined) {
      return yield* new UnusableOptions({ message: `"${options.replay}" is not a replay id` })
    }
    const wanted = replay === undefined ? options.checks : [replay.check]
    const skip = replay === undefined ? options.skip ?? [] : []
    const accepted = Accepted.read(options.accepted ?? [])
    if (typeof accepted === "string") {
      return yield* new UnusableOptions({ message: `accepted can't be used: ${accepted}` })
    }
    const names = [...kinds, ...known.map(({ name }) => name)]
    const unknown = [...wanted ?? [], ...skip].find((name) => !names.includes(name)) ??
      accepted.map(({ check }) => check).find((name) => !known.some((check) => check.name === name))
    if (unknown !== undefined) {
      return yield* new UnusableOptions({
        message: `There is no check "${unknown}". There are: ${names.slice(kinds.length).join(", ")}; and the kinds ${
          kinds.join(", ")
        }`
      })
    }
    const checks = known.filter(isWanted(wanted, skip))
    if (checks.length === 0 && wanted?.length !== 0) {
      return yield* new UnusableOptions({
        message: "No check is left: there is none of those that were asked for, or all are skipped"
      })
    }
    return {
      operation,
      points,
      seed: replay?.seed ?? options.seed ?? (yield* Random.nextIntBetween(0, 0x7fffffff)),
      runs: options.runs,
      checks,
      known,
      replay,
      concurrency: options.concurrency ?? 1,
      chosen: wanted ?? [],
      accepted: replay === undefined ? accepted : [],
      options
    }
  }
)
